export { openDrift } from './open-drift.ts';
export type * from './types.ts';
