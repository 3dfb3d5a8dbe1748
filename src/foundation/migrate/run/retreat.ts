import { migrateErrors } from '../errors.ts';
import type { MigrationFile, MigrationOptions } from '../model/migration.ts';
import { statesBefore } from '../model/states.ts';
import type { ParsedFile } from '../parse/index.ts';
import { endRun, forgetAppliedObjects, retreat, stopRetreat } from '../sql/queries/queries.gen.ts';
import { runSteps } from './apply-steps.ts';
import { withLockRetry } from './attempts.ts';
import { beginRun } from './begin-run.ts';
import { placeOf, reasonOf, remedyOf, stateOf } from './failure.ts';
import { checkProof, lockKey } from './lock.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

/** A migration on its way out of one database. */
export interface Retreat {
  readonly file: MigrationFile;
  readonly options: MigrationOptions;
  /** The text of `down.sql`, and what it says. */
  readonly down: string;
  readonly parsed: ParsedFile;
  /** Its rows, one per tier kept here. */
  readonly rowIds: readonly [string, ...string[]];
}

/**
 * Takes migrations back in the order given, each with the record of it, as they were applied: in one transaction, or
 * statement by statement where the migration ran so. Files of repeatable objects of their sources count as changed
 * afterwards. Returns `source/name` of each.
 *
 * @throws PLINTH_MIGRATE_FAILED, PLINTH_MIGRATE_BLOCKED, PLINTH_MIGRATE_NEEDS_REPAIR, PLINTH_MIGRATE_ILLEGAL_MOVE; then those before it
 * are reverted and recorded, and nothing after it was begun
 */
export async function retreatAll(run: Run, retreats: readonly Retreat[]): Promise<readonly string[]> {
  const done: string[] = [];
  await beginRun(run);
  try {
    for (const one of retreats) {
      run.signal.throwIfAborted();
      run.progress(`${run.tiers[0]}: ${one.file.id} going back`);
      await advance(run, undefined, one);
      await retreatOne(run, one);
      done.push(one.file.id);
      run.progress(`${run.tiers[0]}: ${one.file.id} reverted`);
    }
    await endRun.run(run.session, { id: run.id, outcome: 'completed' });
  } catch (error) {
    await endRun.run(run.session, { id: run.id, outcome: 'failed' }).catch(() => {});
    throw error;
  }
  return done;
}

async function retreatOne(run: Run, one: Retreat): Promise<void> {
  try {
    if (one.options.isTransactional) await retreatInTransaction(run, one);
    else await retreatBySteps(run, one);
  } catch (error) {
    // On a lost session nothing can be recorded; the row stays `reverting`, which reads as applied once the lock is free.
    await stopRetreat.run(run.session, { ids: [...one.rowIds], sqlstate: stateOf(error) ?? null, error: reasonOf(error) }).catch(() => {});
    throw error;
  }
}

async function retreatInTransaction(run: Run, one: Retreat): Promise<void> {
  const { session } = run;
  const { file, options, down } = one;
  await withLockRetry(
    run,
    file.id,
    async ({ lockTimeoutMs, waitedMs }) => {
      const started = run.clock.monotonicMs();
      const prefix = `begin; ${attemptSettings('transaction', {
        lockTimeoutMs: Math.min(lockTimeoutMs, options.lockTimeoutMs ?? lockTimeoutMs),
        statementTimeoutMs: Math.min(run.statementTimeoutMs, options.statementTimeoutMs ?? run.statementTimeoutMs),
      })};\n`;
      try {
        await session.query({ text: `${prefix}${down}` });
      } catch (error) {
        const place = placeOf(error, file.paths.down, down, prefix.length);
        throw migrateErrors.FAILED({ id: file.id, place, reason: reasonOf(error), remedy: remedyOf(stateOf(error)) }, { cause: error });
      }
      await forgetAppliedObjects.run(session, { sources: [file.source] });
      await advance(run, { one, durationMs: Math.round(run.clock.monotonicMs() - started), lockWaitMs: waitedMs }, undefined);
      await session.query({ text: 'commit' });
    },
    async () => void (await session.query({ text: 'rollback' })),
  );
}

async function retreatBySteps(run: Run, one: Retreat): Promise<void> {
  const { file, options, down, parsed, rowIds } = one;
  const started = run.clock.monotonicMs();
  const bound = options.lockTimeoutMs === undefined ? {} : { lockTimeoutMs: options.lockTimeoutMs };
  const { statements } = parsed;
  await forgetAppliedObjects.run(run.session, { sources: [file.source] });
  await runSteps(run, { id: file.id, rowId: rowIds[0], direction: 'down', path: file.paths.down, text: down, statements, ...bound });
  await advance(run, { one, durationMs: Math.round(run.clock.monotonicMs() - started), lockWaitMs: 0 }, undefined);
}

/** The end of one and the intent of the next, in whatever transaction is open, with the proof of the lock. */
async function advance(
  run: Run,
  ended: { readonly one: Retreat; readonly durationMs: number; readonly lockWaitMs: number } | undefined,
  next: Retreat | undefined,
): Promise<void> {
  const ids = ended?.one.rowIds ?? [];
  const nextIds = next?.rowIds ?? [];
  const found = await retreat.one(run.session, {
    ids: [...ids],
    allowed_reverted: statesBefore('reverted'),
    duration_ms: ended?.durationMs ?? 0,
    lock_wait_ms: ended?.lockWaitMs ?? 0,
    next_ids: [...nextIds],
    allowed_reverting: statesBefore('reverting'),
    run_id: run.id,
    lock_key: lockKey,
  });
  checkProof(run.session, run.tiers[0], found);
  if (found.recorded !== ids.length) throw migrateErrors.ILLEGAL_MOVE({ id: ended?.one.file.id ?? '', to: 'reverted' });
  if (found.announced !== nextIds.length) throw migrateErrors.ILLEGAL_MOVE({ id: next?.file.id ?? '', to: 'reverting' });
}
