export { type ClaimedJob, Claimer, type ClaimerSettings, type ClaimRequest, prepareForClaims } from './claimer.ts';
export type { Slot } from './slots.ts';
