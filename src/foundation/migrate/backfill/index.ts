export { backfillErrors } from './errors.ts';
export { openBackfills, startBackfill } from './open-backfills.ts';
export type * from './types.ts';
