import { sqlstateOf } from '../../../kernel/index.ts';
import type { Session } from '../../connect/index.ts';
import { attempt, isLockFailure } from '../../migrate/index.ts';
import type { Context } from '../context.ts';

const stateOf = (error: unknown) => sqlstateOf(error) ?? sqlstateOf((error as { cause?: unknown } | null)?.cause);

/**
 * Runs `work` under the lock timeouts of the ladder until it gets its locks, or the deadline has passed. The session is
 * outside a transaction. Gives the time lost in attempts that failed.
 *
 * @throws what `work` threw last
 */
export async function withLadder<T>(
  { clock, options }: Context,
  session: Session,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly waitedMs: number; readonly tookMs: number }> {
  const started = clock.monotonicMs();
  for (let n = 0; ; n++) {
    signal.throwIfAborted();
    const { lockTimeoutMs, pauseMs } = attempt(n, Math.random());
    await session.query({ text: `set lock_timeout = ${lockTimeoutMs}` });
    const begun = clock.monotonicMs();
    try {
      const value = await work();
      return { value, waitedMs: Math.round(begun - started), tookMs: Math.round(clock.monotonicMs() - begun) };
    } catch (error) {
      if (!isLockFailure(stateOf(error)) || clock.monotonicMs() - started + pauseMs > options.lockDeadlineMs) throw error;
    } finally {
      await session.query({ text: 'set lock_timeout = 0' });
    }
    await clock.sleep(pauseMs, signal);
  }
}
