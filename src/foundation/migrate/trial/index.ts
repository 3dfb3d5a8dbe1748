export { openTrials } from './open-trials.ts';
export { trialCommands } from './surface.ts';
export type * from './types.ts';
