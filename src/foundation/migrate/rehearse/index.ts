export { isStronger, type LockMode, whoWaits } from './model/locks.ts';
export { isLeftOf, type PlanItem } from './model/plan.ts';
export { ensureProofTables, hasProofs, openRehearsals, rehearsalOf } from './open-rehearsals.ts';
export { type PendingPlan, pendingPlan } from './pending-plan.ts';
export type * from './types.ts';
