export { type EffectOwner, openExternal } from './external.ts';
export { type EndingDeps, type EndingRun, endInTransaction, keepLateLines } from './transaction.ts';
export type * from './types.ts';
