export { databaseName, fitPools } from './fit.ts';
export type { Lease } from './pool.ts';
export { type PoolEntry, Pools, type PoolsDeps } from './pools.ts';
