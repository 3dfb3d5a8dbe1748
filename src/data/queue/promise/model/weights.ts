import type { Level } from './level.ts';

/** A band that waits for longer than these shares of its target counts twice, or four times. */
const late = 0.5;
const veryLate = 0.8;

/** Lanes that wait for longer are starving. */
export const starvingAfterMs = 2 * 3_600_000;

const low = 3;
const background = 4;

/**
 * Shares of the bands that are in force: as they are set, less for what can wait while there is much to do (never for a band in which something
 * starves), more for a band whose oldest job passes half of its target. `headWaitsMs` is 0 where nothing waits.
 */
export function weightsInForce(
  weights: readonly number[],
  level: Level,
  headWaitsMs: readonly number[],
  targetsMs: readonly number[],
): readonly number[] {
  return weights.map((weight, band) => {
    const waitMs = headWaitsMs[band] ?? 0;
    const lateness = waitMs / (targetsMs[band] as number);
    const factor = lateness > veryLate ? 4 : lateness > late ? 2 : 1;
    return (waitMs > starvingAfterMs ? weight : Math.min(weight, mostOf(level, band))) * factor;
  });
}

function mostOf(level: Level, band: number): number {
  if (level === 'normal' || band < low) return Number.POSITIVE_INFINITY;
  if (level === 'busy') return band === background ? 2 : Number.POSITIVE_INFINITY;
  return 1;
}
