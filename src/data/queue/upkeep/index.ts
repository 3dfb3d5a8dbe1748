export { type Lead, type LeadDeps, type LeadSpec, type LedLoop, lead } from './lead/lead.ts';
