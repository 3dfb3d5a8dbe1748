/**
 * Durations by size: bucket 0 is below a millisecond, each further one ends at √2 times the end of the one before, the last holds whatever is
 * longer than 37 hours. The same in `queue.histogram_quantile`.
 */
export const bucketCount = 56;

export function bucketOf(ms: number): number {
  if (!(ms >= 1)) return 0;
  return Math.min(bucketCount - 1, 1 + Math.floor(2 * Math.log2(ms)));
}

/** Where a bucket ends, in ms. */
export const bucketEndMs = (bucket: number): number => 2 ** (bucket / 2);

/** Milliseconds that such a share of the durations does not pass, right to within their bucket; undefined for an empty histogram. */
export function quantileMs(histogram: readonly number[], quantile: number): number | undefined {
  const wanted = histogram.reduce((sum, count) => sum + count, 0) * quantile;
  let upTo = 0;
  for (const [bucket, count] of histogram.entries()) {
    upTo += count;
    if (count === 0 || upTo < wanted) continue;
    const inside = (wanted - upTo + count) / count;
    return bucket === 0 ? inside : 2 ** ((bucket - 1 + inside) / 2);
  }
  return undefined;
}

/** Without the empty buckets at the end, as it is kept. */
export function trimmed(histogram: readonly number[]): readonly number[] {
  return histogram.slice(0, histogram.findLastIndex((count) => count > 0) + 1);
}
