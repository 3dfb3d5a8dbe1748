// Made by `npm run generate` from flows.sql, look.sql; do not edit.
// sources: eaf76a4f2ec4a2882fe040c484059a69
import { defineQuery } from '../../../../../kernel/index.ts';

export interface AddBatchParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly kind: string;
  readonly name: string | null;
  readonly total: number;
  readonly on_completed: string | null;
  readonly on_failed: string | null;
  readonly on_progress: string | null;
}
export type AddBatchRow = Record<string, never>;
/**
 * Nothing where there is one of this id. An empty tenant: that of the context.
 */
export const addBatch = defineQuery<AddBatchParams, AddBatchRow>('queue/flows.add_batch', ['tenant_id', 'id', 'kind', 'name', 'total', 'on_completed', 'on_failed', 'on_progress'], `insert into queue.job_batches (tenant_id, id, kind, name, total, state, ended, tenths, on_completed, on_failed, on_progress)
values (coalesce(nullif($1::text, '')::uuid, tenancy.current_tenant_id('member'), '00000000-0000-0000-0000-000000000000'), $2, $3, $4, $5,
  case when $5 = 0 then 'completed' else 'open' end, case when $5 = 0 then now() end, case when $5 = 0 then 10 else 0 end,
  $6::jsonb, $7::jsonb, $8::jsonb)
on conflict (tenant_id, id) do nothing`);

export interface AddMembersParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
  readonly queue_names: readonly string[];
  readonly job_types: readonly string[];
  readonly bands: readonly number[];
  readonly payload_versions: readonly number[];
  readonly max_attempts: readonly number[];
  readonly payloads: readonly string[];
  readonly dues: readonly string[];
  readonly traces: readonly string[];
  readonly follows: readonly string[];
  readonly waiting_ids: readonly string[];
  readonly open_parents: readonly number[];
  readonly on_parent_failed: readonly string[];
  readonly batch_id: string;
  readonly step_ids: readonly string[];
  readonly step_keys: readonly string[];
  readonly step_policies: readonly string[];
  readonly edge_parents: readonly string[];
  readonly edge_keys: readonly string[];
}
export interface AddMembersRow {
  readonly jobs: number;
  readonly queues: number;
}
/**
 * Jobs of a batch or flow with where they wait: those of which it is said that others come before them in job_blocked.
 */
export const addMembers = defineQuery<AddMembersParams, AddMembersRow>('queue/flows.add_members', ['tenant_id', 'ids', 'queue_names', 'job_types', 'bands', 'payload_versions', 'max_attempts', 'payloads', 'dues', 'traces', 'follows', 'waiting_ids', 'open_parents', 'on_parent_failed', 'batch_id', 'step_ids', 'step_keys', 'step_policies', 'edge_parents', 'edge_keys'], `with made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, trace)
  select coalesce(nullif($1::text, '')::uuid, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), g.id, g.queue_name,
    g.job_type, g.band, g.payload_version, g.max_attempts, g.payload, greatest(nullif(g.due, '')::timestamptz, now()), g.follow, nullif(g.trace, '')
  from unnest($2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::smallint[], $7::smallint[],
    $8::jsonb[], $9::text[], $10::text[], $11::jsonb[])
    as g (id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace, follow)
  returning tenant_id, id, queue_name, job_type, band, due, follow
), placed as (
  select m.tenant_id, m.id, q.id as queue_id, t.id as type_id, m.band, m.due, coalesce(w.open_parents, 0) as open_parents, w.on_parent_failed
  from made m join queue.job_queues q on q.name = m.queue_name join queue.job_types t on t.name = m.job_type
    left join unnest($12::uuid[], $13::integer[], $14::text[]) w (id, open_parents, on_parent_failed) on w.id = m.id
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), p.queue_id, p.band, p.type_id, p.due, p.tenant_id, p.id from placed p
  where p.open_parents = 0 and p.due <= now()
), delayed as (
  insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
  select p.due, p.id, p.tenant_id, p.queue_id, p.type_id, p.band from placed p where p.open_parents = 0 and p.due > now()
), blocked as (
  insert into queue.job_blocked (tenant_id, id, open_parents, queue_id, type_id, band, due, batch_id, on_parent_failed)
  select p.tenant_id, p.id, p.open_parents, p.queue_id, p.type_id, p.band, p.due, $15, p.on_parent_failed from placed p where p.open_parents > 0
), steps as (
  insert into queue.job_steps (tenant_id, batch_id, key, job_id, on_parent_failed)
  select p.tenant_id, $15, s.key, s.id, s.on_parent_failed
  from unnest($16::uuid[], $17::text[], $18::text[]) s (id, key, on_parent_failed) join placed p on p.id = s.id
), edges as (
  insert into queue.job_dependencies (tenant_id, batch_id, parent_key, key)
  select coalesce(nullif($1::text, '')::uuid, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), $15, d.parent_key,
    d.key from unnest($19::text[], $20::text[]) d (parent_key, key)
), woken as materialized (
  select count(pg_notify('plinth_queue', r.queue_id::text)) as queues
  from (select distinct p.queue_id from placed p where p.open_parents = 0 and p.due <= now()) r
)
select (select count(*) from placed) as "jobs", w.queues as "queues" from woken w`);

