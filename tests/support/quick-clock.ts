import { type Clock, systemClock } from '../../src/kernel/index.ts';

const times = 20;

/**
 * A clock for what paces itself: a twentieth of each pause is slept, and then its whole time has passed. A backfill that gives way to a busy
 * server would else wait for all the tests beside it. What work takes, it takes; the time of day is the right one. Deadlines that count
 * pauses come sooner, so they have to be long.
 */
function openQuickClock(): Clock {
  let skippedMs = 0;
  const monotonicMs = () => systemClock.monotonicMs() + skippedMs;
  return {
    now: () => systemClock.now(),
    monotonicMs,
    async sleep(ms, signal) {
      const endMs = monotonicMs() + ms;
      await systemClock.sleep(ms / times, signal);
      skippedMs += Math.max(0, endMs - monotonicMs());
    },
  };
}

export const quickClock: Clock = openQuickClock();
