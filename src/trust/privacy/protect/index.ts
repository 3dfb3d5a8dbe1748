export { openProtection } from './open-protection.ts';
export type { Protection, ProtectionState, ProtectionStatus, ProtectionStep, ProtectRequest } from './types.ts';
