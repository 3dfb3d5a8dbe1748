import { describe, expect, test } from 'vitest';
import { judgeEnqueue, mostPredictedWaitMs, retryAfterSeconds } from './admission.ts';
import { nextAlert, quiet } from './alert.ts';
import { jainIndex } from './fairness.ts';
import { type Level, nextLevel } from './level.ts';
import { LaneWatch, overdueShare, stalledAfterMs, starvationLevel } from './starvation.ts';
import { type BandFacts, judgeBand, type QueueFacts, worst } from './state.ts';
import { capacityOf, minutesOfWork, predictedWaitMs } from './wait.ts';
import { weightsInForce } from './weights.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('levels', () => {
  const run = (series: readonly number[], stepMs = minute) => {
    let state = { level: 'normal' as Level, changedMs: Number.NEGATIVE_INFINITY };
    return series.map((minutes, i) => {
      state = nextLevel(state, minutes, i * stepMs);
      return state.level;
    });
  };

  test('[I60] are entered at their mark and left at half of it', () => {
    expect(run([0, 14, 15, 10, 8, 7])).toEqual(['normal', 'normal', 'busy', 'busy', 'busy', 'normal']);
    expect(run([200, 100, 89, 31, 29, 8, 7])).toEqual(['overload', 'overload', 'high', 'high', 'busy', 'busy', 'normal']);
    expect(run([200, 1])).toEqual(['overload', 'normal']);
    expect(run([Number.POSITIVE_INFINITY])).toEqual(['overload']);
  });

  test('[I60] a queue on the edge does not go to and fro, and changes at most once a minute', () => {
    const edge = Array.from({ length: 600 }, (_, i) => 15 + 3 * Math.sin(i / 5));
    expect(run(edge, 1_000).filter((level, i, all) => i > 0 && level !== all[i - 1])).toHaveLength(0);
    const spike = Array.from({ length: 600 }, (_, i) => (i % 20 < 10 ? 100 : 0));
    const changes = run(spike, 1_000).filter((level, i, all) => i > 0 && level !== all[i - 1]).length;
    expect(changes).toBeLessThanOrEqual(10);
  });
});

describe('weights', () => {
  const set = [40, 25, 20, 10, 5];
  const targets = [minute, 5 * minute, 30 * minute, 2 * hour, 3 * hour];
  const none = [0, 0, 0, 0, 0];

  test('[I61] what can wait gives way while there is much to do', () => {
    expect(weightsInForce(set, 'normal', none, targets)).toEqual(set);
    expect(weightsInForce(set, 'busy', none, targets)).toEqual([40, 25, 20, 10, 2]);
    expect(weightsInForce(set, 'high', none, targets)).toEqual([40, 25, 20, 1, 1]);
    expect(weightsInForce([9, 9, 9, 9, 1], 'busy', none, targets)).toEqual([9, 9, 9, 9, 1]);
  });

  test('[I61] a band that waits for half of its target counts twice, past four fifths four times', () => {
    expect(weightsInForce(set, 'normal', [31_000, 0, 25 * minute, 0, 0], targets)).toEqual([80, 25, 80, 10, 5]);
  });

  test('[I61] a band in which something starves keeps what is set', () => {
    expect(weightsInForce(set, 'overload', [0, 0, 0, hour, 2.2 * hour], targets)).toEqual([40, 25, 20, 1, 10]);
  });
});

describe('predicted wait', () => {
  test('[I62] is the work of the pool over what it gets done', () => {
    const pool = { workMs: 20 * hour, slots: 10, capacity: 10 };
    expect(predictedWaitMs({ workMs: hour, slots: 10 }, pool)).toBe(2 * hour);
    // One that may use two of ten slots waits for its own work.
    expect(predictedWaitMs({ workMs: 10 * hour, slots: 2 }, pool)).toBe(5 * hour);
    expect(predictedWaitMs({ workMs: 0, slots: 0 }, { workMs: 0, slots: 0, capacity: 0 })).toBeUndefined();
  });

  test('[I62] what was seen counts where enough of it was', () => {
    expect(capacityOf(20, undefined)).toBe(20);
    expect(capacityOf(20, { runMs: 60_000, runs: 10, elapsedMs: 60_000 })).toBe(20);
    expect(capacityOf(20, { runMs: 60_000, runs: 1_000, elapsedMs: 60_000 })).toBe(1);
    expect(capacityOf(20, { runMs: 9_000_000, runs: 1_000, elapsedMs: 60_000 })).toBe(20);
    expect(minutesOfWork({ workMs: 0, slots: 0 })).toBe(0);
    expect(minutesOfWork({ workMs: hour, slots: 4 })).toBe(15);
  });
});

describe('admission', () => {
  test('[I63] bulks are refused, demoted or taken as the queue says, single ones are taken and alarmed', () => {
    const over = mostPredictedWaitMs + 1;
    expect(judgeEnqueue(over, true, 'reject')).toEqual({ verdict: 'reject', isAlarming: false });
    expect(judgeEnqueue(over, true, 'demote')).toEqual({ verdict: 'demote', isAlarming: false });
    expect(judgeEnqueue(over, true, 'accept')).toEqual({ verdict: 'accept', isAlarming: true });
    expect(judgeEnqueue(over, false, 'reject')).toEqual({ verdict: 'accept', isAlarming: true });
    expect(judgeEnqueue(mostPredictedWaitMs, true, 'reject')).toEqual({ verdict: 'accept', isAlarming: false });
    expect(judgeEnqueue(undefined, true, 'reject')).toEqual({ verdict: 'accept', isAlarming: false });
    expect(retryAfterSeconds(mostPredictedWaitMs + 90_000)).toBe(90);
    expect(retryAfterSeconds(mostPredictedWaitMs + 1)).toBe(5);
  });
});

