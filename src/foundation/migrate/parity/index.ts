export { openParity } from './open-parity.ts';
export type * from './types.ts';
