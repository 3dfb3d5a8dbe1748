import type { Deviation } from './judge.ts';

/** An anomaly that was seen before, as far as it decides whether it is raised again. */
export interface Seen {
  readonly raised: Date;
  /** Up to this somebody said it is expected; null where nobody has. */
  readonly expectedLimit: number | null;
}

// So long it is one thing, and one event.
const sameForMs = 24 * 3_600_000;

/**
 * Whether a deviation becomes a security event: when it is new, when it goes beyond what is expected, or when nobody said that it is and
 * a day has passed since it was raised.
 */
export function isRaised(seen: Seen | undefined, { observed }: Pick<Deviation, 'observed'>, hour: Date): boolean {
  if (!seen) return true;
  if (seen.expectedLimit !== null) return observed > seen.expectedLimit;
  return hour.getTime() - seen.raised.getTime() >= sameForMs;
}
