import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { kindOf } from '../dead/index.ts';
import { type Band, bands } from '../model/bands.ts';
import type { Finding } from '../model/findings.ts';
import { type Cause, quantileMs } from '../promise/index.ts';
import {
  countPlaces,
  listDeadGroups,
  listEffects,
  listHeldLanes,
  listPaused,
  listTenantTimes,
  listWaitingLanes,
  readClock,
  readHistograms,
  readMinutes,
} from './sql/queries/queries.gen.ts';
import { type Overview, type Percentiles, type Place, places, type QueueFlow, type WaitingLane } from './types.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const minutesShown = 60;
const mostCounted = 10_000;
const mostLanes = 20;
const mostTenants = 10;
const mostGroups = 100;
const shareMinutes = 5;

/** Reads what the engine and who watches it have written; changes nothing. */
export function openOverview({ connect }: { readonly connect: Connect }): Overview {
  const read = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', isReadOnly: true, tag: `queue.${tag}` }, work);

  return {
    flow: () =>
      read('flow', async (tx) => {
        const { now } = await readClock.one(tx, {});
        const since = new Date(Math.floor(now.getTime() / minuteMs) * minuteMs - (minutesShown - 1) * minuteMs);
        const before = new Date(since.getTime() - 1);
        const counts = Map.groupBy(await countPlaces.all(tx, { most: mostCounted }), ({ queue }) => queue);
        const minutes = Map.groupBy(await readMinutes.all(tx, { since: before }), ({ queue }) => queue);
        const buckets = Map.groupBy(await readHistograms.all(tx, { since: before }), ({ queue }) => queue);
        const queues = [...new Set([...counts.keys(), ...minutes.keys()])].sort().map((queue): QueueFlow => {
          const series = {
            enqueued: zeros(minutesShown),
            completed: zeros(minutesShown),
            failed: zeros(minutesShown),
            retried: zeros(minutesShown),
          };
          for (const row of minutes.get(queue) ?? []) {
            const at = Math.round((row.begun.getTime() - since.getTime()) / minuteMs);
            for (const name of ['enqueued', 'completed', 'failed', 'retried'] as const) if (at < minutesShown) series[name][at] = row[name];
          }
          const found = new Map((counts.get(queue) ?? []).map(({ place, jobs }) => [place, jobs]));
          const rows = buckets.get(queue) ?? [];
          return {
            queue,
            ...series,
            places: Object.fromEntries(places.map((place) => [place, found.get(place) ?? 0])) as Record<Place, number>,
            waitMs: percentilesOf(rows.map(({ bucket, waits }) => [bucket, waits])),
            runMs: percentilesOf(rows.map(({ bucket, runs }) => [bucket, runs])),
          };
        });
        return { read: now, since, mostCounted, queues };
      }),

    tenants: () =>
      read('tenants', async (tx) => {
        const ready = await listWaitingLanes.all(tx, { lanes: mostLanes, most: mostCounted });
        const held = await listHeldLanes.all(tx, { lanes: mostLanes, most: mostCounted });
        const lane = (row: {
          readonly queue: string;
          readonly band: number;
          readonly tenant: string;
          readonly jobs: number;
          readonly due: Date;
        }) => ({
          ...{ queue: row.queue, band: bands[row.band] as Band, tenant: row.tenant, jobs: row.jobs, due: row.due },
        });
        const waiting: WaitingLane[] = [
          ...ready.map((row) => ({
            ...lane(row),
            cause: (row.cause ?? row.band_cause ?? undefined) as Cause | undefined,
            limit: undefined,
          })),
          ...held.map((row) => ({
            ...lane(row),
            cause: causes[row.held_by] ?? ('key_limit' as const),
            limit: row.limit_name ?? undefined,
          })),
        ];
        const paused = await listPaused.all(tx, { most: mostCounted });
        const shares = await listTenantTimes.all(tx, { minutes: shareMinutes, most: mostTenants });
        const shown = shares.reduce((sum, { run_ms }) => sum + run_ms, 0);
        return {
          mostCounted,
          shareMinutes,
          paused: paused.map((row) => ({ tenant: row.tenant, since: row.paused, by: row.paused_by, jobs: row.jobs })),
          waiting: waiting.sort((one, other) => one.due.getTime() - other.due.getTime()).slice(0, mostLanes),
          shares: shares.map(({ tenant, run_ms }) => ({ tenant, runMs: run_ms })),
          others: { tenants: (shares[0]?.tenants ?? 0) - shares.length, runMs: Math.max(0, (shares[0]?.sum ?? 0) - shown) },
        };
      }),

    deadGroups: () =>
      read('dead', async (tx) => {
        const { now } = await readClock.one(tx, {});
        const thisHour = Math.floor(now.getTime() / hourMs);
        return (await listDeadGroups.all(tx, { most: mostGroups })).map((row) => {
          const failures = zeros(24);
          row.hours.forEach((hour, i) => {
            const at = 23 - (thisHour - hour.getTime() / hourMs);
            if (at >= 0 && at < 24) failures[at] = row.counts[i] ?? 0;
          });
          return {
            ...{ signature: row.signature, type: row.job_type, queue: row.queue_name, kind: kindOf(row.last_error), reasons: row.reasons },
            ...{ jobs: row.jobs, tenants: row.tenants, firstFailed: row.first_failed, lastFailed: row.last_failed },
            ...{ lastJobId: row.last_job_id, lastTenant: row.last_tenant, findings: row.findings as readonly Finding[], failures },
            redriven: { jobs: row.redriven, completed: row.completed, failed: row.failed },
          };
        });
      }),

    effectsOf: ({ tenantId, id }) => read('effects', (tx) => listEffects.all(tx, { tenant_id: tenantId, job_id: id })),
  };
}

const zeros = (length: number) => Array.from({ length }, () => 0);

/** What `job_parked.key` begins with. */
const causes: Readonly<Record<string, Cause>> = { limit: 'key_limit', tenant: 'tenant_suspended', paused: 'paused', type: 'no_handler' };

/** Of pairs of bucket (from 1) and amount. */
function percentilesOf(amounts: readonly (readonly [bucket: number, amount: number])[]): Percentiles | undefined {
  const histogram = zeros(Math.max(0, ...amounts.map(([bucket]) => bucket)));
  for (const [bucket, amount] of amounts) histogram[bucket - 1] = amount;
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((quantile) => quantileMs(histogram, quantile));
  return p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 };
}
