/** How many calls a key may make: `burst` at once, then one per `intervalMs`. */
export interface RateLimit {
  readonly burst: number;
  readonly intervalMs: number;
}

export interface RateLimiter {
  /**
   * Takes one call of `key`, or `count`; returns 0 when they may go ahead, else the milliseconds to wait: for ever where they are more than a
   * burst. `own`: where this key has a limit of its own.
   */
  take(key: string, nowMs: number, own?: RateLimit, count?: number): number;
  /** Forgets `key`, e.g. after a success. */
  forget(key: string): void;
}

/**
 * GCRA: one number per key, the time at which its next call would be due at the steady rate.
 *
 * Keys come from outside, so their number is bounded: at `maxKeys` those that are due again are dropped, and
 * if all are waiting, the oldest one.
 */
export function createRateLimiter(limit: RateLimit, maxKeys = 10_000): RateLimiter {
  const due = new Map<string, number>();

  const makeRoom = (nowMs: number) => {
    for (const [key, time] of due) if (time <= nowMs) due.delete(key);
    const [oldest] = due.keys();
    if (due.size >= maxKeys && oldest !== undefined) due.delete(oldest);
  };

  return {
    take(key, nowMs, { burst, intervalMs } = limit, count = 1) {
      if (count > burst) return Number.POSITIVE_INFINITY;
      const arrival = Math.max(due.get(key) ?? 0, nowMs);
      const waitMs = arrival - intervalMs * (burst - count) - nowMs;
      if (waitMs > 0) return waitMs;
      if (due.size >= maxKeys && !due.has(key)) makeRoom(nowMs);
      due.set(key, arrival + intervalMs * count);
      return 0;
    },
    forget: (key) => void due.delete(key),
  };
}
