/** What a pool is sized by. */
export interface PoolFacts {
  /** Slots that it has over all processes. */
  readonly slots: number;
  readonly arrivalsPerS: number;
  readonly runMeanMs: number;
  readonly runP95Ms: number;
  readonly backlog: number;
  /** Share of the processors of the busiest host that are at work. */
  readonly cpuRatio: number;
  /** Calls that waited for a connection. */
  readonly connectionWaits: number;
}

export interface PoolBounds {
  readonly min: number;
  readonly max: number;
  /** A backlog should be gone after so long. */
  readonly drainTargetMs: number;
}

export type ScalingReason = 'demand' | 'spare' | 'min' | 'max' | 'cpu' | 'connections';

export interface ScalingDecision {
  readonly desired: number;
  readonly reason: ScalingReason;
}

/** Slots are to be in use so much at the rate at which jobs arrive. */
const wantedUse = 0.7;
const mostCpuRatio = 0.85;
/** Rounds in a row that have to want fewer slots before there are fewer. */
export const lowRounds = 3;

/** Slots that would do, whatever there are. */
export function targetSlots(facts: PoolFacts, { drainTargetMs }: PoolBounds): number {
  const forArrivals = Math.ceil((facts.arrivalsPerS * facts.runP95Ms) / 1_000 / wantedUse);
  return forArrivals + Math.ceil((facts.backlog * facts.runMeanMs) / drainTargetMs);
}

/**
 * One step towards the target: at most twice as many, at most a quarter fewer, fewer only after three rounds that wanted it. No more where the
 * processors or the connections are what is short: more slots would make it worse.
 */
export function nextSlots(facts: PoolFacts, bounds: PoolBounds, lowSince: number): ScalingDecision & { readonly lowSince: number } {
  const target = targetSlots(facts, bounds);
  const { slots } = facts;
  const within = Math.min(bounds.max, Math.max(bounds.min, target));
  if (within > slots) {
    if (facts.cpuRatio > mostCpuRatio) return { desired: slots, reason: 'cpu', lowSince: 0 };
    if (facts.connectionWaits > 0) return { desired: slots, reason: 'connections', lowSince: 0 };
    const desired = Math.min(within, Math.max(slots * 2, 1));
    const reason = desired < within ? 'demand' : target > bounds.max ? 'max' : target < bounds.min ? 'min' : 'demand';
    return { desired, reason, lowSince: 0 };
  }
  // What varies by a tenth is no reason to go down, save where the bound says so.
  if (within > slots * 0.9 && slots <= bounds.max)
    return { desired: slots, reason: target > bounds.max ? 'max' : target < bounds.min ? 'min' : 'demand', lowSince: 0 };
  const low = lowSince + 1;
  if (low < lowRounds) return { desired: slots, reason: 'spare', lowSince: low };
  const desired = Math.max(within, Math.min(slots - 1, Math.ceil(slots * 0.75)));
  return { desired, reason: desired === bounds.min ? 'min' : 'spare', lowSince: low };
}

/** What each of the live processes of a pool runs of it: the first ones one more where it does not come out even; at least one. */
export function slotsOfProcess(desired: number, processes: number, position: number): number {
  if (processes <= 0) return desired;
  return Math.max(1, Math.floor(desired / processes) + (position < desired % processes ? 1 : 0));
}
