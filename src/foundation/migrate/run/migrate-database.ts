import { uuidv7 } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import type { SourceFiles } from '../model/migration.ts';
import { objectPositions } from '../model/order.ts';
import { checkMigration, parseFile } from '../parse/index.ts';
import { copyApplied, endRun, listSteps } from '../sql/queries/queries.gen.ts';
import { advanceLedger, type Ready, recordStopped } from './advance-ledger.ts';
import { applySteps } from './apply-steps.ts';
import { beginRun } from './begin-run.ts';
import { readLedger } from './ledger.ts';
import { applyObjects, type ReadyObjects, readyObjects } from './objects.ts';
import { isEmpty, type Pending, planDatabase } from './plan-database.ts';
import type { Run } from './run.ts';
import { applyInTransaction } from './transactional.ts';
import { updateLedger } from './update-ledger.ts';

export interface DatabaseResult {
  readonly applied: readonly string[];
  readonly objectsReplaced: readonly string[];
}

/**
 * Brings one database up to date. The session holds the lock; what is there is read again, because another run may
 * have worked while this one waited.
 *
 * @throws what a migration throws; then everything before it is applied and recorded, and nothing after it was begun
 */
export async function migrateDatabase(run: Run, sources: readonly SourceFiles[], order: 'any' | 'strict'): Promise<DatabaseResult> {
  const ledger = await updateLedger(run, sources, await readLedger(run.session));
  const work = await planDatabase(run, sources, ledger, order);
  run.warnings.push(...work.warnings);
  if (isEmpty(work)) return { applied: [], objectsReplaced: [] };

  const ready = await readyAll(work.pending);
  const objects = await Promise.all(work.objects.map(readyObjects));
  const positions = objectPositions(
    sources.map(({ name }) => name),
    work.pending.map(({ file }) => file),
  );
  await beginRun(run);
  try {
    await recover(run, work.pending);
    for (const { row, tiers } of work.copies) {
      await copyApplied.run(run.session, { from_id: row.rowId, tiers: [...tiers], ids: tiers.map(() => uuidv7()) });
    }
    const result = await applyAll(run, ready, objects, positions);
    await endRun.run(run.session, { id: run.id, outcome: 'completed' });
    return result;
  } catch (error) {
    // Not on a lost session; `running` then stands for a run that was killed.
    await endRun.run(run.session, { id: run.id, outcome: 'failed' }).catch(() => {});
    throw error;
  }
}

async function applyAll(
  run: Run,
  ready: readonly Ready[],
  objects: readonly ReadyObjects[],
  positions: ReadonlyMap<string, number>,
): Promise<DatabaseResult> {
  const [tier] = run.tiers;
  const applied: string[] = [];
  const objectsReplaced: string[] = [];
  let isAnnounced = false;
  for (let index = 0; index <= ready.length; index++) {
    for (const one of objects.filter(({ source }) => positions.get(source.source) === index)) {
      run.signal.throwIfAborted();
      await applyObjects(run, one);
      objectsReplaced.push(...one.ordered.map(({ file }) => `${tier}:${file.id}`));
      run.progress(`${tier}: ${one.source.source}/objects applied`);
    }
    const one = ready[index];
    if (!one) break;
    run.signal.throwIfAborted();
    // Objects that come in between may change what the next file stands on, and fail: its turn has not come yet.
    const hasObjectsNext = objects.some(({ source }) => positions.get(source.source) === index + 1);
    const following = hasObjectsNext || !one.pending.parts.options.isTransactional ? undefined : ready[index + 1];
    const next = following && !isInRepair(following.pending) ? following : undefined;
    await applyOne(run, one, next, isAnnounced);
    isAnnounced = next !== undefined;
    applied.push(`${tier}:${one.pending.file.id}`);
    run.progress(`${tier}: ${one.pending.file.id} applied`);
  }
  return { applied, objectsReplaced };
}

/** Parses every pending file before the first is applied: a typing error in the last one starts nothing. */
async function readyAll(pending: readonly Pending[]): Promise<readonly Ready[]> {
  const ready: Ready[] = [];
  for (const one of pending) {
    const parsed = await parseFile(one.file.path, one.file.up);
    checkMigration(one.file, parsed, one.parts.options.isTransactional);
    ready.push({ pending: one, parsed });
  }
  return ready;
}

async function applyOne(run: Run, ready: Ready, next: Ready | undefined, isAnnounced: boolean): Promise<void> {
  const { pending } = ready;
  if (isInRepair(pending)) throw await stillInRepair(run, pending);
  run.progress(`${run.tiers[0]}: ${pending.file.id}`);
  if (!isAnnounced) await advanceLedger(run, undefined, ready);
  try {
    if (pending.parts.options.isTransactional) await applyInTransaction(run, ready, next);
    else await applySteps(run, ready);
  } catch (error) {
    // A lost session cannot record anything; the row stays `running`, which reads as pending once the lock is free.
    await recordStopped(run, pending, stoppedAs(error), error).catch(() => {});
    throw error;
  }
}

const isInRepair = ({ rows }: Pending) => rows.some(({ state }) => state === 'needs_repair');

async function stillInRepair(run: Run, { file, rows }: Pending) {
  const steps = await listSteps.all(run.session, { migration_id: rows[0]?.rowId ?? '', direction: 'up' });
  const open = steps.find(({ state }) => state !== 'done');
  return migrateErrors.NEEDS_REPAIR({ id: file.id, step: open?.number ?? 0, statement: open?.target ?? '', reason: open?.error ?? '' });
}

function stoppedAs(error: unknown) {
  const code = (error as { code?: unknown }).code;
  if (code === 'PLINTH_MIGRATE_BLOCKED') return 'blocked';
  if (code === 'PLINTH_MIGRATE_NEEDS_REPAIR' || code === 'PLINTH_MIGRATE_STEP_CHANGED') return 'needs_repair';
  return 'failed';
}

/**
 * Rows that a killed run left as `running`: the lock was free, so their transactions rolled back. Steps outside a
 * transaction have rows and probes of their own.
 */
async function recover(run: Run, pending: readonly Pending[]): Promise<void> {
  for (const one of pending) {
    if (one.rows.some(({ state }) => state === 'running')) await recordStopped(run, one, 'pending');
  }
}
