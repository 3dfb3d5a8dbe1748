export { Limits, limitsWatchIntervalMs, tenantLimits } from './limits.ts';
export { openSettings } from './settings.ts';
export type * from './types.ts';
