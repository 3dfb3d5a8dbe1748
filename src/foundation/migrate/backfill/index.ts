export { backfillers } from './backfiller.ts';
export { distinctDatabases } from './databases.ts';
export { backfillErrors } from './errors.ts';
export { openBackfills, startBackfill } from './open-backfills.ts';
export { type HashedRows, type RangeHash, rangeHash } from './range-hash.ts';
export { canonicalSettings } from './settings.ts';
export { backfillCommands, backfillRoutes } from './surface.ts';
export type * from './types.ts';
