import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('[I5] full jitter below a bound that doubles up to two seconds', () => {
  expect([1, 2, 3].map((tries) => backoffMs(tries, 0.5))).toEqual([25, 50, 100]);
  expect(backoffMs(2, 0)).toBe(0);
  expect(backoffMs(20, 1)).toBe(2_000);
});

test('[I5] a full server gets more time', () => {
  expect(backoffMs(1, 1, true)).toBe(250);
});
