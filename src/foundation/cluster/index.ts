export { findCluster, openCluster } from './cluster.ts';
export { clusterErrors } from './errors.ts';
export type * from './model/types.ts';
export { type ClusterOptions, clusterOptions } from './options.ts';
export { readUrl } from './read-url.ts';
export { withClient } from './sql-client.ts';
export { readSupervisor } from './supervisor/index.ts';
export { openThrowaway } from './throwaway.ts';
export { startTls } from './tls/index.ts';