export interface LockBatchParams {
  readonly tenant_id: string;
  readonly id: string;
}
export interface LockBatchRow {
  readonly tenant_id: string;
  readonly kind: string;
  readonly state: string;
  readonly is_cancelled: boolean;
}
export const lockBatch = defineQuery<LockBatchParams, LockBatchRow>('queue/flows.lock_batch', ['tenant_id', 'id'], `select b.tenant_id, b.kind, b.state, b.is_cancelled from queue.job_batches b where b.tenant_id = $1 and b.id = $2 for update`);

export interface FindStepsParams {
  readonly tenant_id: string;
  readonly batch_id: string;
  readonly keys: readonly string[];
}
export interface FindStepsRow {
  readonly key: string;
  readonly state: string;
  readonly job_id: string;
}
/**
 * Of these keys, those that are steps of the flow.
 */
export const findSteps = defineQuery<FindStepsParams, FindStepsRow>('queue/flows.find_steps', ['tenant_id', 'batch_id', 'keys'], `select s.key, s.state, s.job_id from queue.job_steps s
where s.tenant_id = $1 and s.batch_id = $2 and s.key = any($3::text[])`);

export interface ListMemberIdsParams {
  readonly tenant_id: string;
  readonly batch_id: string;
}
export interface ListMemberIdsRow {
  readonly key: string;
  readonly job_id: string;
}
export const listMemberIds = defineQuery<ListMemberIdsParams, ListMemberIdsRow>('queue/flows.list_member_ids', ['tenant_id', 'batch_id'], `select s.key, s.job_id from queue.job_steps s where s.tenant_id = $1 and s.batch_id = $2`);

export interface GrowBatchParams {
  readonly count: number;
  readonly tenant_id: string;
  readonly id: string;
}
export type GrowBatchRow = Record<string, never>;
export const growBatch = defineQuery<GrowBatchParams, GrowBatchRow>('queue/flows.grow_batch', ['count', 'tenant_id', 'id'], `update queue.job_batches b set total = b.total + $1 where b.tenant_id = $2 and b.id = $3`);

export interface CountEndedParentsParams {
  readonly tenant_id: string;
  readonly batch_id: string;
  readonly ids: readonly string[];
  readonly completed: readonly number[];
  readonly failed: readonly number[];
  readonly cancelled: readonly number[];
}
export type CountEndedParentsRow = Record<string, never>;
/**
 * Steps that had ended before others were put behind them.
 */
export const countEndedParents = defineQuery<CountEndedParentsParams, CountEndedParentsRow>('queue/flows.count_ended_parents', ['tenant_id', 'batch_id', 'ids', 'completed', 'failed', 'cancelled'], `insert into queue.job_counts (tenant_id, batch_id, target_id, completed, failed, cancelled)
select $1, $2, g.id, g.completed, g.failed, g.cancelled
from unnest($3::uuid[], $4::integer[], $5::integer[], $6::integer[]) g (id, completed, failed, cancelled)`);

export interface AddUpParams {
  readonly tenant_id: string;
  readonly batch_id: string;
}
export interface AddUpRow {
  readonly add_up_steps: string | null;
  readonly add_up: string | null;
}
/**
 * Its row is locked by who asks.
 */
export const addUp = defineQuery<AddUpParams, AddUpRow>('queue/flows.add_up', ['tenant_id', 'batch_id'], `select queue.add_up_steps($1::uuid, $2::uuid), queue.add_up($1::uuid, $2::uuid)`);

export interface AddUpAllParams {
  readonly most: number;
}
export interface AddUpAllRow {
  readonly batches: number;
}
export const addUpAll = defineQuery<AddUpAllParams, AddUpAllRow>('queue/flows.add_up_all', ['most'], `select queue.add_up_all($1::integer) as "batches"`);

export type HasCountsParams = Record<string, never>;
export interface HasCountsRow {
  readonly has_counts: boolean;
}
export const hasCounts = defineQuery<HasCountsParams, HasCountsRow>('queue/flows.has_counts', [], `select exists (select from queue.job_counts) as "has_counts"`);

