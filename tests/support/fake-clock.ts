import type { Clock } from '../../src/kernel/index.ts';

/** A clock that stands still until told; sleepers wake in the order of their time. */
export interface FakeClock extends Clock {
  /** Moves both times forward and lets everybody wake whose time has come, one after the other. */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  readonly sleeping: number;
}

interface Sleeper {
  readonly wakesMs: number;
  readonly wake: () => void;
}

export function fakeClock(start: Date = new Date('2026-01-01T00:00:00Z')): FakeClock {
  let elapsedMs = 0;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => new Date(start.getTime() + elapsedMs),
    monotonicMs: () => elapsedMs,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (signal?.aborted) return Promise.reject(signal.reason);
      const sleeper = { wakesMs: elapsedMs + ms, wake: resolve };
      sleepers.add(sleeper);
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      return promise.finally(() => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', onAbort);
      });
    },
    async advance(ms) {
      const endMs = elapsedMs + ms;
      for (;;) {
        const next = [...sleepers].filter((s) => s.wakesMs <= endMs).sort((a, b) => a.wakesMs - b.wakesMs)[0];
        if (!next) break;
        elapsedMs = Math.max(elapsedMs, next.wakesMs);
        sleepers.delete(next);
        next.wake();
        // Whoever woke may go to sleep again within this span; a macrotask lets all its promises settle.
        await new Promise(setImmediate);
      }
      elapsedMs = endMs;
      await new Promise(setImmediate);
    },
    get sleeping() {
      return sleepers.size;
    },
  };
}
