import { expect, test } from 'vitest';
import type { Deployment } from '../types.ts';
import { figuresOf } from './figures.ts';

const hour = 3_600_000;
const now = new Date('2026-03-15T00:00:00Z');
let count = 0;
/** A run so many hours before `now`. */
const at = (hoursAgo: number, rest: Partial<Deployment> = {}): Deployment => ({
  id: String(++count),
  command: 'up',
  outcome: 'completed',
  started: new Date(now.getTime() - hoursAgo * hour),
  durationMs: 1000,
  leadTimesMs: [],
  leadTimesUnknown: 0,
  lockWaitMs: 0,
  retries: 0,
  ...rest,
});
const figures = (...deployments: Deployment[]) => figuresOf(deployments, { days: 28, now });

test('[I65] where nothing was deployed nothing is claimed', () => {
  expect(figures()).toEqual({
    ...{ days: 28, deployments: 0, perWeek: 0, failed: 0, isBroken: false, leadTimesUnknown: 0, lockWaitMs: 0, retries: 0 },
    weeks: [28, 21, 14, 7].map((ago) => ({ from: new Date(now.getTime() - ago * 24 * hour), completed: 0, failed: 0 })),
  });
});

test('[I65] what failed, was killed or was taken back counts as failed, until a run went through', () => {
  const { durationMs: _, ...killed } = at(40, { outcome: 'killed' });
  const found = figures(
    at(500),
    at(50, { outcome: 'failed' }),
    killed,
    at(30, { durationMs: 3000 }),
    at(20, { command: 'down' }),
    at(4),
    at(1),
  );
  expect(found).toMatchObject({ deployments: 6, failed: 3, changeFailureRate: 0.5, perWeek: 1.5, durationMs: 1000, isBroken: false });
  // From the end of the first failure to the end of what repaired it; from what was taken back to the end of taking it back.
  expect(found.restoreMs).toBe((20 * hour + 2000 + (10 * hour - 2000)) / 2);
  expect(found.weeks.map(({ completed, failed }) => [completed, failed])).toEqual([
    [0, 0],
    [1, 0],
    [0, 0],
    [2, 3],
  ]);
});

test('[I65] a failure that nobody repaired is told, and one that still runs is not counted', () => {
  expect(figures(at(9, { outcome: 'failed' }), at(1, { outcome: 'running' }))).toMatchObject({ deployments: 1, failed: 1, isBroken: true });
});

test('[I65] lead times are the median of what is known; waits and repetitions are added up', () => {
  const found = figures(
    at(3, { leadTimesMs: [10, 30], leadTimesUnknown: 2, lockWaitMs: 5, retries: 1 }),
    at(2, { leadTimesMs: [20], lockWaitMs: 7 }),
  );
  expect(found).toMatchObject({ leadTimeMs: 20, leadTimesUnknown: 2, lockWaitMs: 12, retries: 1 });
});
