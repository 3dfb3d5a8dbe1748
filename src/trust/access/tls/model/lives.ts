import type { Validity } from '../../model/life.ts';

const day = 86_400_000;

/** How long what we make is believed. Short where it is renewed by itself; the authority's has to be spread by hand. */
export const lifeMs = { authority: 3_650 * day, server: 90 * day, client: 90 * day, revocations: 90 * day } as const;

// Clocks of two machines differ; a certificate from the future is refused.
const skewMs = 5 * 60_000;

/** The life of what is made now. */
export function validityFrom(now: Date, kind: keyof typeof lifeMs): Validity {
  return { validFrom: new Date(now.getTime() - skewMs), validUntil: new Date(now.getTime() + lifeMs[kind]) };
}
