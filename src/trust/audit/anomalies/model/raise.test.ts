import { expect, test } from 'vitest';
import { isRaised } from './raise.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 0, 5, hour));
const seen = { raised: at(0), expectedLimit: null };

test('[I23] the same thing is raised once a day', () => {
  expect(isRaised(undefined, { observed: 1 }, at(0))).toBe(true);
  expect(isRaised(seen, { observed: 1_000 }, at(23))).toBe(false);
  expect(isRaised(seen, { observed: 1 }, at(24))).toBe(true);
});

test('[I23] what is expected is raised only when it is more than that', () => {
  expect(isRaised({ ...seen, expectedLimit: 300 }, { observed: 300 }, at(100))).toBe(false);
  expect(isRaised({ ...seen, expectedLimit: 300 }, { observed: 301 }, at(1))).toBe(true);
  expect(isRaised({ ...seen, expectedLimit: 1 }, { observed: 1 }, at(10_000))).toBe(false);
});
