import type { Assessment } from '../model/assess.ts';
import type { readSurroundings } from '../sql/queries/queries.gen.ts';
import { bandKey, type Lanes } from './lanes.ts';
import type { Runs } from './runs.ts';

/** Of one queue, as it was last assessed. */
export interface Assessed extends Assessment {
  readonly queueId: number;
  readonly name: string;
  readonly pool: string;
  readonly workers: number;
  readonly targetsMs: readonly number[];
  readonly jobs: readonly number[];
  readonly fairness: number | undefined;
}

/** How the database is. */
export type Surroundings = Awaited<ReturnType<typeof readSurroundings.one>>;

export interface Seen {
  readonly lanes: Lanes;
  readonly runs: Runs;
  readonly surroundings: Surroundings | undefined;
  readonly nowMs: number;
}

/** The row of a queue in queue_health. */
export function healthOf(one: Assessed, { lanes, runs, surroundings, nowMs }: Seen) {
  const keys = one.jobs.map((_, band) => bandKey(one.queueId, band));
  const held = keys.flatMap((key) => lanes.held.get(key) ?? []);
  return {
    ...{ queue_id: one.queueId, jobs: one.jobs, work_ms: one.workMs, overdue_work_ms: one.overdueWorkMs, slots: one.slots },
    parked_jobs: held.reduce((total, { jobs }) => total + jobs, 0),
    oldest: keys.map((key, band) => {
      const head = lanes.heads.get(key);
      return one.jobs[band] && head ? new Date(head.dueMs) : null;
    }),
    workers: one.workers,
    starving_lanes: keys.reduce((total, key) => total + (lanes.heads.get(key)?.starving ?? 0), 0),
    overdue_share: one.overdueShare,
    predicted_wait_ms: one.predictedWaitMs ?? null,
    level: one.level.level,
    level_changed: new Date(Number.isFinite(one.level.changedMs) ? one.level.changedMs : nowMs),
    ...{ weights: one.weights, promise_state: one.state, cause: one.cause ?? null },
    promise_states: one.bands.map(({ state }) => state),
    causes: one.bands.map(({ cause }) => cause ?? null),
    fairness: one.fairness ?? null,
    error_rate: runs.errorRate(one.queueId),
    finished_per_s: runs.perSecond(one.queueId),
    dead_tuples: surroundings?.dead_tuples ?? 0,
    horizon_age_ms: Math.round(surroundings?.horizon_age_ms ?? 0),
  };
}
