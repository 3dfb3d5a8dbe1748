import { uuidv7 } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { type MigrationState, statesBefore } from '../model/states.ts';
import { violationsOf } from '../model/violations.ts';
import { type ParsedFile, type TouchedTables, touchedTables } from '../parse/index.ts';
import { advance, recordStop } from '../sql/queries/queries.gen.ts';
import { reasonOf, stateOf } from './failure.ts';
import { checkProof, lockKey } from './lock.ts';
import type { Pending } from './plan-database.ts';
import type { Run } from './run.ts';

/** A pending migration whose file is known to parse. */
export interface Ready {
  readonly pending: Pending;
  readonly parsed: ParsedFile;
}

/** What became of the migration that ends here. */
export interface Ended {
  readonly ready: Ready;
  readonly durationMs: number;
  readonly lockWaitMs: number;
  /** False where each statement was verified by itself. */
  readonly hasInvariants: boolean;
}

const nothing: TouchedTables = { born: [], touched: [], notValid: [], allowed: [] };

/**
 * Proves that this session still holds the lock, and that what the open transaction made keeps the built-in invariants.
 *
 * @throws PLINTH_MIGRATE_INVARIANT, PLINTH_MIGRATE_POOLER; then the transaction must be rolled back
 */
export async function proveTogether(run: Run, migrations: readonly Ready[]): Promise<void> {
  const each = migrations.map(({ parsed }) => touchedTables(parsed));
  const tables: TouchedTables = {
    born: each.flatMap(({ born }) => born),
    touched: [...new Set(each.flatMap(({ touched }) => touched))],
    notValid: each.flatMap(({ notValid }) => notValid),
    allowed: each.flatMap(({ allowed }) => allowed),
  };
  const found = await advance.one(run.session, { ...nobody, ...tablesOf(tables), run_id: run.id });
  checkProof(run.session, run.tiers[0], found);
  const violations = violationsOf(found.violations, tables.allowed);
  if (violations.length > 0) throw migrateErrors.INVARIANT({ id: migrations.map(({ pending }) => pending.file.id).join(', '), violations });
}

const tablesOf = ({ born, touched, notValid }: TouchedTables) => ({ born: [...born], touched: [...touched], not_valid: [...notValid] });

/** Nothing ends, nothing begins. */
const nobody = {
  source: '',
  name: '',
  tiers: [],
  allowed_applied: [],
  duration_ms: 0,
  lock_wait_ms: 0,
  next_ids: [],
  next_tiers: [],
  next_source: '',
  next_name: '',
  allowed_running: [],
  checksum_up: '',
  checksum_down: null,
  checksum_pre: null,
  checksum_post: null,
  checksum_meta: null,
  tree_sha256: '',
  lock_key: lockKey,
};

/**
 * Records the end of one migration and the intent of the next in one statement, part of whatever transaction is open.
 * Proves before either counts that this session still holds the lock.
 *
 * @throws PLINTH_MIGRATE_ILLEGAL_MOVE, PLINTH_MIGRATE_INVARIANT, PLINTH_MIGRATE_POOLER; then the transaction must be rolled back
 */
export async function advanceLedger(run: Run, ended: Ended | undefined, next: Ready | undefined): Promise<void> {
  const file = ended?.ready.pending.file;
  const tiers = ended?.ready.pending.tiers ?? [];
  const tables = ended?.hasInvariants ? touchedTables(ended.ready.parsed) : nothing;
  const nextTiers = next?.pending.tiers ?? [];
  const checksums = next?.pending.parts.checksums;
  const found = await advance.one(run.session, {
    ...nobody,
    ...tablesOf(tables),
    source: file?.source ?? '',
    name: file?.name ?? '',
    tiers: [...tiers],
    allowed_applied: statesBefore('applied'),
    duration_ms: ended?.durationMs ?? 0,
    lock_wait_ms: ended?.lockWaitMs ?? 0,
    next_ids: nextTiers.map(() => uuidv7()),
    next_tiers: [...nextTiers],
    next_source: next?.pending.file.source ?? '',
    next_name: next?.pending.file.name ?? '',
    allowed_running: statesBefore('running'),
    checksum_up: next?.pending.file.checksum ?? '',
    checksum_down: checksums?.down ?? null,
    checksum_pre: checksums?.pre ?? null,
    checksum_post: checksums?.post ?? null,
    checksum_meta: checksums?.meta ?? null,
    tree_sha256: next?.parsed.treeSha256 ?? '',
    run_id: run.id,
  });
  checkProof(run.session, run.tiers[0], found);
  const violations = violationsOf(found.violations, tables.allowed);
  if (violations.length > 0) throw migrateErrors.INVARIANT({ id: file?.id ?? '', violations });
  if (found.recorded !== tiers.length) throw migrateErrors.ILLEGAL_MOVE({ id: file?.id ?? '', to: 'applied' });
  if (found.announced !== nextTiers.length) throw migrateErrors.ILLEGAL_MOVE({ id: next?.pending.file.id ?? '', to: 'running' });
}

/** Takes a migration out of `running`, with the reason. Nothing happens to one that is not running. */
export async function recordStopped(run: Run, pending: Pending, state: MigrationState, error?: unknown): Promise<void> {
  await recordStop.run(run.session, {
    source: pending.file.source,
    name: pending.file.name,
    state,
    sqlstate: stateOf(error) ?? null,
    error: error === undefined ? null : reasonOf(error),
    allowed: statesBefore(state),
  });
}
