import { expect, test } from 'vitest';
import { nextBatchRows } from './batch-size.ts';

test.for([
  [1_000, 100, 1_000],
  [1_000, 300, 1_000],
  [1_000, 99, 2_000],
  [1_000, 0, 2_000],
  [1_000, 400, 500],
  [1_000, 2_000, 100],
  [150, 2_000, 100],
  [40_000, 20, 50_000],
  [50_000, 310, 32_258],
  [1, 3, 100],
])('%i rows in %i ms: next %i', ([rows, tookMs, next]) => {
  expect(nextBatchRows(rows as number, tookMs as number)).toBe(next);
});
