export { type ComparedSetting, compareConfiguration } from './configuration.ts';
export { destroyData, nameOf } from './destroy.ts';
export { type Stopped, stopPlatform } from './down.ts';
export { lastLines } from './log-tail.ts';
export { type ClusterStatus, clusterStatus, mergeVerdicts, type TierStatus } from './status.ts';
