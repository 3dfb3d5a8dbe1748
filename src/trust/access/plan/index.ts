export { waiverFor } from './model/compare.ts';
export type * from './model/types.ts';
export { openPlans } from './open-plans.ts';
