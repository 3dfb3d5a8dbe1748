export { type EffectOwner, externalOf } from './external.ts';
export { type EndingDeps, type EndingRun, endInTransaction, keepLateLines, type Stand } from './transaction.ts';
export type * from './types.ts';
