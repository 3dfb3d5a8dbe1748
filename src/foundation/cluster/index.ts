export { openCluster } from './cluster.ts';
export { clusterErrors } from './errors.ts';
export type * from './model/types.ts';
export { parseUrl } from './model/url.ts';
export { type ClusterOptions, clusterOptions } from './options.ts';
export { withClient } from './sql-client.ts';
export { readSupervisor } from './supervisor/index.ts';
export { openThrowaway } from './throwaway.ts';
