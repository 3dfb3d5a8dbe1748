export { openFlags } from './open-flags.ts';
export type * from './types.ts';
