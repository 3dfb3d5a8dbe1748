import { uuidv7 } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import type { SourceFiles } from '../model/migration.ts';
import { objectPositions } from '../model/order.ts';
import { checkMigration, parseMigration } from '../parse/index.ts';
import { copyApplied, endRun, listSteps } from '../sql/queries/queries.gen.ts';
import { advanceLedger, type Ready, recordStopped } from './advance-ledger.ts';
import { applySteps } from './apply-steps.ts';
import { applyTogether, groupTurns, type Turn } from './apply-together.ts';
import { beginRun } from './begin-run.ts';
import { readLedger } from './ledger.ts';
import { applyObjects, type ReadyObjects, readyObjects } from './objects.ts';
import { isEmpty, type Pending, planDatabase, type Work } from './plan-database.ts';
import type { Run } from './run.ts';
import { succeed } from './succeed.ts';
import { applyInTransaction, type Chain } from './transactional.ts';
import { updateLedger } from './update-ledger.ts';

/** What a run has done so far, in all of its databases: `tier:source/name`, in order. */
export interface Done {
  readonly applied: string[];
  readonly objectsReplaced: string[];
}

/**
 * Brings one database up to date. The session holds the lock; what is there is read again, because another run may
 * have worked while this one waited.
 *
 * @param later `source/name` of migrations whose turn comes after that of other databases
 * @param done is told of each as it is committed
 * @throws what a migration throws; then everything before it is applied and recorded, and nothing after it was begun
 */
export async function migrateDatabase(
  run: Run,
  sources: readonly SourceFiles[],
  order: 'any' | 'strict',
  later: ReadonlySet<string>,
  done: Done,
): Promise<void> {
  const found = await readLedger(run.session);
  const ledger = await updateLedger(run, sources, found);
  const work = withoutLater(await planDatabase(run, sources, ledger, order), sources, later);
  run.warnings.push(...work.warnings);
  if (isEmpty(work)) return;

  const ready = await readyAll(run, work.pending);
  const objects = await Promise.all(work.objects.map(readyObjects));
  const turns = turnsOf(sources, ready, objects);
  const capabilities = new Set(sources.filter(({ layout }) => layout === 'capability').map(({ name }) => name));
  const mayGoTogether = found.isUnused && run.hooks.isEmpty;
  const groups = mayGoTogether ? groupTurns(turns, (source) => capabilities.has(source)) : [turns];
  await beginRun(run);
  try {
    const [tier] = run.tiers;
    await run.hooks.once('before-run', { tier });
    await run.hooks.once('before-tenant', { tier });
    await run.hooks.once('before-tier', { tier }, tier);
    await recover(run, work.pending);
    for (const one of work.successions) await succeed(run, one);
    for (const { row, tiers } of work.copies) {
      await copyApplied.run(run.session, { from_id: row.rowId, tiers: [...tiers], ids: tiers.map(() => uuidv7()) });
    }
    for (const group of groups) await applyGroup(run, group, mayGoTogether, done);
    if (later.size === 0) await run.hooks.call('after-tier', { tier });
    await endRun.run(run.session, { id: run.id, outcome: 'completed' });
  } catch (error) {
    // Not on a lost session; `running` then stands for a run that was killed.
    await endRun.run(run.session, { id: run.id, outcome: 'failed' }).catch(() => {});
    throw error;
  }
}

/** What comes now; objects stay behind the last migration of their source, and of those before it. */
function withoutLater(work: Work, sources: readonly SourceFiles[], later: ReadonlySet<string>): Work {
  if (later.size === 0) return work;
  const waiting = sources.findIndex(({ migrations }) => migrations.some(({ id }) => later.has(id)));
  const names = sources.slice(0, waiting).map(({ name }) => name);
  return {
    ...work,
    pending: work.pending.filter(({ file }) => !later.has(file.id)),
    objects: work.objects.filter(({ source }) => names.includes(source)),
  };
}

/** Migrations in order, and the objects of each source after the last of its own. */
function turnsOf(sources: readonly SourceFiles[], ready: readonly Ready[], objects: readonly ReadyObjects[]): Turn[] {
  const positions = objectPositions(
    sources.map(({ name }) => name),
    ready.map(({ pending: { file } }) => file),
  );
  const objectsAt = (index: number) => objects.filter(({ source }) => positions.get(source.source) === index);
  return [...ready, undefined].flatMap((one, index) => [
    ...objectsAt(index).map((its) => ({ objects: its })),
    ...(one ? [{ ready: one }] : []),
  ]);
}

