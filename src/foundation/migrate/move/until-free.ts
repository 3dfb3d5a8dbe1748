import { PlinthError } from '../../../kernel/index.ts';
import { attempt, isLockFailure } from '../model/ladder.ts';
import { moveErrors } from './errors.ts';
import type { Patience } from './open-move.ts';
import type { Side } from './sides.ts';

/**
 * Tries what needs a strong lock on a table in use again and again, each time for a moment only.
 *
 * @throws PLINTH_MIGRATE_MOVE_BLOCKED after the deadline
 */
export async function untilFree<T>(side: Side, { clock, deadlineMs }: Patience, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const started = clock.monotonicMs();
  for (let n = 0; ; n++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PlinthError) || !isLockFailure(error.details.sqlstate as string | undefined)) throw error;
      const waitedMs = clock.monotonicMs() - started;
      const { pauseMs } = attempt(n, Math.random());
      const table = `${side.table.schema}.${side.table.name}`;
      if (waitedMs + pauseMs > deadlineMs) throw moveErrors.MOVE_BLOCKED({ table, waitedMs }, { cause: error });
      await clock.sleep(pauseMs, signal);
    }
  }
}
