import { expect, test } from 'vitest';
import { createRateLimiter } from './rate-limit.ts';

test('[I5] a burst passes, then one call per interval', () => {
  const limiter = createRateLimiter({ burst: 3, intervalMs: 1000 });
  expect([0, 0, 0, 0].map(() => limiter.take('a', 0))).toEqual([0, 0, 0, 1000]);
  expect(limiter.take('a', 999)).toBe(1);
  expect(limiter.take('a', 1000)).toBe(0);
  expect(limiter.take('a', 1000)).toBe(1000);
});

test('[I5] several calls pass together or not at all', () => {
  const limiter = createRateLimiter({ burst: 10, intervalMs: 100 });
  expect([6, 5, 4, 1].map((count) => limiter.take('a', 0, undefined, count))).toEqual([0, 100, 0, 100]);
  expect(limiter.take('a', 1000, undefined, 10)).toBe(0);
  expect(limiter.take('a', 1_000_000, undefined, 11)).toBe(Number.POSITIVE_INFINITY);
  expect(limiter.take('a', 1_000_000, undefined, 10)).toBe(0);
});

test('[I5] keys do not share a budget and can be forgotten', () => {
  const limiter = createRateLimiter({ burst: 1, intervalMs: 1000 });
  expect(limiter.take('a', 0)).toBe(0);
  expect(limiter.take('b', 0)).toBe(0);
  expect(limiter.take('a', 0)).toBe(1000);
  limiter.forget('a');
  expect(limiter.take('a', 0)).toBe(0);
});

test('[I5] the number of keys is bounded', () => {
  const limiter = createRateLimiter({ burst: 1, intervalMs: 1000 }, 2);
  limiter.take('a', 0);
  limiter.take('b', 0);
  limiter.take('c', 0);
  expect(limiter.take('b', 0)).toBe(1000);
  expect(limiter.take('a', 0)).toBe(0);
});
