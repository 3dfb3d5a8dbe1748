import { type Ring, ringAfter, ringBefore } from '../../../../kernel/index.ts';
import type { Outcomes, StepCause } from '../types.ts';

/** Below, a rate says nothing. */
export const enoughCalls = 20;
const enoughFailures = 5;
/** A flag is taken back where more than this share fails with it, and more than twice as much as without. */
const mostFailing = 0.05;
const timesUsual = 2;

export interface Standing {
  readonly ring: Ring;
  readonly on: Outcomes;
  readonly off: Outcomes;
  /** Of the ring before, where nobody is without it any more. */
  readonly usualRate?: number | undefined;
  /** It has been in its ring for as long as it was told to. */
  readonly isDue: boolean;
  readonly hasCanaries: boolean;
}

/** The share that fails without the flag; undefined where too little was done to tell. */
export function usualRateOf({ off, usualRate }: Pick<Standing, 'off' | 'usualRate'>): number | undefined {
  return off.calls >= enoughCalls ? off.failures / off.calls : usualRate;
}

/** The step that a flag takes by itself; undefined: it stays. */
export function decide(flag: Standing): { readonly to: Ring; readonly cause: Exclude<StepCause, 'hand'> } | undefined {
  const { ring, on, isDue, hasCanaries } = flag;
  if (on.calls < enoughCalls) return undefined;
  const rate = on.failures / on.calls;
  const isFailing = on.failures >= enoughFailures && rate > mostFailing && rate > timesUsual * (usualRateOf(flag) ?? 0);
  const to = isFailing ? ringBefore(ring, hasCanaries) : isDue ? ringAfter(ring, hasCanaries) : undefined;
  return to === undefined ? undefined : { to, cause: isFailing ? 'errors' : 'time' };
}
