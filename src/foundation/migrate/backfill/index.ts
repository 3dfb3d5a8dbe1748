export { backfillErrors } from './errors.ts';
export { openBackfills, startBackfill } from './open-backfills.ts';
export { type HashedRows, type RangeHash, rangeHash } from './range-hash.ts';
export type * from './types.ts';
