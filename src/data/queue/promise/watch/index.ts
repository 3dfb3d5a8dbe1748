export type { PoolBoundsOptions } from './pools.ts';
export { Watch } from './watch.ts';
