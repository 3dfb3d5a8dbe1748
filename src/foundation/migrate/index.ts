export type { ApprovalStatus } from './approve/index.ts';
export {
  type BackfillDefinition,
  type BackfillRunRequest,
  type BackfillState,
  type BackfillStatus,
  type Backfills,
  canonicalSettings,
  firstBatchRows,
  type HashedRows,
  nextBatchRows,
  type QuarantinedRow,
  type RangeHash,
  rangeHash,
  throttleLimits,
  watchLoad,
} from './backfill/index.ts';
export type { MigrateDeps, ShadowRoles } from './context.ts';
export type { DeploymentFigures } from './deployments/index.ts';
export type { DiagramLayout } from './documents/index.ts';
export type { DatabaseDrift, DriftEntry } from './drift/index.ts';
export { migrateErrors } from './errors.ts';
export type { GroupChange, GroupStatus, Groups } from './groups/index.ts';
export type { HookCall } from './hooks/index.ts';
export type { ImpactReport, MigrationImpact } from './impact/index.ts';
export type { Finding } from './lint/index.ts';
export { openMigrate } from './migrate.ts';
export { type MigrationState, migrationStates } from './model/states.ts';
export type * from './model/types.ts';
export type { Moves } from './move/index.ts';
export { type MigrateOptions, migrateOptions } from './options.ts';
export { parser } from './parse/index.ts';
export type { Rehearsal, RehearsedMigration, RehearsedStatement } from './rehearse/index.ts';
export { climb, type Rung, stateOf } from './run/index.ts';
export { compareSnapshots, type Snapshot, takeSnapshot } from './snapshot/index.ts';
export type { TenantStatus } from './tenants/index.ts';
export type { TrashItem } from './trash/index.ts';
