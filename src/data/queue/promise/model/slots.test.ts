import { describe, expect, test } from 'vitest';
import { nextSlots, type PoolBounds, type PoolFacts, slotsOfProcess, targetSlots } from './slots.ts';

const bounds: PoolBounds = { min: 2, max: 200, drainTargetMs: 300_000 };
const calm: PoolFacts = {
  ...{ slots: 20, arrivalsPerS: 0, runMeanMs: 100, runP95Ms: 200, backlog: 0 },
  ...{ cpuRatio: 0.2, connectionWaits: 0 },
};

/** Rounds of thirty seconds: the pool serves what it can, the rest waits. */
function simulate(arrivalsPerS: (second: number) => number, seconds: number) {
  let [slots, backlog, lowSince] = [20, 0, 0];
  const series: number[] = [];
  for (let second = 0; second < seconds; second += 30) {
    const served = (slots / calm.runMeanMs) * 1_000 * 30;
    const arrived = arrivalsPerS(second) * 30;
    backlog = Math.max(0, backlog + arrived - served);
    const facts = { ...calm, slots, backlog, arrivalsPerS: arrived / 30 };
    const next = nextSlots(facts, bounds, lowSince);
    slots = next.desired;
    lowSince = next.lowSince;
    series.push(slots);
  }
  return { series, backlog };
}
const turns = (series: readonly number[]) => {
  const steps = series.slice(1).map((slots, i) => Math.sign(slots - (series[i] as number)));
  const moves = steps.filter((step) => step !== 0);
  return moves.filter((step, i) => i > 0 && step !== moves[i - 1]).length;
};

describe('slots of a pool', () => {
  test('[I68] are for what arrives and what waits', () => {
    expect(targetSlots({ ...calm, arrivalsPerS: 70 }, bounds)).toBe(20);
    expect(targetSlots({ ...calm, backlog: 30_000 }, bounds)).toBe(10);
  });

  test('[I68] at most double, go down by a quarter after three rounds that want it, and stay within bounds', () => {
    expect(nextSlots({ ...calm, backlog: 1e6 }, bounds, 2)).toEqual({ desired: 40, reason: 'demand', lowSince: 0 });
    expect(nextSlots({ ...calm, slots: 150, backlog: 1e6 }, bounds, 0)).toEqual({ desired: 200, reason: 'max', lowSince: 0 });
    expect(nextSlots(calm, bounds, 0)).toEqual({ desired: 20, reason: 'spare', lowSince: 1 });
    expect(nextSlots(calm, bounds, 2)).toEqual({ desired: 15, reason: 'spare', lowSince: 3 });
    expect(nextSlots({ ...calm, slots: 2 }, bounds, 2)).toEqual({ desired: 2, reason: 'min', lowSince: 0 });
    expect(nextSlots({ ...calm, slots: 0 }, bounds, 0)).toMatchObject({ desired: 1 });
  });

  test('[I68] no more where processors or connections are what is short, and it says so', () => {
    expect(nextSlots({ ...calm, backlog: 1e6, cpuRatio: 0.9 }, bounds, 0)).toMatchObject({ desired: 20, reason: 'cpu' });
    expect(nextSlots({ ...calm, backlog: 1e6, connectionWaits: 1 }, bounds, 0)).toMatchObject({ desired: 20, reason: 'connections' });
  });

  test('[I68] a step is followed and then held', () => {
    const { series, backlog } = simulate((second) => (second < 300 ? 50 : 400), 3_600);
    expect(turns(series)).toBeLessThanOrEqual(3);
    expect(series.at(-1)).toBeGreaterThanOrEqual(100);
    expect(new Set(series.slice(-60)).size).toBe(1);
    expect(backlog).toBe(0);
  });

  test('[I68] a wave is followed once up and once down, noise is not', () => {
    const wave = simulate((second) => 200 + 150 * Math.sin((2 * Math.PI * second) / 3_600), 3 * 3_600);
    expect(turns(wave.series)).toBeLessThanOrEqual(8);
    expect(wave.backlog).toBe(0);
    const noise = simulate((second) => 200 + ((second * 7_919) % 17) - 8, 3_600);
    expect(turns(noise.series.slice(10))).toBe(0);
  });

  test('[I68] a spike brings no swinging', () => {
    const { series, backlog } = simulate((second) => (second >= 600 && second < 660 ? 5_000 : 70), 3_600);
    expect(turns(series)).toBeLessThanOrEqual(3);
    expect(backlog).toBe(0);
  });

  test('[I68] are shared out among the processes, none without any', () => {
    expect([0, 1, 2].map((position) => slotsOfProcess(8, 3, position))).toEqual([3, 3, 2]);
    expect(slotsOfProcess(1, 3, 2)).toBe(1);
  });
});
