export { type Lead, type LeadDeps, type LeadSpec, type LedLoop, lead } from './lead/lead.ts';
export { openUpkeep, type Upkeep } from './open-upkeep.ts';
export { slotKeeper } from './slots.ts';
export type { Verification } from './verify.ts';
