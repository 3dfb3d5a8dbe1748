import { describe, expect, test } from 'vitest';
import { bucketCount, bucketEndMs, bucketOf, quantileMs, trimmed } from './histogram.ts';

const histogramOf = (durations: readonly number[]) => {
  const histogram = new Array<number>(bucketCount).fill(0);
  for (const ms of durations) {
    const bucket = bucketOf(ms);
    histogram[bucket] = (histogram[bucket] ?? 0) + 1;
  }
  return histogram;
};

describe('histogram', () => {
  test('each duration lies within its bucket, and none falls out', () => {
    for (const ms of [0, 0.3, 0.999, 1, 1.41, 1.42, 2, 10, 999, 14_400_000, 1e9]) {
      const bucket = bucketOf(ms);
      if (bucket < bucketCount - 1) expect(ms).toBeLessThan(bucketEndMs(bucket));
      if (bucket > 0) expect(ms).toBeGreaterThanOrEqual(bucketEndMs(bucket - 1) * 0.999_999);
    }
    expect(bucketOf(Number.NaN)).toBe(0);
    expect(bucketOf(Number.POSITIVE_INFINITY)).toBe(bucketCount - 1);
  });

  test('quantiles are right to within a bucket', () => {
    const histogram = histogramOf(Array.from({ length: 1_000 }, (_, i) => i + 1));
    for (const [quantile, truth] of [
      [0.5, 500],
      [0.95, 950],
      [0.99, 990],
    ] as const) {
      const found = quantileMs(histogram, quantile) ?? 0;
      expect(found).toBeGreaterThan(truth / Math.SQRT2);
      expect(found).toBeLessThan(truth * Math.SQRT2);
    }
    expect(quantileMs([], 0.5)).toBeUndefined();
    expect(quantileMs([0, 0], 0.5)).toBeUndefined();
  });

  test('is kept without its empty end', () => {
    expect(trimmed([0, 2, 0, 1, 0, 0])).toEqual([0, 2, 0, 1]);
    expect(trimmed([0, 0])).toEqual([]);
  });
});
