export { databaseName, fitPools } from './fit.ts';
export { type PoolEntry, Pools, type PoolsDeps } from './pools.ts';
