export { planDiff } from './model/plan.ts';
export { openDiff } from './open-diff.ts';
export { readUrl } from './read-url.ts';
export type * from './types.ts';
