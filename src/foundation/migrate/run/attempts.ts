import type { Tier } from '../../../kernel/index.ts';
import type { Connect } from '../../connect/index.ts';
import { migrateErrors } from '../errors.ts';
import { attempt, isLockFailure } from '../model/ladder.ts';
import { listBlockers } from '../sql/queries/queries.gen.ts';
import { stateOf } from './failure.ts';
import type { Run } from './run.ts';

/** What one attempt has to know. */
export interface LockPatience {
  readonly lockTimeoutMs: number;
  /** Time lost so far in attempts that did not get their lock, and in the pauses between them. */
  readonly lockWaitMs: number;
}

/**
 * Runs `work` until it gets its locks: with the timeouts of the ladder, for lock failures and deadlocks only. From the
 * second attempt on a session of its own watches who is in the way.
 *
 * @param clean makes good what a failed attempt left, before the next
 * @throws PLINTH_MIGRATE_BLOCKED after the deadline, or what `work` threw
 */
export async function withLockRetry<T>(
  run: Run,
  id: string,
  work: (patience: LockPatience) => Promise<T>,
  clean: () => Promise<void>,
): Promise<T> {
  const started = run.clock.monotonicMs();
  let blockers: readonly string[] = [];
  let lockWaitMs = 0;
  for (let n = 0; ; n++) {
    run.signal.throwIfAborted();
    const { lockTimeoutMs, pauseMs } = attempt(n, Math.random());
    const watch = n === 0 ? undefined : watchBlockers(run.connect, run.tiers[0], run.session.backendPid);
    try {
      return await work({ lockTimeoutMs, lockWaitMs });
    } catch (error) {
      await clean();
      if (!isLockFailure(stateOf(error))) throw error;
      const seen = await watch?.stop();
      if (seen && seen.length > 0) blockers = seen;
      const waitedMs = run.clock.monotonicMs() - started;
      if (waitedMs + pauseMs > run.lockDeadlineMs) throw migrateErrors.BLOCKED({ id, waitedMs, blockers }, { cause: error });
      run.progress(
        `${id}: no lock within ${lockTimeoutMs} ms${blockers.length > 0 ? ` (${blockers.join('; ')})` : ''}, again in ${pauseMs} ms`,
      );
      await run.clock.sleep(pauseMs, run.signal);
      lockWaitMs = Math.round(run.clock.monotonicMs() - started);
    } finally {
      await watch?.stop();
    }
  }
}

const watchEveryMs = 40;

/** Asks who blocks a backend until stopped; keeps the last answer that named somebody. */
function watchBlockers(connect: Connect, tier: Tier, backendPid: number) {
  let seen: string[] = [];
  const controller = new AbortController();
  const watching = (async () => {
    await using session = await connect.session({ tier, tag: 'migrate.watch' });
    while (!controller.signal.aborted) {
      const rows = await listBlockers.all(session, { backend_pid: backendPid });
      if (rows.length > 0) seen = rows.map(describeBlocker);
      await new Promise((resolve) => setTimeout(resolve, watchEveryMs));
    }
  })().catch(() => {});
  return {
    async stop(): Promise<readonly string[]> {
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
