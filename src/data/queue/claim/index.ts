export { Claimer, prepareForClaims } from './claimer.ts';
export type { Slot } from './slots.ts';
export type { ClaimedJob, ClaimerSettings, ClaimRequest } from './types.ts';
