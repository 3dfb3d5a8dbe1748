export { openSealing } from './open-sealing.ts';
export type * from './types.ts';