describe('state of the promise', () => {
  const band = (more: Partial<BandFacts> = {}): BandFacts => ({ jobs: 1, headWaitMs: minute, held: [], lacksHandler: false, ...more });
  const queue = (more: Partial<QueueFacts> = {}): QueueFacts => ({
    ...{ isPaused: false, workers: 1, predictedWaitMs: minute, overdueHours: 0 },
    ...{ isThrottled: false, isStarvedOfJobs: false, lacksPartition: false, ...more },
  });

  test('[I64] is broken after four hours, at risk after two or when the wait that is predicted passes three', () => {
    expect(judgeBand(band(), queue())).toEqual({ state: 'held', cause: undefined });
    expect(judgeBand(band({ headWaitMs: 2.1 * hour }), queue())).toEqual({ state: 'at_risk', cause: 'capacity' });
    expect(judgeBand(band({ headWaitMs: 4.1 * hour }), queue())).toEqual({ state: 'broken', cause: 'capacity' });
    expect(judgeBand(band(), queue({ predictedWaitMs: 3.1 * hour }))).toEqual({ state: 'at_risk', cause: 'capacity' });
    expect(judgeBand(band(), queue({ overdueHours: 1 }))).toMatchObject({ state: 'at_risk' });
    expect(judgeBand(band({ jobs: 0, headWaitMs: 0 }), queue({ workers: 0, predictedWaitMs: undefined }))).toMatchObject({ state: 'held' });
  });

  test('[I64] names what hinders', () => {
    const cause = (more: Partial<QueueFacts>, of: Partial<BandFacts> = {}) =>
      judgeBand(band({ headWaitMs: 3 * hour, ...of }), queue(more)).cause;
    expect(cause({ isPaused: true, workers: 0 })).toBe('paused');
    expect(cause({ workers: 0 })).toBe('no_worker');
    expect(cause({}, { lacksHandler: true })).toBe('no_handler');
    expect(cause({ isThrottled: true })).toBe('throttle');
    expect(cause({ isStarvedOfJobs: true })).toBe('database');
    expect(cause({ lacksPartition: true })).toBe('partition_missing');
  });

  test('[I64] what a limit, a pause or a suspension holds is judged the same, by its own name', () => {
    const limited = band({ jobs: 0, headWaitMs: 0, held: [{ cause: 'key_limit', oldestWaitMs: 5 * hour }] });
    expect(judgeBand(limited, queue())).toEqual({ state: 'broken', cause: 'key_limit' });
    const both = band({ headWaitMs: 3 * hour, held: [{ cause: 'tenant_suspended', oldestWaitMs: 2.5 * hour }] });
    expect(judgeBand(both, queue())).toEqual({ state: 'at_risk', cause: 'capacity' });
    expect(worst(['held', 'broken', 'at_risk'])).toBe('broken');
    expect(worst([])).toBe('held');
  });
});

describe('starvation', () => {
  test('[I65] has levels, and gives the oldest a part of each claim', () => {
    expect([1, 2.1, 3.1, 4.1].map((hours) => starvationLevel(hours * hour))).toEqual([undefined, 'warning', 'critical', 'breach']);
    expect([1, 2.1, 3.1].map((hours) => overdueShare(hours * hour))).toEqual([0, 0.25, 1]);
  });

  test('[I65] a lane is passed over when nothing was taken from it for fifteen minutes while its queue got on', () => {
    const lane = { queueId: 1, band: 3, tenantId: 't', dueMs: 0 };
    const stalled = (finished: (round: number) => number, dueOf: (round: number) => number) => {
      const watch = new LaneWatch();
      const rounds = Array.from({ length: 4 }, (_, i) => 16 * minute + (i * stalledAfterMs) / 3);
      return rounds.map((nowMs, i) => watch.look([{ ...lane, dueMs: dueOf(i) }], () => finished(i), nowMs).length);
    };
    expect(
      stalled(
        (round) => round,
        () => 0,
      ),
    ).toEqual([0, 0, 0, 1]);
    expect(
      stalled(
        () => 5,
        () => 0,
      ),
    ).toEqual([0, 0, 0, 0]);
    expect(
      stalled(
        (round) => round,
        (round) => round,
      ),
    ).toEqual([0, 0, 0, 0]);
  });
});

describe('alerts', () => {
  const rule = { comparison: '>', threshold: 1, forMs: 120_000 } as const;

  test('[I66] fire when it was so for long enough, and end at once', () => {
    let state = quiet;
    const fired = [2, 2, 2, 2, 0.5, 2, undefined].map((value, i) => {
      state = nextAlert(state, rule, value, i * minute);
      return state.isFiring;
    });
    expect(fired).toEqual([false, false, true, true, false, false, false]);
    expect(nextAlert(quiet, { comparison: '<', threshold: 1, forMs: 0 }, 0, 0).isFiring).toBe(true);
  });
});

test("[I67] Jain's index", () => {
  expect(jainIndex({ tenants: 4, sum: 20, squares: 100 })).toBe(1);
  expect(jainIndex({ tenants: 4, sum: 1, squares: 1 })).toBe(0.25);
  expect(jainIndex({ tenants: 2, sum: 2, squares: 2 })).toBeUndefined();
  expect(jainIndex({ tenants: 3, sum: 0, squares: 0 })).toBeUndefined();
});
