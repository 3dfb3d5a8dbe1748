import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { type Band, bands } from '../model/bands.ts';
import type { Level } from './model/level.ts';
import type { StarvationLevel } from './model/starvation.ts';
import { type Cause, type PromiseState, worst } from './model/state.ts';
import {
  type ListHealthRow,
  listAlertHistory,
  listDecisions,
  listHealth,
  listHours,
  listMinutes,
  listStarvations,
  listWorkers,
  readPools,
} from './sql/queries/queries.gen.ts';
import type { AlertRules, QueueHealth, QueuePromise } from './types.ts';

const mostMinutes = 1_440;
const mostHours = 9_600;
const mostLanes = 1_000;
// Older figures are of a time when somebody looked.
const watchedMs = 15_000;

const nameOf = (band: number) => bands[band] as Band;

/** Reads what the one who watches has written. */
export function openReports({ connect }: { readonly connect: Connect }): Omit<QueuePromise, keyof AlertRules> {
  const read = <T>(work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.figures', isReadOnly: true }, work);
  const health = (tx: Transaction) => listHealth.all(tx, {}).then((rows) => rows.map(healthOf));

  return {
    health: () => read(health),
    promise: () =>
      read(async (tx) => {
        const queues = await health(tx);
        const starving = (await listStarvations.all(tx, { most: mostLanes })).map((row) => ({
          ...{ queue: row.queue, band: nameOf(row.band), tenantId: row.tenant_id, oldestDue: row.oldest_due },
          ...{ level: row.level as StarvationLevel, cause: row.cause, detected: row.detected },
        }));
        return { state: worst(queues.map(({ state }) => state)), queues, starving };
      }),
    alerts: (most = 100) =>
      read(async (tx) =>
        (await listAlertHistory.all(tx, { most })).map((row) => ({
          ...{ name: row.name, metric: row.metric, severity: row.severity, queue: row.queue ?? undefined, fired: row.fired },
          ...{ resolved: row.resolved ?? undefined, value: row.value, threshold: row.threshold, cause: row.cause ?? undefined },
        })),
      ),
    workers: () =>
      read(async (tx) =>
        (await listWorkers.all(tx, {})).map((row) => ({
          ...{ id: row.id, pool: row.pool, host: row.host, pid: row.pid, version: row.version, slots: row.slots, busy: row.busy },
          ...{ isDraining: row.is_draining, started: row.started, seen: row.seen, rssBytes: row.rss_bytes, loopLagMs: row.loop_lag_ms },
          performance:
            row.completed === null
              ? undefined
              : {
                  ...{ completed: row.completed, failed: row.failed ?? 0, errorRate: row.error_rate ?? 0 },
                  ...{ busyRatio: row.busy_ratio ?? 0, cpuRatio: row.cpu_ratio ?? 0, leaseLosses: row.lease_losses ?? 0 },
                },
        })),
      ),
    throughput: (minutes) =>
      read(async (tx) =>
        (await listMinutes.all(tx, { minutes: Math.min(minutes, mostMinutes) })).map((row) => {
          const runs = row.completed + row.failed;
          return {
            ...{ begun: row.begun, jobType: row.job_type, queue: row.queue, enqueued: row.enqueued, completed: row.completed },
            ...{ failed: row.failed, retried: row.retried, runMeanMs: runs > 0 ? row.run_ms_sum / runs : undefined },
            ...{ runP50Ms: row.run_p50_ms ?? undefined, runP95Ms: row.run_p95_ms ?? undefined, runP99Ms: row.run_p99_ms ?? undefined },
            ...{
              waitP50Ms: row.wait_p50_ms ?? undefined,
              waitP95Ms: row.wait_p95_ms ?? undefined,
              waitP99Ms: row.wait_p99_ms ?? undefined,
            },
          };
        }),
      ),
    hours: (hours) =>
      read(async (tx) =>
        (await listHours.all(tx, { hours: Math.min(hours, mostHours) })).map((row) => ({
          ...{ begun: row.begun, queue: row.queue, band: nameOf(row.band), completed: row.completed, failed: row.failed },
          ...{ retried: row.retried, waitP50Ms: row.wait_p50_ms ?? undefined, waitP95Ms: row.wait_p95_ms ?? undefined },
          ...{ waitP99Ms: row.wait_p99_ms ?? undefined, waitMaxMs: row.wait_max_ms },
        })),
      ),
    pools: () =>
      read(async (tx) => {
        const decisions = Map.groupBy(await listDecisions.all(tx, {}), ({ pool }) => pool);
        return (await readPools.all(tx, {})).map(({ pool, workers, slots, desired }) => ({
          ...{ pool, workers, slots, desired: desired ?? slots },
          decisions: (decisions.get(pool) ?? []).map((row) => ({
            ...{ decided: row.decided, slots: row.slots, desired: row.desired, reason: row.reason },
            inputs: row.inputs as Record<string, number>,
          })),
        }));
      }),
  };
}

function healthOf(row: ListHealthRow): QueueHealth {
  const nowMs = row.read.getTime();
  const oldest = (row.oldest ?? []) as readonly (Date | null)[];
  return {
    ...{ queue: row.name, pool: row.pool, isPaused: row.is_paused, sampled: row.sampled ?? undefined },
    isWatched: row.sampled !== null && nowMs - row.sampled.getTime() < watchedMs,
    bands: bands.map((band, position) => ({
      band,
      jobs: row.jobs[position] ?? 0,
      oldestWaitMs: Math.max(0, nowMs - (oldest[position]?.getTime() ?? nowMs)),
      targetMs: row.slo_ms[position] as number,
      weight: row.weights[position] as number,
      weightInForce: (row.in_force ?? row.weights)[position] as number,
      state: (row.promise_states?.[position] ?? 'held') as PromiseState,
      cause: (row.causes?.[position] ?? undefined) as Cause | undefined,
    })),
    ...{ parkedJobs: row.parked_jobs ?? 0, slots: row.slots ?? 0, workers: row.workers ?? 0, level: (row.level ?? 'normal') as Level },
    predictedWaitMs: row.predicted_wait_ms ?? undefined,
    ...{ state: (row.promise_state ?? 'held') as PromiseState, cause: (row.cause ?? undefined) as Cause | undefined },
    ...{ starvingLanes: row.starving_lanes ?? 0, breaches: row.breaches ?? 0, fairness: row.fairness ?? undefined },
    ...{ errorRate: row.error_rate ?? 0, finishedPerS: row.finished_per_s ?? 0 },
    ...{ deadTuples: row.dead_tuples ?? 0, horizonAgeMs: row.horizon_age_ms ?? 0 },
  };
}
