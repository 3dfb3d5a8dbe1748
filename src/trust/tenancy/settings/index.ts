export { Limits, limitsWatchIntervalMs, type TenantLimits, tenantPolicies } from './limits.ts';
export { openSettings } from './settings.ts';
export { configurations, policies, policiesOfAll } from './stores.ts';
export type * from './types.ts';
