export { reasonOf, stateOf } from './failure.ts';
export { type Ledger, readLedger } from './ledger.ts';
export { isLockHeld, takeLock } from './lock.ts';
export { migrateDatabase, ownSource, userName } from './migrate-database.ts';
export { isEmpty, planDatabase } from './plan-database.ts';
export { probe } from './probes.ts';
export type { Run } from './run.ts';
export { prepareSession } from './settings.ts';
