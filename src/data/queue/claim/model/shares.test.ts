import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultWeights } from '../../model/bands.ts';
import { Shares } from './shares.ts';

const weights = defaultWeights;

/** Claims until so many jobs ran; `runMs` gives what a job of a band takes, undefined where the band is empty. Gives time and jobs by band. */
function simulate(shares: Shares, claims: number, wanted: number, runMs: (band: number, claim: number) => number | undefined) {
  const ms = weights.map(() => 0);
  const jobs = weights.map(() => 0);
  let unused = 0;
  for (let n = 0; n < claims; n++) {
    let left = wanted;
    for (const { effective, most } of shares.split(wanted)) {
      if (left === 0) break;
      const took = runMs(effective, n);
      const count = took === undefined ? 0 : Math.min(most, left);
      left -= count;
      shares.charge(effective, count, count * 10);
      for (let job = 0; job < count; job++) shares.correct(effective, 10, took ?? 0);
      jobs[effective] = (jobs[effective] ?? 0) + count;
      ms[effective] = (ms[effective] ?? 0) + count * (took ?? 0);
    }
    unused += left;
  }
  return { ms, jobs, unused };
}
const proportions = (values: readonly number[]) => {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / sum);
};

test('[I33] bands get their shares of time, not of jobs, with run times of 1 to 50 ms', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 5, maxLength: 5 }),
      fc.integer({ min: 1, max: 250 }),
      (runMs, wanted) => {
        const { ms, unused } = simulate(new Shares(weights), Math.ceil(60_000 / wanted), wanted, (band) => runMs[band]);
        expect(unused).toBe(0);
        for (const [band, share] of proportions(ms).entries()) expect(Math.abs(share / ((weights[band] ?? 0) / 100) - 1)).toBeLessThan(0.1);
      },
    ),
    { seed: 7, numRuns: 12 },
  );
});

test('[I33] what an empty band leaves goes to the others, in proportion, and no claim is cut short for it', () => {
  const { ms, unused } = simulate(new Shares(weights), 500, 100, (band) => (band === 1 || band === 3 ? undefined : 5));
  expect(unused).toBe(0);
  for (const [band, of65] of [
    [0, 40],
    [2, 20],
    [4, 5],
  ] as const) {
    expect(Math.abs((proportions(ms)[band] ?? 0) - of65 / 65)).toBeLessThan(0.02);
  }
});

test('[I33] a band that was empty comes back to its share at once, and not to more', () => {
  const shares = new Shares(weights);
  simulate(shares, 1_000, 50, (band) => (band === 0 ? undefined : 10));
  const [first] = [simulate(shares, 1, 50, () => 10)];
  expect(first.jobs[0]).toBeGreaterThanOrEqual(15);
  const { ms } = simulate(shares, 20, 50, () => 10);
  expect(proportions(ms)[0]).toBeLessThan(0.45);
});

test('[I33] one job at a time, each band that is not empty gets its turns', () => {
  const { jobs, unused } = simulate(new Shares(weights), 1_000, 1, () => 10);
  expect(unused).toBe(0);
  for (const [band, count] of jobs.entries()) expect(Math.abs(count - (weights[band] ?? 0) * 10)).toBeLessThanOrEqual(2);
});

test('[I33] new weights act on the next claims', () => {
  const shares = new Shares(weights);
  simulate(shares, 200, 50, () => 10);
  shares.setWeights([5, 10, 20, 25, 40]);
  const { ms } = simulate(shares, 200, 50, () => 10);
  for (const [band, share] of proportions(ms).entries())
    expect(Math.abs(share - ([5, 10, 20, 25, 40][band] ?? 0) / 100)).toBeLessThan(0.03);
});
