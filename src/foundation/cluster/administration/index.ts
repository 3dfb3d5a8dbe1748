export { compareConfiguration } from './configuration.ts';
export { destroyData, nameOf } from './destroy.ts';
export { stopPlatform } from './down.ts';
export { lastLines } from './log-tail.ts';
export { clusterStatus, mergeVerdicts, type TierStatus } from './status.ts';
