import type { Clock } from '../../../kernel/index.ts';
import { attempt, isLockFailure } from '../model/ladder.ts';
import { stateOf } from './failure.ts';

/** How long locks are tried for. */
export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/** What one attempt has to know. */
export interface Rung {
  /** Work has to set it, or a shorter one: whoever arrives behind it waits as long. */
  readonly lockTimeoutMs: number;
  /** Time lost so far in attempts that did not get their lock, and in the pauses between them. */
  readonly waitedMs: number;
}

/** An attempt that did not get its locks. */
export interface Missed {
  readonly lockTimeoutMs: number;
  /** Up to the end of this attempt. */
  readonly waitedMs: number;
  readonly error: unknown;
}

/**
 * Runs `work` until it gets its locks, with the timeouts and pauses of the ladder. Only a missing lock and a deadlock are
 * tried again; `work` has rolled back what it began when it throws.
 *
 * @param told.onMissed called before each pause
 * @param told.blocked the error after the deadline; default: what the last attempt threw
 * @throws what `blocked` gave, or what `work` threw
 */
export async function climb<T>(
  { clock, signal, deadlineMs }: Patience,
  work: (rung: Rung) => Promise<T>,
  told: { onMissed?(missed: Missed & { readonly pauseMs: number }): void; blocked?(missed: Missed): Error } = {},
): Promise<T> {
  const started = clock.monotonicMs();
  const waited = () => Math.round(clock.monotonicMs() - started);
  for (let n = 0; ; n++) {
    signal.throwIfAborted();
    const { lockTimeoutMs, pauseMs } = attempt(n, Math.random());
    try {
      return await work({ lockTimeoutMs, waitedMs: waited() });
    } catch (error) {
      if (!isLockFailure(stateOf(error))) throw error;
      const missed = { lockTimeoutMs, waitedMs: waited(), error };
      if (missed.waitedMs + pauseMs > deadlineMs) throw told.blocked?.(missed) ?? error;
      told.onMissed?.({ ...missed, pauseMs });
      await clock.sleep(pauseMs, signal);
    }
  }
}
