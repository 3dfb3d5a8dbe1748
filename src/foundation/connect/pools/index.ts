export { databaseName, fitPools } from './fit.ts';
export type { Holder, Lease } from './pool.ts';
export { type PoolEntry, Pools, type PoolsDeps } from './pools.ts';
