export type { PartitionDeps } from './context.ts';
export type * from './conversion/index.ts';
export { partitionErrors } from './errors.ts';
export type * from './model/declaration.ts';
export { boundOf, floorOf, nextOf, suffixOf, type TimeUnit, timeUnits, uuidFloor } from './model/interval.ts';
export { partitionName } from './model/names.ts';
export type * from './model/types.ts';
export { type PartitionOptions, partitionOptions } from './options.ts';
export { openPartition } from './partition.ts';
