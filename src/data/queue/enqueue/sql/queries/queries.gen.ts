// Made by `npm run generate` from enqueue.sql; do not edit.
// sources: 2d3f51d6f3ada26a8f635970db2147f4
import { defineQuery } from '../../../../../kernel/index.ts';

export interface InsertFreshParams {
  readonly queue_names: readonly string[];
  readonly job_types: readonly string[];
  readonly bands: readonly number[];
  readonly payload_versions: readonly number[];
  readonly max_attempts: readonly number[];
  readonly follow: string | null;
  readonly ids: readonly string[];
  readonly payloads: readonly string[];
  readonly tenant_ids: readonly string[] | null;
  readonly places: readonly number[] | null;
  readonly traces: readonly string[] | null;
  readonly queue_ids: readonly number[];
  readonly type_ids: readonly number[];
  readonly told: readonly string[] | null;
}
export interface InsertFreshRow {
  readonly count: number;
}
/**
 * Jobs that are due now and whose ids nobody else can have used: most of all. What they have in common is said once, by groups; null for
 * the groups: all are of the first; for tenants: that of the context. Queues that are told here are told with the commit;
 * follow is what all of them owe when they have ended.
 */
export const insertFresh = defineQuery<InsertFreshParams, InsertFreshRow>('queue/enqueue.insert_fresh', ['queue_names', 'job_types', 'bands', 'payload_versions', 'max_attempts', 'follow', 'ids', 'payloads', 'tenant_ids', 'places', 'traces', 'queue_ids', 'type_ids', 'told'], `with made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, trace)
  select coalesce(g.tenant_id, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), g.id,
    ($1::text[])[coalesce(g.place, 1)], ($2::text[])[coalesce(g.place, 1)], ($3::smallint[])[coalesce(g.place, 1)],
    ($4::smallint[])[coalesce(g.place, 1)], ($5::smallint[])[coalesce(g.place, 1)], g.payload, now(),
    $6::jsonb, nullif(g.trace, '')
  from unnest($7::uuid[], $8::jsonb[], $9::uuid[], $10::smallint[], $11::text[]) as g (id, payload, tenant_id, place, trace)
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), ($12::smallint[])[coalesce(g.place, 1)], ($3::smallint[])[coalesce(g.place, 1)],
    ($13::smallint[])[coalesce(g.place, 1)], now(),
    coalesce(g.tenant_id, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), g.id
  from unnest($7::uuid[], $9::uuid[], $10::smallint[]) as g (id, tenant_id, place)
)
select count(pg_notify('plinth_queue', q.id)) from unnest($14::text[]) q (id)`);

export interface InsertJobsParams {
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
  readonly queue_names: readonly string[];
  readonly job_types: readonly string[];
  readonly bands: readonly number[];
  readonly payload_versions: readonly number[];
  readonly max_attempts: readonly number[];
  readonly payloads: readonly string[];
  readonly dues: readonly string[];
  readonly traces: readonly string[];
}
export interface InsertJobsRow {
  readonly id: string;
}
/**
 * What is there already stays as it is, and is not given back. An empty tenant: that of the context; an empty due time: now.
 */
export const insertJobs = defineQuery<InsertJobsParams, InsertJobsRow>('queue/enqueue.insert_jobs', ['tenant_ids', 'ids', 'queue_names', 'job_types', 'bands', 'payload_versions', 'max_attempts', 'payloads', 'dues', 'traces'], `with made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace)
  select coalesce(nullif(g.tenant_id, '')::uuid, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), g.id, g.queue_name, g.job_type,
    g.band, g.payload_version, g.max_attempts, g.payload, greatest(nullif(g.due, '')::timestamptz, now()), nullif(g.trace, '')
  from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::smallint[],
    $7::smallint[], $8::jsonb[], $9::text[], $10::text[])
    as g (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace)
  on conflict (tenant_id, id, queue_name) do nothing
  returning tenant_id, id, queue_name, job_type, band, due
), placed as (
  select m.tenant_id, m.id, q.id as queue_id, t.id as type_id, m.band, m.due
  from made m join queue.job_queues q on q.name = m.queue_name join queue.job_types t on t.name = m.job_type
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), p.queue_id, p.band, p.type_id, p.due, p.tenant_id, p.id from placed p where p.due <= now()
), delayed as (
  insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
  select p.due, p.id, p.tenant_id, p.queue_id, p.type_id, p.band from placed p where p.due > now()
)
select m.id as "id" from made m`);

