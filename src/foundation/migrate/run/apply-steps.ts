import { migrateErrors } from '../errors.ts';
import { sha256 } from '../model/checksum.ts';
import { decideStep, type StepKind, type StepState } from '../model/steps.ts';
import { type Statement, stepOf } from '../parse/index.ts';
import { beginStep, endStep, findRow, type ListStepsRow, listSteps } from '../sql/queries/queries.gen.ts';
import { advanceLedger, type Ready } from './advance-ledger.ts';
import { withLockRetry } from './attempts.ts';
import { checkRows } from './check-rows.ts';
import { refuseLowDisk } from './disk.ts';
import { placeOf, reasonOf, remedyOf, stateOf } from './failure.ts';
import { provedLock } from './lock.ts';
import { waitForOldTransactions } from './old-transactions.ts';
import { cleanUp, probe, type Step } from './probes.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

// These wait for other transactions without keeping anybody but DDL waiting, and lose hours of work when they give up.
const patientKinds: ReadonlySet<StepKind> = new Set(['create-index', 'drop-index', 'reindex', 'detach']);
// They read whole tables, as fast as the disk gives them.
const buildingKinds: ReadonlySet<StepKind> = new Set(['create-index', 'reindex']);
const patientLockTimeoutMs = 60_000;
const cleanLockTimeoutMs = 2_000;

/** A lock that was not granted, a disk without room, a hook that refused: nothing has happened. */
const untouching: ReadonlySet<string> = new Set(['PLINTH_MIGRATE_BLOCKED', 'PLINTH_MIGRATE_DISK_LOW', 'PLINTH_MIGRATE_HOOK_FAILED']);

/** Statements that run one by one: those of a migration, or of its way back. */
export interface StepBatch {
  /** `source/name` of the migration. */
  readonly id: string;
  /** Its row of the first tier kept here. */
  readonly rowId: string;
  readonly direction: 'up' | 'down';
  readonly path: string;
  readonly text: string;
  readonly statements: readonly Statement[];
  /** Lower bound than the run's. */
  readonly lockTimeoutMs?: number;
}

/**
 * Applies a migration statement by statement, with `pre.sql` before and `post.sql` after them.
 *
 * @throws PLINTH_MIGRATE_FAILED, PLINTH_MIGRATE_BLOCKED, PLINTH_MIGRATE_DISK_LOW, PLINTH_MIGRATE_NEEDS_REPAIR,
 * PLINTH_MIGRATE_STEP_CHANGED, PLINTH_MIGRATE_OBJECT_DIFFERS
 */
export async function applySteps(run: Run, ready: Ready): Promise<void> {
  const { pending, parsed } = ready;
  const { file, parts, tiers } = pending;
  const started = run.clock.monotonicMs();
  const { id: rowId } = await findRow.one(run.session, { source: file.source, name: file.name, tier: tiers[0] ?? '' });
  await checkApart(run, pending, 'pre', parts.pre);
  const { lockTimeoutMs } = parts.options;
  const bound = lockTimeoutMs === undefined ? {} : { lockTimeoutMs };
  await runSteps(run, { id: file.id, rowId, direction: 'up', path: file.path, text: file.up, statements: parsed.statements, ...bound });
  await checkApart(run, pending, 'post', parts.post);
  const durationMs = Math.round(run.clock.monotonicMs() - started);
  await advanceLedger(run, { ready, durationMs, lockWaitMs: 0, hasInvariants: false }, undefined);
}

/**
 * Runs statements one by one, each committed by itself and recorded before and after. What is done already, by the ledger
 * or by the catalog, is not done again.
 *
 * @throws PLINTH_MIGRATE_FAILED, PLINTH_MIGRATE_BLOCKED, PLINTH_MIGRATE_DISK_LOW, PLINTH_MIGRATE_NEEDS_REPAIR,
 * PLINTH_MIGRATE_STEP_CHANGED, PLINTH_MIGRATE_OBJECT_DIFFERS
 */
export async function runSteps(run: Run, batch: StepBatch): Promise<void> {
  const { rowId, direction } = batch;
  const rows = await listSteps.all(run.session, { migration_id: rowId, direction });
  const recorded = new Map(rows.map((row) => [row.number, row]));
  for (const [index, statement] of batch.statements.entries()) {
    run.signal.throwIfAborted();
    const later = batch.statements.slice(index + 1);
    const step: Step = { id: batch.id, number: index + 1, statement, later, target: stepOf(statement) };
    await provedLock(run.session, run.tiers[0]);
    await run.session.query({ text: attemptSettings('step', { lockTimeoutMs: patientLockTimeoutMs, statementTimeoutMs: 0 }) });
    await runStep(run, batch, step, recorded.get(step.number));
  }
}

/**
 * Runs one statement by itself that belongs to no migration. Done, by the catalog, is not done again; there is no record of it.
 *
 * @throws PLINTH_MIGRATE_BLOCKED, PLINTH_MIGRATE_DISK_LOW, PLINTH_MIGRATE_OBJECT_DIFFERS, PLINTH_MIGRATE_NOT_VERIFIED, or what the server says
 */