async function applyGroup(run: Run, turns: readonly Turn[], mayGoTogether: boolean, done: Done): Promise<void> {
  run.signal.throwIfAborted();
  // One by one is always right; what does not go together says there where it is wrong.
  const isDone = mayGoTogether && turns.length > 1 && (await applyTogether(run, turns)) === undefined;
  if (!isDone) return applyOneByOne(run, turns, done);
  for (const { ready, objects } of turns) {
    if (ready) tellApplied(run, ready, done);
    else tellReplaced(run, objects, done);
  }
}

async function applyOneByOne(run: Run, turns: readonly Turn[], done: Done): Promise<void> {
  let isAnnounced = false;
  const chain: Chain = { isFollowed: false, committed: (ready) => tellApplied(run, ready, done) };
  for (const [index, { ready, objects }] of turns.entries()) {
    run.signal.throwIfAborted();
    if (objects) {
      await applyObjects(run, objects);
      tellReplaced(run, objects, done);
      continue;
    }
    // Objects that come in between may change what the next file stands on, and fail: its turn has not come yet.
    const following = ready.pending.parts.options.isTransactional ? turns[index + 1]?.ready : undefined;
    const next = following && !isInRepair(following.pending) ? following : undefined;
    chain.isFollowed = next?.pending.parts.options.isTransactional === true && run.hooks.isEmpty;
    await applyOne(run, ready, next, isAnnounced, chain);
    isAnnounced = next !== undefined;
  }
}

function tellApplied({ tiers: [tier], progress }: Run, { pending: { file } }: Ready, { applied }: Done): void {
  applied.push(`${tier}:${file.id}`);
  progress(`${tier}: ${file.id} applied`);
}

function tellReplaced({ tiers: [tier], progress }: Run, { source, ordered }: ReadyObjects, { objectsReplaced }: Done): void {
  objectsReplaced.push(...ordered.map(({ file }) => `${tier}:${file.id}`));
  progress(`${tier}: ${source.source}/objects applied`);
}

/** Parses every pending file before the first is applied: a typing error in the last one starts nothing. */
async function readyAll(run: Run, pending: readonly Pending[]): Promise<readonly Ready[]> {
  const ready: Ready[] = [];
  for (const one of pending) {
    const parsed = await parseMigration(one.file);
    checkMigration(one.file, parsed, one.parts.options);
    if (one.parts.options.phase === 'backfill') {
      const allowed = 'one of the two: each batch is a transaction of its own';
      if (!one.parts.options.isTransactional)
        throw migrateErrors.BAD_OPTION({ path: one.file.path, option: 'tx: none, phase: backfill', allowed });
      await run.backfills.check(
        one.file.id,
        parsed.statements.map(({ sql }) => sql),
      );
    }
    ready.push({ pending: one, parsed });
  }
  return ready;
}

async function applyOne(run: Run, ready: Ready, next: Ready | undefined, isAnnounced: boolean, chain: Chain): Promise<void> {
  const { pending } = ready;
  if (isInRepair(pending)) throw await stillInRepair(run, pending);
  run.progress(`${run.tiers[0]}: ${pending.file.id}`);
  if (!isAnnounced) await advanceLedger(run, undefined, ready);
  const subject = { tier: run.tiers[0], migration: pending.file.id };
  try {
    await run.hooks.call('before-migration', subject);
    if (pending.parts.options.isTransactional) await applyInTransaction(run, ready, next, chain);
    else await applySteps(run, ready).then(() => chain.committed(ready));
  } catch (error) {
    // A lost session cannot record anything; the row stays `running`, which reads as pending once the lock is free.
    await recordStopped(run, pending, stoppedAs(error), error).catch(() => {});
    throw error;
  }
  await run.hooks.call('after-migration', subject);
}

const isInRepair = ({ rows }: Pending) => rows.some(({ state }) => state === 'needs_repair');

async function stillInRepair(run: Run, { file, rows }: Pending) {
  const steps = await listSteps.all(run.session, { migration_id: rows[0]?.rowId ?? '', direction: 'up' });
  const open = steps.find(({ state }) => state !== 'done');
  return migrateErrors.NEEDS_REPAIR({ id: file.id, step: open?.number ?? 0, statement: open?.target ?? '', reason: open?.error ?? '' });
}

function stoppedAs(error: unknown) {
  const code = (error as { code?: unknown }).code;
  if (code === 'PLINTH_MIGRATE_BLOCKED' || code === 'PLINTH_MIGRATE_DISK_LOW') return 'blocked';
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
