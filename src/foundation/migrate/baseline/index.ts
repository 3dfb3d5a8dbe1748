export { openBaselines } from './open-baselines.ts';
export type * from './types.ts';
