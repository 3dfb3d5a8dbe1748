import { migrateErrors } from '../errors.ts';
import { pollMs } from '../model/ladder.ts';
import { findOldTransaction } from '../sql/queries/queries.gen.ts';
import { describeBlocker } from './attempts.ts';
import type { Run } from './run.ts';

const oldSeconds = 5 * 60;

/**
 * A concurrent build ends only after every transaction that was open when it began. Behind an old one it would hold its
 * own snapshot for hours, so it is not even begun.
 *
 * @throws PLINTH_MIGRATE_BLOCKED after the deadline
 */
export async function waitForOldTransactions(run: Run, id: string): Promise<void> {
  const started = run.clock.monotonicMs();
  let announced = 0;
  for (;;) {
    const old = await findOldTransaction.first(run.session, { older_than_seconds: oldSeconds });
    if (!old) return;
    const waitedMs = run.clock.monotonicMs() - started;
    const blocker = describeBlocker(old);
    if (waitedMs > run.lockDeadlineMs) throw migrateErrors.BLOCKED({ id, waitedMs, blockers: [blocker] });
    if (old.pid !== announced) run.progress(`${id}: deferred behind ${blocker}`);
    announced = old.pid;
    await run.clock.sleep(pollMs(Math.random()), run.signal);
  }
}