export interface RetryBatchParams {
  readonly tenant_id: string;
  readonly batch_id: string;
}
export interface RetryBatchRow {
  readonly key: string | null;
  readonly old_id: string;
  readonly new_id: string;
}
export const retryBatch = defineQuery<RetryBatchParams, RetryBatchRow>('queue/flows.retry_batch', ['tenant_id', 'batch_id'], `select r.key, r.old_id as "old_id", r.new_id as "new_id" from queue.retry_batch($1::uuid, $2::uuid) r`);

export interface CancelBatchParams {
  readonly tenant_id: string;
  readonly batch_id: string;
  readonly most: number;
}
export interface CancelBatchRow {
  readonly cancelled: number;
  readonly requested: number;
}
export const cancelBatch = defineQuery<CancelBatchParams, CancelBatchRow>('queue/flows.cancel_batch', ['tenant_id', 'batch_id', 'most'], `select c.cancelled as "cancelled", c.requested as "requested" from queue.cancel_batch($1::uuid, $2::uuid, $3::integer) c`);

export interface AuditBatchParams {
  readonly tenant_id: string;
  readonly action: string;
  readonly batch_id: string;
  readonly jobs: number;
  readonly by: string;
}
export type AuditBatchRow = Record<string, never>;
export const auditBatch = defineQuery<AuditBatchParams, AuditBatchRow>('queue/flows.audit_batch', ['tenant_id', 'action', 'batch_id', 'jobs', 'by'], `insert into queue.job_audits (tenant_id, action, target_type, target, job_count, acted_by)
values ($1, $2, 'jobs', 'batch=' || $3::text, $4, $5)`);

export interface FindBatchTenantParams {
  readonly id: string;
}
export interface FindBatchTenantRow {
  readonly tenant_id: string;
}
export const findBatchTenant = defineQuery<FindBatchTenantParams, FindBatchTenantRow>('queue/flows.find_batch_tenant', ['id'], `select b.tenant_id from queue.job_batches b where b.id = $1`);

export interface ListBatchesParams {
  readonly tenant_id: string;
  readonly id: string | null;
  readonly before: string | null;
  readonly state: string | null;
  readonly limit: number;
}
export interface ListBatchesRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string | null;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly state: string;
  readonly is_cancelled: boolean;
  readonly ended: Date | null;
  readonly on_completed: string | null;
  readonly on_failed: string | null;
  readonly on_progress: string | null;
}
/**
 * One tenant's, newest first, with what is not added up yet.
 */
export const listBatches = defineQuery<ListBatchesParams, ListBatchesRow>('queue/flows.list_batches', ['tenant_id', 'id', 'before', 'state', 'limit'], `select b.id, b.kind, b.name, b.total, b.completed + coalesce(c.completed, 0) as "completed", b.failed + coalesce(c.failed, 0) as "failed",
  b.cancelled + coalesce(c.cancelled, 0) as "cancelled", b.state, b.is_cancelled, b.ended, b.on_completed ->> 'type' as on_completed,
  b.on_failed ->> 'type' as on_failed, b.on_progress ->> 'type' as on_progress
-- plinth:allow unpruned people ask for batches of any month, by tenant, and a limit ends it
from queue.job_batches b
left join lateral (
  select sum(c.completed) as completed, sum(c.failed) as failed, sum(c.cancelled) as cancelled
  from queue.job_counts c where c.tenant_id = b.tenant_id and c.batch_id = b.id and c.target_id = b.id
) c on true
where b.tenant_id = $1 and ($2::uuid is null or b.id = $2::uuid) and ($3::uuid is null or b.id < $3::uuid)
  and ($4::text is null or b.state = $4)
order by b.id desc limit $5`);

export interface ListStepsParams {
  readonly tenant_id: string;
  readonly batch_id: string;
  readonly after: string | null;
  readonly limit: number;
}
export interface ListStepsRow {
  readonly key: string;
  readonly job_id: string;
  readonly state: string;
  readonly on_parent_failed: string;
  readonly after: string[];
  readonly job_type: string | null;
  readonly started: Date | null;
  readonly completed: Date | null;
  readonly place: string | null;
}
/**
 * Steps of a flow in the order of their keys, with those they wait for, and where those are that have not ended.
 */
