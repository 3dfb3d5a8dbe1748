import { describe, expect, test } from 'vitest';
import { type Scenario, simulate } from '../test/simulation.ts';
import { worst } from './state.ts';

const hourMs = 3_600_000;
const base: Scenario = {
  ...{ hours: 6, tenants: 1, slots: 10, runMs: 10_000, bulkShare: 0 },
  mix: [0.9, 0.025, 0.025, 0.025, 0.025],
  load: () => 0.8,
};
const longest = (course: ReturnType<typeof simulate>) => Math.max(...course.longestWaitMs) / hourMs;
const stateAt = (course: ReturnType<typeof simulate>, from: number, to: number) =>
  worst(course.minutes.filter(({ hour }) => hour >= from && hour < to).map(({ assessment }) => assessment.state));

describe.each([1, 1_000])('with %i tenants', (tenants) => {
  test('[I64] 90 % Critical at 80 % load: no job of any band waits for long', () => {
    const course = simulate({ ...base, tenants });
    expect(course.run).toBeGreaterThan(15_000);
    expect(longest(course)).toBeLessThan(0.25);
    expect(stateAt(course, 0, 6)).toBe('held');
  });

  test('[I64] after an outage of two hours it is warned at two, and nothing waits for four', () => {
    const course = simulate({ ...base, tenants, isDown: (hour) => hour > 1 && hour < 3.2 });
    expect(stateAt(course, 0, 1)).toBe('held');
    expect(course.minutes.find(({ hour }) => hour > 1.2)?.assessment).toMatchObject({ state: 'at_risk', cause: 'no_worker' });
    const warned = course.minutes.find(({ assessment }) => assessment.overdueShare > 0);
    expect(warned?.hour).toBeCloseTo(3, 0);
    expect(longest(course)).toBeGreaterThan(2);
    expect(longest(course)).toBeLessThan(4);
    expect(stateAt(course, 0, 6)).toBe('at_risk');
  });
});

test('[I64] at 130 % the promise is at risk, then broken, by its cause; bulks are refused meanwhile; it recovers by itself', () => {
  const course = simulate({ ...base, runMs: 20_000, hours: 40, load: (hour) => (hour < 18 ? 1.3 : 0.4) });
  const first = (state: string) => course.minutes.find(({ assessment }) => assessment.state === state);
  const [atRisk, broken] = [first('at_risk'), first('broken')];
  expect(broken?.assessment.cause).toBe('capacity');
  expect(atRisk?.assessment.cause).toBe('capacity');
  expect((broken?.hour ?? 0) - (atRisk?.hour ?? 0)).toBeGreaterThan(1);
  expect(course.minutes.find(({ hour }) => hour > 16)?.assessment).toMatchObject({ level: { level: 'overload' }, overdueShare: 1 });
  expect(course.minutes.at(-1)?.assessment).toMatchObject({ state: 'held', level: { level: 'normal' } });
});

test('[I63] where most comes in bulk, refusing keeps the promise at any load, and ends when it may', () => {
  const course = simulate({ ...base, runMs: 20_000, hours: 30, bulkShare: 0.7, load: (hour) => (hour < 20 ? 1.6 : 0.3) });
  expect(course.minutes.some(({ refused }) => refused > 0)).toBe(true);
  expect(stateAt(course, 0, 30)).not.toBe('broken');
  expect(longest(course)).toBeLessThan(4);
  expect(course.minutes.findLast(({ refused }) => refused > 0)?.hour).toBeLessThan(21);
  expect(course.minutes.at(-1)?.assessment.state).toBe('held');
});