export interface NotifyQueuesParams {
  readonly queue_ids: readonly string[];
}
export interface NotifyQueuesRow {
  readonly set_config: string | null;
  readonly count: number;
}
/**
 * It holds nothing that a crash may not lose.
 */
export const notifyQueues = defineQuery<NotifyQueuesParams, NotifyQueuesRow>('queue/enqueue.notify_queues', ['queue_ids'], `select set_config('synchronous_commit', 'off', true), count(pg_notify('plinth_queue', q.id)) from unnest($1::text[]) q (id)`);

export interface NotifyWithinParams {
  readonly queue_ids: readonly string[];
}
export interface NotifyWithinRow {
  readonly count: number;
}
export const notifyWithin = defineQuery<NotifyWithinParams, NotifyWithinRow>('queue/enqueue.notify_within', ['queue_ids'], `select count(pg_notify('plinth_queue', q.id)) from unnest($1::text[]) q (id)`);

export interface InsertFreshUniqueParams {
  readonly ids: readonly string[];
  readonly payloads: readonly string[];
  readonly tenant_ids: readonly string[] | null;
  readonly places: readonly number[] | null;
  readonly traces: readonly string[] | null;
  readonly type_ids: readonly number[];
  readonly queue_names: readonly string[];
  readonly job_types: readonly string[];
  readonly bands: readonly number[];
  readonly payload_versions: readonly number[];
  readonly max_attempts: readonly number[];
  readonly queue_ids: readonly number[];
}
export interface InsertFreshUniqueRow {
  readonly id: string;
}
/**
 * The same of unique ones: those whose key was free. Keys are taken in their order, so that two who want the same do not wait for each other.
 */
export const insertFreshUnique = defineQuery<InsertFreshUniqueParams, InsertFreshUniqueRow>('queue/enqueue.insert_fresh_unique', ['ids', 'payloads', 'tenant_ids', 'places', 'traces', 'type_ids', 'queue_names', 'job_types', 'bands', 'payload_versions', 'max_attempts', 'queue_ids'], `with given as materialized (
  select coalesce(g.tenant_id, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000') as tenant_id, g.id, g.payload,
    coalesce(g.place, 1) as place, nullif(g.trace, '') as trace, t.unique_scope, t.unique_ms, queue.unique_hash(t.name, t.unique_fields, g.payload) as key_hash
  from unnest($1::uuid[], $2::jsonb[], $3::uuid[], $4::smallint[], $5::text[]) as g (id, payload, tenant_id, place, trace)
    join queue.job_types t on t.id = ($6::smallint[])[coalesce(g.place, 1)]
), taken as (
  insert into queue.job_unique_keys (tenant_id, key_hash, job_id, scope, expires)
  select g.tenant_id, g.key_hash, g.id, g.unique_scope, case when g.unique_scope = 'time' then clock_timestamp() + g.unique_ms * interval '1 millisecond' end
  from given g
  order by g.tenant_id, g.key_hash, g.id
  on conflict (tenant_id, key_hash) do nothing
  returning tenant_id, job_id
), free as materialized (
  select g.* from given g where g.id in (select k.job_id from taken k)
), made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, trace)
  select f.tenant_id, f.id, ($7::text[])[f.place], ($8::text[])[f.place], ($9::smallint[])[f.place],
    ($10::smallint[])[f.place], ($11::smallint[])[f.place], f.payload, now(),
    case when f.unique_scope <> 'time' then jsonb_build_object('unique', f.key_hash) end, f.trace
  from free f
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), ($12::smallint[])[f.place], ($9::smallint[])[f.place], ($6::smallint[])[f.place],
    now(), f.tenant_id, f.id
  from free f
)
select f.id as "id" from free f`);

export interface InsertUniqueJobsParams {
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
  readonly queue_names: readonly string[];
  readonly job_types: readonly string[];
  readonly bands: readonly number[];
  readonly payload_versions: readonly number[];
  readonly max_attempts: readonly number[];
  readonly payloads: readonly string[];
  readonly dues: readonly string[];
  readonly traces: readonly string[];
}
export interface InsertUniqueJobsRow {
  readonly id: string;
}
/**
 * Those whose key was free. Keys are taken in their order, so that two who want the same do not wait for each other.
 */
