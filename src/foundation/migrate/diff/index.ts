export { planDiff } from './model/plan.ts';
export { openDiff, writePlan } from './open-diff.ts';
export { readUrl } from './read-url.ts';
export { createScratch, provenPlan } from './scratch.ts';
export type * from './types.ts';
