/** The middle of a sample; for an even count the mean of the two. @throws RangeError for an empty one */
export function median(sample: readonly number[]): number {
  if (sample.length === 0) throw new RangeError('an empty sample has no median');
  const sorted = sample.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

// Makes the median absolute deviation of a normal sample its standard deviation.
const normalConsistency = 1.4826;

/**
 * How many robust deviations a count lies above what is usual. The deviation is that of the median absolute deviation, but at least that
 * of a Poisson count of this size, and one: in a sample of equal values the next one more is no surprise.
 */
export function robustExcess(sample: readonly number[], value: number): { readonly usual: number; readonly deviations: number } {
  const usual = median(sample);
  const spread = normalConsistency * median(sample.map((each) => Math.abs(each - usual)));
  return { usual, deviations: (value - usual) / Math.max(spread, Math.sqrt(usual), 1) };
}

/** Probability of `count` or more where `rate` are expected. Exact enough down to 1e-15; 1 for a count of 0. */
export function poissonTail(rate: number, count: number): number {
  if (count <= 0) return 1;
  let logTerm = -rate;
  for (let k = 1; k <= count; k++) logTerm += Math.log(rate / k);
  // From `count` upwards the terms fall as soon as k exceeds the rate: adding up the tail keeps the digits that 1 - sum would lose.
  let tail = 0;
  for (let k = count, term = Math.exp(logTerm); term > tail * 1e-12 || k <= rate; k++, term *= rate / k) tail += term;
  return Math.min(1, tail);
}
