export { type Lead, type LeadDeps, type LeadSpec, type LedLoop, lead } from './lead/lead.ts';
export { openUpkeep, type Upkeep, type UpkeepDeps } from './open-upkeep.ts';
export { type SlotThresholds, slotKeeper } from './slots.ts';
export type { Verification, VerifyProblem } from './verify.ts';
