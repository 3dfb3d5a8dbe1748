export { type Answer, Connection } from './connection.ts';
export { serverName } from './open-failure.ts';
export { valueTypes } from './value-types.ts';
