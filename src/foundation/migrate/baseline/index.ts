export { compareWithFiles } from './compare.ts';
export { lookInto } from './look.ts';
export { openBaselines, takeBaseline } from './open-baselines.ts';
export { reach } from './rebuild.ts';
export type * from './types.ts';
