export { type Ledger, type LedgerRow, readLedger } from './ledger.ts';
export { isLockHeld, takeLock } from './lock.ts';
export { migrateDatabase, ownSource, userName } from './migrate-database.ts';
export { isEmpty, type Pending, planDatabase, type Work } from './plan-database.ts';
export { probe } from './probes.ts';
export type { Run } from './run.ts';
export { prepareSession } from './settings.ts';
