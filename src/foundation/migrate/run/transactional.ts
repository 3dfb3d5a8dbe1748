import { migrateErrors } from '../errors.ts';
import { advanceLedger, type Ready } from './advance-ledger.ts';
import { type LockPatience, withLockRetry } from './attempts.ts';
import { checkRows } from './check-rows.ts';
import { placeOf, reasonOf, remedyOf, stateOf } from './failure.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

// The statement that ends each migration costs ten times as much to plan as to run.
const forLedger = 'set local plan_cache_mode = force_generic_plan';

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
  const { file, parts } = ready.pending;
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
    await session.query({ text: `${prefix}${file.up};${forLedger}` });
  } catch (error) {
    const place = placeOf(error, file.path, file.up, prefix.length);
    throw migrateErrors.FAILED({ id: file.id, place, reason: reasonOf(error), remedy: remedyOf(stateOf(error)) }, { cause: error });
  }
  if (parts.post !== undefined) await checkRows(run, ready.pending, 'post', parts.post);
  const durationMs = Math.round(run.clock.monotonicMs() - started);
  await advanceLedger(run, { ready, durationMs, lockWaitMs, hasInvariants: true }, next);
  await session.query({ text: 'commit' });
}
