export { type EntryQueue, openEntryQueue } from './entry-queue.ts';
export { trackGovernedTables } from './governed.ts';
export { type OutsideSession, outsideSessions } from './outside.ts';
export { recordOperations } from './record-operations.ts';
