import { migrateErrors } from '../errors.ts';
import { listBlockers } from '../sql/queries/queries.gen.ts';
import { climb, type Rung } from './climb.ts';
import type { Run } from './run.ts';

/**
 * Runs `work` until it gets its locks: with the timeouts of the ladder, for lock failures and deadlocks only. A
 * session of its own watches who is in the way.
 *
 * @param clean makes good what a failed attempt left, before the next
 * @throws PLINTH_MIGRATE_BLOCKED after the deadline, or what `work` threw
 */
export async function withLockRetry<T>(run: Run, id: string, work: (rung: Rung) => Promise<T>, clean: () => Promise<void>): Promise<T> {
  let blockers: readonly string[] = [];
  const attemptOnce = async (rung: Rung) => {
    const watch = watchBlockers(run);
    try {
      return await work(rung);
    } catch (error) {
      await clean();
      throw error;
    } finally {
      const seen = await watch.stop();
      if (seen.length > 0) blockers = seen;
    }
  };
  return climb({ clock: run.clock, signal: run.signal, deadlineMs: run.lockDeadlineMs }, attemptOnce, {
    blocked: ({ waitedMs, error }) => migrateErrors.BLOCKED({ id, waitedMs, blockers }, { cause: error }),
    onMissed: ({ lockTimeoutMs, pauseMs }) =>
      run.progress(
        `${id}: no lock within ${lockTimeoutMs} ms${blockers.length > 0 ? ` (${blockers.join('; ')})` : ''}, again in ${pauseMs} ms`,
      ),
  });
}

const watchEveryMs = 100;

/**
 * Asks on a session of its own who blocks the run's backend, until stopped; keeps the last answer that named somebody.
 * Begins after a moment: what gets its locks at once needs no watching.
 */
function watchBlockers(run: Run): { stop(): Promise<readonly string[]> } {
  let seen: string[] = [];
  const controller = new AbortController();
  const watch = async () => {
    await run.clock.sleep(watchEveryMs / 2, controller.signal);
    await using session = await run.connect.session({ tier: run.tiers[0], tag: 'migrate.watch' });
    for (;;) {
      const rows = await listBlockers.all(session, { backend_pid: run.session.backendPid });
      if (rows.length > 0) seen = rows.map(describeBlocker);
      await run.clock.sleep(watchEveryMs, controller.signal);
    }
  };
  // It ends by being stopped; should it fail, the run goes on without knowing who is in the way.
  const watching = watch().catch(() => {});
  return {
    async stop() {
      controller.abort();
      await watching;
      return seen;
    },
  };
}

export function describeBlocker(row: {
  readonly pid: number;
  readonly backend_type: string;
  readonly application_name: string;
  readonly state: string;
  readonly query: string;
  readonly age_seconds: number;
}): string {
  const query = row.query.replaceAll(/\s+/g, ' ');
  const isWraparound = row.backend_type === 'autovacuum worker' && query.includes('to prevent wraparound');
  const who = isWraparound ? 'vacuum against wraparound, which must not be cancelled' : row.application_name || row.backend_type;
  return `pid ${row.pid} (${who}, ${row.state} for ${Math.round(row.age_seconds)} s): ${query}`;
}
