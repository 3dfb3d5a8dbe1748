export { type ConnectDeps, openConnect } from './connect.ts';
export { distinctDatabases } from './databases.ts';
export { connectErrors } from './errors.ts';
export { advisoryKey, takeLead } from './lead.ts';
export type * from './model/types.ts';
export { type Priority, priorities } from './model/types.ts';
export { type ConnectOptions, connectOptions } from './options.ts';
export { openSolo } from './solo.ts';
export { valueTypes } from './wire/index.ts';