export async function runAlone(run: Run, id: string, number: number, statement: Statement): Promise<void> {
  const step: Step = { id, number, statement, target: stepOf(statement) };
  await provedLock(run.session, run.tiers[0]);
  await run.session.query({ text: attemptSettings('step', { lockTimeoutMs: patientLockTimeoutMs, statementTimeoutMs: 0 }) });
  if ((await probe(run, step)) === 'done') return;
  run.progress(`${run.tiers[0]}: ${id} ${step.target.kind} ${step.target.name}`);
  await perform(run, step, undefined);
}

async function runStep(run: Run, batch: StepBatch, step: Step, row: ListStepsRow | undefined): Promise<void> {
  const { session } = run;
  const { kind, name, isIdempotent } = step.target;
  const hash = sha256(step.statement.sql);
  const identity = { migration_id: batch.rowId, direction: batch.direction, number: step.number };
  if (row?.state === 'done' && row.sql_sha256 !== hash) throw migrateErrors.STEP_CHANGED({ id: step.id, step: step.number });
  const answer = row?.state === 'done' ? 'unknown' : await probe(run, step);
  const decision = decideStep(row?.state as StepState | undefined, answer, isIdempotent);
  if (decision === 'skip') return;
  if (decision === 'repair') throw needsRepair(step, row?.error ?? 'the run ended in the middle of it');
  await beginStep.run(session, { ...identity, kind, target: name, sql_sha256: hash });
  run.progress(`${run.tiers[0]}: ${step.id} step ${step.number} ${kind} ${name}`);
  if (decision !== 'record') {
    try {
      const subject = { tier: run.tiers[0], migration: step.id, step: step.number };
      await run.hooks.call('before-step', subject);
      await perform(run, step, batch.lockTimeoutMs);
      await run.hooks.call('after-step', subject);
    } catch (error) {
      const isBlocked = untouching.has(String((error as { code?: unknown }).code));
      await endStep.run(session, { ...identity, state: isBlocked ? 'pending' : 'failed', error: reasonOf(error) });
      // Without a probe nobody can tell later how far it came.
      if (answer === 'unknown' && !isIdempotent && !isBlocked) throw needsRepair(step, reasonOf(error), error);
      if (isBlocked || stateOf(error) === undefined) throw error;
      const place = placeOf(error, batch.path, batch.text, -Array.from(batch.text.slice(0, step.statement.offset)).length);
      throw migrateErrors.FAILED({ id: step.id, place, reason: reasonOf(error), remedy: remedyOf(stateOf(error)) }, { cause: error });
    }
  }
  await endStep.run(session, { ...identity, state: 'done', error: null });
}

async function perform(run: Run, step: Step, ownLockTimeoutMs: number | undefined): Promise<void> {
  const isPatient = patientKinds.has(step.target.kind);
  await refuseLowDisk(run, step);
  if (isPatient) await waitForOldTransactions(run, step.id);
  const attemptOnce = async (ladderMs: number) => {
    const patienceMs = isPatient ? Math.min(patientLockTimeoutMs, run.lockDeadlineMs) : ladderMs;
    const lockTimeoutMs = Math.min(patienceMs, ownLockTimeoutMs ?? patienceMs);
    using _ = buildingKinds.has(step.target.kind) ? await run.buildTurn?.() : undefined;
    await run.session.query({ text: attemptSettings('step', { lockTimeoutMs, statementTimeoutMs: 0 }) });
    if ((await probe(run, step)) === 'leftover') {
      await cleanUp(run, step);
      if ((await probe(run, step)) === 'done') return;
    }
    await run.session.query({ text: step.statement.sql });
    const answer = await probe(run, step);
    if (answer === 'leftover') throw migrateErrors.NOT_VERIFIED({ id: step.id, step: step.number, target: step.target.name });
  };
  const clean = async () => {
    // Best effort and not for long: the next attempt, or the next run, finds by itself what is left.
    await run.session
      .query({ text: attemptSettings('step', { lockTimeoutMs: cleanLockTimeoutMs, statementTimeoutMs: 0 }) })
      .then(() => probe(run, step))
      .then((answer) => (answer === 'leftover' ? cleanUp(run, step) : undefined))
      .catch(() => {});
  };
  await withLockRetry(run, step.id, ({ lockTimeoutMs }) => attemptOnce(lockTimeoutMs), clean);
}

/** `pre.sql` and `post.sql` of steps see a transaction of their own. */
async function checkApart(run: Run, pending: Ready['pending'], part: 'pre' | 'post', text: string | undefined): Promise<void> {
  if (text === undefined) return;
  await run.session.query({
    text: `begin; ${attemptSettings('transaction', { lockTimeoutMs: patientLockTimeoutMs, statementTimeoutMs: run.statementTimeoutMs })}`,
  });
  try {
    await checkRows(run, pending, part, text);
  } finally {
    await run.session.query({ text: 'rollback' });
  }
}

function needsRepair(step: Step, reason: string, cause?: unknown) {
  const statement = step.statement.sql.split('\n', 1)[0]?.slice(0, 80) ?? '';
  return migrateErrors.NEEDS_REPAIR({ id: step.id, step: step.number, statement, reason }, { cause });
}
