export { openTrials } from './open-trials.ts';
export type * from './types.ts';