export const listSteps = defineQuery<ListStepsParams, ListStepsRow>('queue/flows.list_steps', ['tenant_id', 'batch_id', 'after', 'limit'], `with leased as materialized (
  select i.id, l.leased from queue.job_leases l cross join unnest(l.items) i where l.finished is null and i.tenant_id = $1 and i.id is not null
)
select s.key, s.job_id, s.state, s.on_parent_failed, coalesce(d.after, '{}') as "after", j.job_type as "job_type",
  coalesce(j.started, (select max(l.leased) from leased l where l.id = s.job_id)) as "started", j.completed,
  case when s.state <> 'open' then null
    when exists (select from queue.job_blocked b where b.tenant_id = s.tenant_id and b.id = s.job_id) then 'blocked'
    when exists (select from leased l where l.id = s.job_id) then 'running'
    when w.reason is not null then case w.reason when 'retry' then 'retrying' else 'scheduled' end
    when exists (select from queue.job_parked p where p.tenant_id = s.tenant_id and p.id = s.job_id) then 'parked'
    else 'waiting'
  end as "place"
from queue.job_steps s
-- plinth:allow unpruned a retried step has a job of a later month than its flow
left join queue.jobs j on j.tenant_id = s.tenant_id and j.id = s.job_id and j.id >= partition.uuid_floor(uuid_extract_timestamp($2::uuid) - interval '2 minutes')
left join queue.job_delayed w on w.tenant_id = s.tenant_id and w.id = s.job_id
left join lateral (
  select array_agg(d.parent_key order by d.parent_key) as after
  from queue.job_dependencies d where d.tenant_id = $1 and d.batch_id = $2 and d.key = s.key
) d on true
where s.tenant_id = $1 and s.batch_id = $2 and ($3::text is null or s.key > $3)
order by s.key limit $4`);

export interface ListParentsParams {
  readonly tenant_id: string;
  readonly batch_id: string;
  readonly key: string;
}
export interface ListParentsRow {
  readonly key: string;
  readonly job_id: string;
  readonly state: string;
  readonly result: unknown;
  readonly error: unknown;
}
/**
 * Steps that a step waits for or waited for, with what they gave.
 */
export const listParents = defineQuery<ListParentsParams, ListParentsRow>('queue/flows.list_parents', ['tenant_id', 'batch_id', 'key'], `select s.key, s.job_id, s.state, r.result, r.error
from queue.job_dependencies d
join queue.job_steps s on s.tenant_id = d.tenant_id and s.batch_id = d.batch_id and s.key = d.parent_key
left join lateral (
-- plinth:allow unpruned the month is told by the id of the job
  select r.result, r.error from queue.job_results r where r.tenant_id = s.tenant_id and r.job_id = s.job_id order by r.attempt desc limit 1
) r on true
where d.tenant_id = $1 and d.batch_id = $2 and d.key = $3
order by s.key`);

export interface ListRelativesParams {
  readonly key: string;
  readonly tenant_id: string;
  readonly batch_id: string;
  readonly limit: number;
}
export interface ListRelativesRow {
  readonly is_parent: boolean;
  readonly key: string;
  readonly job_id: string;
  readonly state: string;
}
/**
 * Parents and children of a step.
 */
export const listRelatives = defineQuery<ListRelativesParams, ListRelativesRow>('queue/flows.list_relatives', ['key', 'tenant_id', 'batch_id', 'limit'], `select d.key = $1 as "is_parent", s.key, s.job_id, s.state
from queue.job_dependencies d
join queue.job_steps s on s.tenant_id = d.tenant_id and s.batch_id = d.batch_id and s.key = case when d.key = $1 then d.parent_key else d.key end
where d.tenant_id = $2 and d.batch_id = $3 and (d.key = $1 or d.parent_key = $1)
order by 1 desc, s.key limit $4`);

export interface ListMembersParams {
  readonly tenant_id: string;
  readonly batch_id: string;
  readonly until: Date | null;
  readonly limit: number;
}
export interface ListMembersRow {
  readonly id: string;
  readonly job_type: string;
  readonly state: string;
}
/**
 * Jobs of a batch that did not complete, or have not yet; those that others took the place of are left out.
 */
export const listMembers = defineQuery<ListMembersParams, ListMembersRow>('queue/flows.list_members', ['tenant_id', 'batch_id', 'until', 'limit'], `with members as materialized (
  select j.id, j.job_type, j.origin_id
-- plinth:allow unpruned jobs of an open batch may be of a later month than the batch
  from queue.jobs j
  where j.tenant_id = $1 and (j.status <> 'completed' or j.origin_id is not null) and j.follow ->> 'batch' = $2::uuid::text
    and j.id >= partition.uuid_floor(uuid_extract_timestamp($2::uuid) - interval '2 minutes') and j.id < partition.uuid_floor(coalesce($3::timestamptz, now() + interval '1 minute'))
  order by j.id limit $4
)
select m.id, m.job_type, s.state as "state"
-- plinth:allow unpruned the months are told by the ids
from members m join queue.job_states s on s.tenant_id = $1 and s.id = m.id
where s.state <> 'completed' and not exists (select from members n where n.origin_id = m.id)
order by m.id`);
