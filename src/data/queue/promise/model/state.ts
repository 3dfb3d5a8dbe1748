import { mostPredictedWaitMs } from './admission.ts';
import { starvingAfterMs } from './weights.ts';

/** Whether no job waits for more than four hours. */
export const promiseStates = ['held', 'at_risk', 'broken'] as const;
export type PromiseState = (typeof promiseStates)[number];

export type Cause =
  | 'capacity'
  | 'throttle'
  | 'paused'
  | 'no_worker'
  | 'no_handler'
  | 'key_limit'
  | 'tenant_suspended'
  | 'partition_missing'
  | 'database';

/** The promise: no job waits for longer, from being due. */
export const promiseMs = 4 * 3_600_000;

/** The oldest job of those that something holds, beside the ready ones. */
export interface Held {
  readonly cause: 'no_handler' | 'key_limit' | 'tenant_suspended' | 'paused';
  readonly oldestWaitMs: number;
}

/** A band of a queue. */
export interface BandFacts {
  readonly jobs: number;
  /** Of the oldest ready job; 0 where none is. */
  readonly headWaitMs: number;
  readonly held: readonly Held[];
  /** Whether a ready job is of a type that no live worker has a handler for. */
  readonly lacksHandler: boolean;
}

export interface QueueFacts {
  readonly isPaused: boolean;
  readonly workers: number;
  /** Undefined where nobody runs anything. */
  readonly predictedWaitMs: number | undefined;
  /** Hours of capacity that jobs need which are due for more than three hours. */
  readonly overdueHours: number;
  /** The queue may use fewer slots than its pool has, and uses them. */
  readonly isThrottled: boolean;
  /** Slots stand idle though jobs are ready: they are not brought to them. */
  readonly isStarvedOfJobs: boolean;
  readonly lacksPartition: boolean;
}

export interface Verdict {
  readonly state: PromiseState;
  /** Undefined while it is held. */
  readonly cause: Cause | undefined;
}

const held: Verdict = { state: 'held', cause: undefined };
export const worst = (states: readonly PromiseState[]): PromiseState =>
  promiseStates[Math.max(0, ...states.map((state) => promiseStates.indexOf(state)))] as PromiseState;

/**
 * Broken once a job has waited for more than four hours; at risk when one waits for two, when the wait that is predicted passes three, or when
 * nobody serves what waits. What the user's own limit or pause holds is judged the same.
 */
export function judgeBand(band: BandFacts, queue: QueueFacts): Verdict {
  const holding = band.held.reduce<Held | undefined>(
    (most, one) => (one.oldestWaitMs > (most?.oldestWaitMs ?? -1) ? one : most),
    undefined,
  );
  const byHead = Math.max(band.headWaitMs, holding?.oldestWaitMs ?? 0);
  const cause = (holding?.oldestWaitMs ?? -1) > band.headWaitMs ? holding?.cause : undefined;
  if (byHead > promiseMs) return { state: 'broken', cause: cause ?? causeOf(band, queue) };
  if (byHead > starvingAfterMs) return { state: 'at_risk', cause: cause ?? causeOf(band, queue) };
  if (band.jobs === 0) return held;
  const cannotEnd = queue.isPaused || queue.workers === 0 || queue.lacksPartition || band.lacksHandler;
  const isTooMuch = (queue.predictedWaitMs ?? 0) > mostPredictedWaitMs || queue.overdueHours >= 1;
  return cannotEnd || isTooMuch ? { state: 'at_risk', cause: causeOf(band, queue) } : held;
}

function causeOf(band: BandFacts, queue: QueueFacts): Cause {
  if (queue.lacksPartition) return 'partition_missing';
  if (queue.isPaused) return 'paused';
  if (queue.workers === 0) return 'no_worker';
  if (band.lacksHandler) return 'no_handler';
  if (queue.isStarvedOfJobs) return 'database';
  return queue.isThrottled ? 'throttle' : 'capacity';
}
