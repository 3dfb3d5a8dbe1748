import { migrateErrors } from '../errors.ts';
import { statesBefore } from '../model/states.ts';
import { recordApplied } from '../sql/queries/queries.gen.ts';
import { announceIntent, type Ready } from './announce.ts';
import { type LockPatience, withLockRetry } from './attempts.ts';
import { checkRows } from './check-rows.ts';
import { placeOf, reasonOf, remedyOf, stateOf } from './failure.ts';
import { checkInvariants } from './invariants.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

/**
 * Applies one migration in one transaction with the record of it, and announces the next one in the same transaction:
 * the intent of each is committed before it begins, at the cost of one commit per migration instead of two.
 *
 * Its own intent is committed already. When anything fails, all of it is rolled back.
 *
 * @throws PLINTH_MIGRATE_FAILED, PLINTH_MIGRATE_VIOLATED, PLINTH_MIGRATE_INVARIANT, PLINTH_MIGRATE_BLOCKED
 */
export async function applyInTransaction(run: Run, ready: Ready, next: Ready | undefined): Promise<void> {
  await withLockRetry(
    run,
    ready.pending.file.id,
    (patience) => applyOnce(run, ready, next, patience),
    async () => void (await run.session.query({ text: 'rollback' })),
  );
}

async function applyOnce(run: Run, ready: Ready, next: Ready | undefined, { lockTimeoutMs, lockWaitMs }: LockPatience): Promise<void> {
  const { session } = run;
  const { file, parts, tiers } = ready.pending;
  const started = run.clock.monotonicMs();
  const begin = `begin; ${attemptSettings('transaction', {
    lockTimeoutMs: Math.min(lockTimeoutMs, parts.options.lockTimeoutMs ?? lockTimeoutMs),
    statementTimeoutMs: Math.min(run.statementTimeoutMs, parts.options.statementTimeoutMs ?? run.statementTimeoutMs),
  })};\n`;
  let prefix = begin;
  if (parts.pre !== undefined) {
    await session.query({ text: begin });
    await checkRows(run, ready.pending, 'pre', parts.pre);
    prefix = '';
  }
  try {
    await session.query({ text: prefix + file.up });
  } catch (error) {
    const place = placeOf(error, file.path, file.up, prefix.length);
    throw migrateErrors.FAILED({ id: file.id, place, reason: reasonOf(error), remedy: remedyOf(stateOf(error)) }, { cause: error });
  }
  if (parts.post !== undefined) await checkRows(run, ready.pending, 'post', parts.post);
  await checkInvariants(run, ready);
  const recorded = await recordApplied.run(session, {
    source: file.source,
    name: file.name,
    tiers: [...tiers],
    allowed: statesBefore('applied'),
    duration_ms: Math.round(run.clock.monotonicMs() - started),
    lock_wait_ms: lockWaitMs,
  });
  if (recorded !== tiers.length) throw migrateErrors.ILLEGAL_MOVE({ id: file.id, to: 'applied' });
  if (next) await announceIntent(run, next);
  await session.query({ text: 'commit' });
}
