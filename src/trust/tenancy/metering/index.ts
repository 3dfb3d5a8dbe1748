export { measureReading } from './measures.ts';
export { Tally } from './tally.ts';
export type * from './types.ts';
export { openUsage } from './usage.ts';