export const insertUniqueJobs = defineQuery<InsertUniqueJobsParams, InsertUniqueJobsRow>('queue/enqueue.insert_unique_jobs', ['tenant_ids', 'ids', 'queue_names', 'job_types', 'bands', 'payload_versions', 'max_attempts', 'payloads', 'dues', 'traces'], `with given as materialized (
-- plinth:allow unpruned the job that holds a key may be of any month; it is found by its own key
  select coalesce(nullif(g.tenant_id, '')::uuid, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000') as tenant_id,
    g.id, g.queue_name, g.job_type, g.band, g.payload_version, g.max_attempts, g.payload, greatest(nullif(g.due, '')::timestamptz, now()) as due,
    nullif(g.trace, '') as trace, t.id as type_id, q.id as queue_id, t.unique_scope, t.unique_ms,
    queue.unique_hash(t.name, t.unique_fields, g.payload) as key_hash
  from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::smallint[],
    $7::smallint[], $8::jsonb[], $9::text[], $10::text[])
    as g (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace)
    join queue.job_types t on t.name = g.job_type join queue.job_queues q on q.name = g.queue_name
), taken as (
  insert into queue.job_unique_keys (tenant_id, key_hash, job_id, scope, expires)
  select g.tenant_id, g.key_hash, g.id, g.unique_scope, case when g.unique_scope = 'time' then clock_timestamp() + g.unique_ms * interval '1 millisecond' end
  from given g
  -- One that is there already has had its key.
  where not exists (select from queue.jobs j where j.tenant_id = g.tenant_id and j.id = g.id and j.queue_name = g.queue_name)
  order by g.tenant_id, g.key_hash, g.id
  on conflict (tenant_id, key_hash) do nothing
  returning tenant_id, job_id
), made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, trace)
  select g.tenant_id, g.id, g.queue_name, g.job_type, g.band, g.payload_version, g.max_attempts, g.payload, g.due,
    case when g.unique_scope <> 'time' then jsonb_build_object('unique', g.key_hash) end, g.trace
  from given g join taken k on k.tenant_id = g.tenant_id and k.job_id = g.id
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), g.queue_id, g.band, g.type_id, g.due, g.tenant_id, g.id
  from given g join taken k on k.tenant_id = g.tenant_id and k.job_id = g.id where g.due <= now()
), delayed as (
  insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
  select g.due, g.id, g.tenant_id, g.queue_id, g.type_id, g.band
  from given g join taken k on k.tenant_id = g.tenant_id and k.job_id = g.id where g.due > now()
)
select k.job_id as "id" from taken k`);

export interface SettleUniqueJobsParams {
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
  readonly queue_names: readonly string[];
  readonly job_types: readonly string[];
  readonly bands: readonly number[];
  readonly payload_versions: readonly number[];
  readonly max_attempts: readonly number[];
  readonly payloads: readonly string[];
  readonly dues: readonly string[];
  readonly traces: readonly string[];
}
export interface SettleUniqueJobsRow {
  readonly id: string;
  readonly job_id: string;
  readonly verdict: string;
}
/**
 * In the order they came: of two payloads for one job the later stands.
 */
export const settleUniqueJobs = defineQuery<SettleUniqueJobsParams, SettleUniqueJobsRow>('queue/enqueue.settle_unique_jobs', ['tenant_ids', 'ids', 'queue_names', 'job_types', 'bands', 'payload_versions', 'max_attempts', 'payloads', 'dues', 'traces'], `select g.id as "id", s.job_id as "job_id", s.verdict as "verdict"
from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::smallint[],
    $7::smallint[], $8::jsonb[], $9::text[], $10::text[])
    as g (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace)
  cross join lateral queue.put_unique_job(coalesce(nullif(g.tenant_id, '')::uuid, tenancy.current_tenant_id('member'),
      '00000000-0000-0000-0000-000000000000'), g.id, g.queue_name, g.job_type, g.band, g.payload_version, g.max_attempts, g.payload,
    nullif(g.due, '')::timestamptz, nullif(g.trace, '')) s`);
