// Made by `npm run generate` from work.sql; do not edit.
// sources: 1cee4f9d4f64ef46b9be26feb8157e57
import { defineQuery } from '../../../../../kernel/index.ts';

export type ListWorkParams = Record<string, never>;
export interface ListWorkRow {
  readonly slot: number;
  readonly queues: unknown;
  readonly types: unknown;
  readonly paused_tenants: string[];
}
/**
 * What a worker has to know of queues and job types, and the slot that new jobs go to.
 */
export const listWork = defineQuery<ListWorkParams, ListWorkRow>('queue/work.list_work', [], `select s.slot,
       (select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'pool', q.pool, 'weights', q.weights, 'isPaused', q.is_paused)), '[]')
          from queue.job_queues q) as "queues",
       (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'isPaused', t.is_paused, 'meanRunMs', t.mean_run_ms)), '[]')
          from queue.job_types t) as "types",
       (select coalesce(array_agg(p.tenant_id), '{}') from queue.paused_tenants p) as "paused_tenants"
  from queue.ready_slots s`);

export interface GiveBackParams {
  readonly worker: string;
  readonly leases: readonly string[];
  readonly counts: readonly number[];
  readonly places: readonly number[];
}
export interface GiveBackRow {
  readonly returned: number;
}
export const giveBack = defineQuery<GiveBackParams, GiveBackRow>('queue/work.give_back', ['worker', 'leases', 'counts', 'places'], `select queue.give_back($1, $2, $3, $4) as "returned"`);

export interface GiveBackUnknownParams {
  readonly worker: string;
  readonly known: readonly string[];
}
export interface GiveBackUnknownRow {
  readonly returned: number;
}
export const giveBackUnknown = defineQuery<GiveBackUnknownParams, GiveBackUnknownRow>('queue/work.give_back_unknown', ['worker', 'known'], `with unknown as materialized (
  select l.id, cardinality(l.items) as jobs from queue.job_leases l
   where l.worker_id = $1 and l.finished is null and l.id <> all ($2::uuid[])
)
select coalesce((
  select queue.give_back($1, array_agg(u.id order by u.id), array_agg(u.jobs order by u.id), (
           select array_agg(g.place order by o.id, g.place) from unknown o cross join generate_series(1, o.jobs) g(place)))
    from unknown u having count(*) > 0), 0) as "returned"`);

export interface SplitLeaseParams {
  readonly worker: string;
  readonly lease: string;
  readonly places: readonly number[];
  readonly new_leases: readonly string[];
}
export interface SplitLeaseRow {
  readonly split: string | null;
}
export const splitLease = defineQuery<SplitLeaseParams, SplitLeaseRow>('queue/work.split_lease', ['worker', 'lease', 'places', 'new_leases'], `select queue.split($1, $2, $3, $4)`);

export interface RenewLeasesParams {
  readonly lease_ms: number;
  readonly leases: readonly string[];
  readonly worker: string;
}
export interface RenewLeasesRow {
  readonly id: string;
  readonly cancelled: string[] | null;
}
/**
 * Those that do not come back are not ours any more.
 */
export const renewLeases = defineQuery<RenewLeasesParams, RenewLeasesRow>('queue/work.renew_leases', ['lease_ms', 'leases', 'worker'], `update queue.job_leases l
   set expires = clock_timestamp() + make_interval(secs => $1::float8 / 1000.0)
 where l.id = any ($2::uuid[]) and l.worker_id = $3 and l.finished is null
returning l.id, l.cancelled`);

export interface SayAliveParams {
  readonly id: string;
  readonly pool: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly types: readonly string[];
  readonly slots: number;
  readonly busy: number;
  readonly loop_lag_ms: number;
  readonly rss_bytes: number;
  readonly is_draining: boolean;
}
export type SayAliveRow = Record<string, never>;
export const sayAlive = defineQuery<SayAliveParams, SayAliveRow>('queue/work.say_alive', ['id', 'pool', 'host', 'pid', 'version', 'types', 'slots', 'busy', 'loop_lag_ms', 'rss_bytes', 'is_draining'], `insert into queue.queue_workers as w
  (id, pool, host, pid, version, types, slots, busy, loop_lag_ms, rss_bytes, started, seen, is_draining)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp(), clock_timestamp(), $11)
    on conflict (id) do update
   set pool = excluded.pool, types = excluded.types, slots = excluded.slots, busy = excluded.busy, loop_lag_ms = excluded.loop_lag_ms,
       rss_bytes = excluded.rss_bytes, seen = excluded.seen, is_draining = excluded.is_draining`);

export interface SayGoodByeParams {
  readonly id: string;
}
export type SayGoodByeRow = Record<string, never>;
export const sayGoodBye = defineQuery<SayGoodByeParams, SayGoodByeRow>('queue/work.say_good_bye', ['id'], `delete from queue.queue_workers where id = $1`);

export interface ListCancelledParams {
  readonly worker: string;
}
export interface ListCancelledRow {
  readonly ids: string[] | null;
}
export const listCancelled = defineQuery<ListCancelledParams, ListCancelledRow>('queue/work.list_cancelled', ['worker'], `select array_agg(c.id) as ids
  from queue.job_leases l cross join unnest(l.cancelled) c(id)
 where l.worker_id = $1 and l.finished is null`);

export interface CountSnoozesParams {
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
  readonly most: number;
}
export interface CountSnoozesRow {
  readonly id: string;
}
/**
 * Those that may be put back once more.
 */
export const countSnoozes = defineQuery<CountSnoozesParams, CountSnoozesRow>('queue/work.count_snoozes', ['tenant_ids', 'ids', 'most'], `update queue.jobs j set snoozes = j.snoozes + 1
  from unnest($1::uuid[], $2::uuid[]) g(tenant_id, id)
 where j.tenant_id = g.tenant_id and j.id = g.id and j.snoozes < $3::smallint
returning j.id`);
