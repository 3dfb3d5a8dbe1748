/** Patience of one statement that needs a lock others hold. */
export interface Attempt {
  readonly lockTimeoutMs: number;
  /** Time to sleep before the next attempt, should this one fail. */
  readonly pauseMs: number;
}

const rungsMs = [100, 200, 500, 1_000] as const;
const lastRungMs = 2_000;

/**
 * The n-th attempt (from 0). Short timeouts first: everybody who arrives behind a waiting ALTER waits with it. The pause
 * is random so that runners of several services do not meet again. There is never an attempt without a timeout.
 *
 * @param random in [0, 1)
 */
export function attempt(n: number, random: number): Attempt {
  return { lockTimeoutMs: rungsMs[n] ?? lastRungMs, pauseMs: Math.round(1_000 + random * 14_000) };
}

/** Lock not available, deadlock: what waiting can heal. Everything else fails at once. */
export function isLockFailure(sqlstate: string | undefined): boolean {
  return sqlstate === '55P03' || sqlstate === '40P01';
}

/** Pause between two tries for the run lock; random, so that 16 runners do not ask in step. */
export function pollMs(random: number): number {
  return Math.round(50 + random * 150);
}
