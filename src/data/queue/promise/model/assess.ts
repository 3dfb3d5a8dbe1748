import { type LevelState, nextLevel } from './level.ts';
import { overdueShare } from './starvation.ts';
import { type Cause, type Held, judgeBand, type PromiseState, promiseStates, type Verdict, worst } from './state.ts';
import { minutesOfWork, predictedWaitMs } from './wait.ts';
import { weightsInForce } from './weights.ts';

/** A band as it was found. */
export interface BandFound {
  readonly jobs: number;
  readonly workMs: number;
  /** Of those that are due for three hours. */
  readonly overdueWorkMs: number;
  readonly lacksHandler: boolean;
  /** Of the oldest ready job; undefined where none is, or none was yet looked at. */
  readonly headDueMs: number | undefined;
  readonly held: readonly Held[];
}

export interface QueueFound {
  readonly weights: readonly number[];
  readonly targetsMs: readonly number[];
  readonly isPaused: boolean;
  readonly bands: readonly BandFound[];
  readonly pool: {
    readonly slots: number;
    readonly workers: number;
    /** Of all its queues. */
    readonly workMs: number;
    /** Ms of run time that it gets done in a ms. */
    readonly capacity: number;
    /** Its slots stand idle though jobs are ready. */
    readonly isStarvedOfJobs: boolean;
  };
  readonly lacksPartition: boolean;
  /** As it was before. */
  readonly level: LevelState;
}

export interface Assessment {
  readonly workMs: number;
  readonly overdueWorkMs: number;
  readonly slots: number;
  readonly headWaitsMs: readonly number[];
  /** Of the oldest job, ready or held. */
  readonly oldestWaitMs: number;
  readonly predictedWaitMs: number | undefined;
  readonly level: LevelState;
  readonly weights: readonly number[];
  readonly overdueShare: number;
  readonly bands: readonly Verdict[];
  readonly state: PromiseState;
  readonly cause: Cause | undefined;
}

const hourMs = 3_600_000;
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** All that is said of a queue, from what was found. */
export function assess(found: QueueFound, nowMs: number): Assessment {
  const { bands, pool } = found;
  const { slots } = pool;
  const workMs = sum(bands.map((band) => band.workMs));
  const overdueWorkMs = sum(bands.map((band) => band.overdueWorkMs));
  const headWaitsMs = bands.map(({ headDueMs }) => (headDueMs === undefined ? 0 : Math.max(0, nowMs - headDueMs)));
  const predicted = found.isPaused ? undefined : predictedWaitMs({ workMs, slots }, pool);
  const level = nextLevel(found.level, minutesOfWork({ workMs, slots }), nowMs);
  const facts = {
    isPaused: found.isPaused,
    workers: pool.workers,
    predictedWaitMs: predicted,
    overdueHours: pool.capacity > 0 ? overdueWorkMs / pool.capacity / hourMs : 0,
    isThrottled: slots < pool.slots,
    isStarvedOfJobs: pool.isStarvedOfJobs,
    lacksPartition: found.lacksPartition,
  };
  const verdicts = bands.map((band, position) => judgeBand({ ...band, headWaitMs: headWaitsMs[position] as number }, facts));
  const state = worst(verdicts.map((verdict) => verdict.state));
  return {
    ...{ workMs, overdueWorkMs, slots, headWaitsMs, level, state },
    oldestWaitMs: Math.max(0, ...headWaitsMs, ...bands.flatMap(({ held }) => held.map((one) => one.oldestWaitMs))),
    predictedWaitMs: predicted,
    weights: weightsInForce(found.weights, level.level, headWaitsMs, found.targetsMs),
    overdueShare: overdueShare(Math.max(0, ...headWaitsMs)),
    bands: verdicts,
    cause: state === promiseStates[0] ? undefined : verdicts.find((verdict) => verdict.state === state)?.cause,
  };
}
