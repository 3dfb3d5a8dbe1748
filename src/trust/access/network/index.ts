export type { HbaLine } from './model/hba.ts';
export type * from './model/types.ts';
export { openNetwork } from './open-network.ts';
