export { backfillers } from './backfiller.ts';
export { firstBatchRows, nextBatchRows } from './model/batch-size.ts';
export { throttleLimits } from './model/throttle.ts';
export { openBackfills } from './open-backfills.ts';
export { type HashedRows, type RangeHash, rangeHash } from './range-hash.ts';
export { canonicalSettings } from './settings.ts';
export { backfillStarter } from './start.ts';
export type * from './types.ts';
export { watchLoad } from './watch-load.ts';
