const minutesPerPoint = 10;

/** A waiting job, as far as the order of claims goes. Times in ms. */
export interface WaitingJob {
  readonly tenantId: string;
  readonly id: string;
  readonly band: number;
  readonly due: number;
}

/** Base of the band, and one for each ten minutes of waiting. */
export function effectivePriority(band: number, waitedMs: number, bases: readonly number[]): number {
  return (bases[band] ?? 0) + Math.max(0, Math.floor(waitedMs / (minutesPerPoint * 60_000)));
}

/** The most urgent band whose base the priority has reached; never below the job's own. */
export function effectiveBand(band: number, waitedMs: number, bases: readonly number[]): number {
  const priority = effectivePriority(band, waitedMs, bases);
  const reached = bases.findIndex((base) => priority >= base);
  return reached < 0 ? band : Math.min(band, reached);
}
