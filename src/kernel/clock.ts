import { setTimeout as delay } from 'node:timers/promises';

/** Time as a dependency, so that tests can hold it still. */
export interface Clock {
  /** Wall time; for what people read and rows record. */
  now(): Date;
  /** Milliseconds since an arbitrary start; never steps back. For durations and deadlines. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
