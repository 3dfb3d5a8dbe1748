import { type Clock, systemClock } from '../../../kernel/index.ts';

const dayMs = 86_400_000;

/** Durations and waits in a fraction of the time, for steps whose length is not what is tested; some days later. */
export const hurried = (times: number, days = 0): Clock => ({
  now: () => new Date(Date.now() + days * dayMs),
  monotonicMs: () => systemClock.monotonicMs() * times,
  sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
});
