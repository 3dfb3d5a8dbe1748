export { openBaselines } from './open-baselines.ts';
export { baselineCommands } from './surface.ts';
export type * from './types.ts';
