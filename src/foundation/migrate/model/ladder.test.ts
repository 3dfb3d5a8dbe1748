import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attempt, isLockFailure, pollMs } from './ladder.ts';

test('[I10] no attempt is without a timeout, and pauses are between 1 and 15 s', () => {
  expect([0, 1, 2, 3, 4, 5].map((n) => attempt(n, 0).lockTimeoutMs)).toEqual([100, 200, 500, 1_000, 2_000, 2_000]);
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.nat(10_000), random, (n, at) => {
      const { lockTimeoutMs, pauseMs } = attempt(n, at);
      return lockTimeoutMs > 0 && lockTimeoutMs <= 2_000 && pauseMs >= 1_000 && pauseMs <= 15_000 && pollMs(at) >= 50;
    }),
  );
});

test('[I10] only a missing lock and a deadlock are waited out', () => {
  expect(['55P03', '40P01'].every(isLockFailure)).toBe(true);
  expect(['57014', '23505', '40001', undefined].some(isLockFailure)).toBe(false);
});
