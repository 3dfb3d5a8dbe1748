export { planDiff } from './model/plan.ts';
export type * from './types.ts';
