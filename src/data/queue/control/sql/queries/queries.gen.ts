// Made by `npm run generate` from control.sql, look.sql; do not edit.
// sources: 4582700f800dca03d69c16a15cae16c1
import { defineQuery } from '../../../../../kernel/index.ts';

export interface CancelWaitingParams {
  readonly ids: readonly string[] | null;
  readonly tenant_id: string | null;
  readonly queue_id: number | null;
  readonly type_id: number | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly states: readonly string[];
  readonly most: number;
}
export interface CancelWaitingRow {
  readonly tenant_id: string;
  readonly id: string;
}
export const cancelWaiting = defineQuery<CancelWaitingParams, CancelWaitingRow>('queue/control.cancel_waiting', ['ids', 'tenant_id', 'queue_id', 'type_id', 'since', 'until', 'states', 'most'], `select c.tenant_id as "tenant_id", c.id as "id" from queue.cancel_waiting(
  row($1::uuid[], $2::uuid, $3::smallint, $4::smallint, partition.uuid_floor($5::timestamptz), partition.uuid_floor($6::timestamptz))::queue.job_filter,
  $7::text[], $8::integer) c`);

export interface CancelRunningParams {
  readonly ids: readonly string[] | null;
  readonly tenant_id: string | null;
  readonly queue_id: number | null;
  readonly type_id: number | null;
  readonly since: Date | null;
  readonly until: Date | null;
}
export interface CancelRunningRow {
  readonly tenant_id: string;
  readonly id: string;
}
export const cancelRunning = defineQuery<CancelRunningParams, CancelRunningRow>('queue/control.cancel_running', ['ids', 'tenant_id', 'queue_id', 'type_id', 'since', 'until'], `select c.tenant_id as "tenant_id", c.id as "id" from queue.cancel_running(
  row($1::uuid[], $2::uuid, $3::smallint, $4::smallint, partition.uuid_floor($5::timestamptz), partition.uuid_floor($6::timestamptz))::queue.job_filter) c`);

export interface RevokeCancelledParams {
  readonly grace_ms: number;
}
export interface RevokeCancelledRow {
  readonly revoked: number;
}
export const revokeCancelled = defineQuery<RevokeCancelledParams, RevokeCancelledRow>('queue/control.revoke_cancelled', ['grace_ms'], `select queue.revoke_cancelled($1::float8 * interval '1 ms') as "revoked"`);

export interface RescheduleParams {
  readonly ids: readonly string[] | null;
  readonly tenant_id: string | null;
  readonly queue_id: number | null;
  readonly type_id: number | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly states: readonly string[];
  readonly due: Date;
  readonly most: number;
}
export interface RescheduleRow {
  readonly tenant_id: string;
  readonly id: string;
}
export const reschedule = defineQuery<RescheduleParams, RescheduleRow>('queue/control.reschedule', ['ids', 'tenant_id', 'queue_id', 'type_id', 'since', 'until', 'states', 'due', 'most'], `select c.tenant_id as "tenant_id", c.id as "id" from queue.reschedule(
  row($1::uuid[], $2::uuid, $3::smallint, $4::smallint, partition.uuid_floor($5::timestamptz), partition.uuid_floor($6::timestamptz))::queue.job_filter,
  $7::text[], $8::timestamptz, $9::integer) c`);

export interface MoveJobsParams {
  readonly ids: readonly string[] | null;
  readonly tenant_id: string | null;
  readonly queue_id: number | null;
  readonly type_id: number | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly to_queue: number;
  readonly most: number;
}
export interface MoveJobsRow {
  readonly tenant_id: string;
  readonly id: string;
}
export const moveJobs = defineQuery<MoveJobsParams, MoveJobsRow>('queue/control.move_jobs', ['ids', 'tenant_id', 'queue_id', 'type_id', 'since', 'until', 'to_queue', 'most'], `select c.tenant_id as "tenant_id", c.id as "id" from queue.move_jobs(
  row($1::uuid[], $2::uuid, $3::smallint, $4::smallint, partition.uuid_floor($5::timestamptz), partition.uuid_floor($6::timestamptz))::queue.job_filter,
  $7::smallint, $8::integer) c`);

export interface EnqueueAgainParams {
  readonly ids: readonly string[];
  readonly tenant_id: string | null;
}
export interface EnqueueAgainRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly again_as: string;
}
export const enqueueAgain = defineQuery<EnqueueAgainParams, EnqueueAgainRow>('queue/control.enqueue_again', ['ids', 'tenant_id'], `select a.tenant_id as "tenant_id", a.id as "id", a.again_as as "again_as" from queue.enqueue_again($1::uuid[], $2::uuid) a`);

export interface ListEndedParams {
  readonly ids: readonly string[] | null;
  readonly tenant_id: string | null;
  readonly queue_name: string | null;
  readonly job_type: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly states: readonly string[];
  readonly most: number;
}
export interface ListEndedRow {
  readonly tenant_id: string;
  readonly id: string;
}
/**
 * Jobs of a filter that have ended, whatever the folder has written of it yet.
 */
export const listEnded = defineQuery<ListEndedParams, ListEndedRow>('queue/control.list_ended', ['ids', 'tenant_id', 'queue_name', 'job_type', 'since', 'until', 'states', 'most'], `select s.tenant_id as "tenant_id", s.id as "id" from queue.job_states s
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
where s.state in ('completed', 'cancelled', 'discarded', 'dead')
  and ($1::uuid[] is null or s.id = any($1::uuid[])) and ($2::uuid is null or s.tenant_id = $2::uuid)
  and ($3::text is null or s.queue_name = $3) and ($4::text is null or s.job_type = $4)
  and ($5::timestamptz is null or s.id >= partition.uuid_floor($5::timestamptz))
  and ($6::timestamptz is null or s.id < partition.uuid_floor($6::timestamptz))
  and s.state = any($7::text[])
limit $8`);

export interface ForgetJobsParams {
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
}
export interface ForgetJobsRow {
  readonly forgotten: number;
}
export const forgetJobs = defineQuery<ForgetJobsParams, ForgetJobsRow>('queue/control.forget_jobs', ['tenant_ids', 'ids'], `select queue.forget_jobs($1::uuid[], $2::uuid[]) as "forgotten"`);

export interface CountWaitingParams {
  readonly ids: readonly string[] | null;
  readonly tenant_id: string | null;
  readonly queue_id: number | null;
  readonly type_id: number | null;
  readonly since: Date | null;
  readonly until: Date | null;
}
export interface CountWaitingRow {
  readonly state: string;
  readonly jobs: number;
}
export const countWaiting = defineQuery<CountWaitingParams, CountWaitingRow>('queue/control.count_waiting', ['ids', 'tenant_id', 'queue_id', 'type_id', 'since', 'until'], `with filter as materialized (
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
  select row($1::uuid[], $2::uuid, $3::smallint, $4::smallint, partition.uuid_floor($5::timestamptz), partition.uuid_floor($6::timestamptz))::queue.job_filter as f
)
select 'waiting' as "state", count(*) as "jobs" from queue.job_ready r, filter where queue.fits(f, r.tenant_id, r.id, r.queue_id, r.type_id)
union all
select case d.reason when 'retry' then 'retrying' else 'scheduled' end, count(*) from queue.job_delayed d, filter
where queue.fits(f, d.tenant_id, d.id, d.queue_id, d.type_id) group by 1
union all
select 'parked', count(*) from queue.job_parked p, filter where queue.fits(f, p.tenant_id, p.id, p.queue_id, p.type_id)
union all
select 'blocked', count(*) from queue.job_blocked b, filter where queue.fits(f, b.tenant_id, b.id, b.queue_id, b.type_id)
union all
select 'running', count(*) from queue.job_leases l cross join unnest(l.items) i, filter
where l.finished is null and i.id is not null and queue.fits(f, i.tenant_id, i.id, l.queue_id, i.type_id)
  and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)`);

export interface CountEndedParams {
  readonly ids: readonly string[] | null;
  readonly tenant_id: string | null;
  readonly queue_name: string | null;
  readonly job_type: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
}
export interface CountEndedRow {
  readonly state: string;
  readonly jobs: number;
}
export const countEnded = defineQuery<CountEndedParams, CountEndedRow>('queue/control.count_ended', ['ids', 'tenant_id', 'queue_name', 'job_type', 'since', 'until'], `select s.state as "state", count(*) as "jobs" from queue.job_states s
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
where s.state in ('completed', 'cancelled', 'discarded', 'dead')
  and ($1::uuid[] is null or s.id = any($1::uuid[])) and ($2::uuid is null or s.tenant_id = $2::uuid)
  and ($3::text is null or s.queue_name = $3) and ($4::text is null or s.job_type = $4)
  and ($5::timestamptz is null or s.id >= partition.uuid_floor($5::timestamptz))
  and ($6::timestamptz is null or s.id < partition.uuid_floor($6::timestamptz))
group by 1`);

export interface ListKnownParams {
  readonly ids: readonly string[];
  readonly tenant_id: string | null;
}
export interface ListKnownRow {
  readonly id: string;
}
/**
 * Of these ids, those that are jobs; of one tenant or of any.
 */
export const listKnown = defineQuery<ListKnownParams, ListKnownRow>('queue/control.list_known', ['ids', 'tenant_id'], `select j.id from queue.jobs j
-- plinth:allow unpruned the months are told by the ids, which are parameters
where j.id = any($1::uuid[]) and ($2::uuid is null or j.tenant_id = $2::uuid)`);

export interface AuditJobsParams {
  readonly action: string;
  readonly target_type: string;
  readonly target: string;
  readonly details: string;
  readonly by: string;
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
}
export type AuditJobsRow = Record<string, never>;
export const auditJobs = defineQuery<AuditJobsParams, AuditJobsRow>('queue/control.audit_jobs', ['action', 'target_type', 'target', 'details', 'by', 'tenant_ids', 'ids'], `insert into queue.job_audits (tenant_id, action, target_type, target, job_count, job_ids, details, acted_by)
select g.tenant_id, $1, $2, $3, count(*), (array_agg(g.id order by g.id))[1:100], $4::jsonb, $5
from unnest($6::uuid[], $7::uuid[]) g (tenant_id, id)
group by g.tenant_id`);

export interface AuditSettingParams {
  readonly action: string;
  readonly target_type: string;
  readonly target: string;
  readonly details: string;
  readonly by: string;
}
export type AuditSettingRow = Record<string, never>;
export const auditSetting = defineQuery<AuditSettingParams, AuditSettingRow>('queue/control.audit_setting', ['action', 'target_type', 'target', 'details', 'by'], `insert into queue.job_audits (tenant_id, action, target_type, target, details, acted_by)
values ('00000000-0000-0000-0000-000000000000', $1, $2, $3, $4::jsonb, $5)`);

export interface ListAuditsParams {
  readonly tenant_id: string;
  readonly job_id: string;
}
export interface ListAuditsRow {
  readonly id: string;
  readonly action: string;
  readonly target_type: string;
  readonly target: string;
  readonly job_count: number;
  readonly details: unknown;
  readonly acted_by: string;
}
export const listAudits = defineQuery<ListAuditsParams, ListAuditsRow>('queue/control.list_audits', ['tenant_id', 'job_id'], `select a.id, a.action, a.target_type, a.target, a.job_count, a.details, a.acted_by
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
from queue.job_audits a where a.tenant_id = $1 and a.job_ids @> array[$2::uuid] order by a.id`);

export interface PauseQueueParams {
  readonly is_paused: boolean;
  readonly name: string;
}
export interface PauseQueueRow {
  readonly id: number;
}
export const pauseQueue = defineQuery<PauseQueueParams, PauseQueueRow>('queue/control.pause_queue', ['is_paused', 'name'], `update queue.job_queues q set is_paused = $1, updated = now() where q.name = $2 returning q.id`);

export interface PauseTypeParams {
  readonly is_paused: boolean;
  readonly name: string;
}
export interface PauseTypeRow {
  readonly id: number;
}
export const pauseType = defineQuery<PauseTypeParams, PauseTypeRow>('queue/control.pause_type', ['is_paused', 'name'], `update queue.job_types t set is_paused = $1, updated = now() where t.name = $2 returning t.id`);

export interface PauseTenantParams {
  readonly tenant_id: string;
  readonly by: string;
}
export interface PauseTenantRow {
  readonly is_known: boolean;
}
/**
 * Whether there is such a tenant.
 */
export const pauseTenant = defineQuery<PauseTenantParams, PauseTenantRow>('queue/control.pause_tenant', ['tenant_id', 'by'], `with found as (
  select t.id from tenancy.tenants t where t.id = $1
), paused as (
  insert into queue.paused_tenants (tenant_id, paused_by) select f.id, $2 from found f on conflict do nothing
)
select exists (select from found) as "is_known"`);

export interface ResumeTenantParams {
  readonly tenant_id: string;
}
export type ResumeTenantRow = Record<string, never>;
export const resumeTenant = defineQuery<ResumeTenantParams, ResumeTenantRow>('queue/control.resume_tenant', ['tenant_id'], `delete from queue.paused_tenants p where p.tenant_id = $1`);

export interface ParkTenantsParams {
  readonly most: number;
}
export interface ParkTenantsRow {
  readonly moved: number;
}
export const parkTenants = defineQuery<ParkTenantsParams, ParkTenantsRow>('queue/control.park_tenants', ['most'], `select queue.park_tenants($1) as "moved"`);

export interface UnparkTenantsParams {
  readonly most: number;
}
export interface UnparkTenantsRow {
  readonly moved: number;
}
export const unparkTenants = defineQuery<UnparkTenantsParams, UnparkTenantsRow>('queue/control.unpark_tenants', ['most'], `select queue.unpark_tenants($1) as "moved"`);

export interface SetWeightsParams {
  readonly weights: readonly number[];
  readonly name: string;
}
export interface SetWeightsRow {
  readonly id: number;
}
export const setWeights = defineQuery<SetWeightsParams, SetWeightsRow>('queue/control.set_weights', ['weights', 'name'], `update queue.job_queues q set weights = $1::integer[], updated = now() where q.name = $2 returning q.id`);

export interface WakeParams {
  readonly name: string | null;
}
export interface WakeRow {
  readonly wake_queues: string | null;
}
export const wake = defineQuery<WakeParams, WakeRow>('queue/control.wake', ['name'], `select queue.wake_queues(array(select q.id from queue.job_queues q where $1::text is null or q.name = $1))`);

export interface ListJobsParams {
  readonly tenant_id: string;
  readonly before: string | null;
  readonly queue_name: string | null;
  readonly job_type: string | null;
  readonly states: readonly string[] | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly limit: number;
}
export interface ListJobsRow {
  readonly id: string;
  readonly queue_name: string;
  readonly job_type: string;
  readonly band: number;
  readonly state: string;
  readonly due: Date;
  readonly queued: Date;
  readonly started: Date | null;
  readonly completed: Date | null;
  readonly next_due: Date | null;
}
/**
 * One tenant's, newest first. A parameter that is null asks for nothing.
 */
export const listJobs = defineQuery<ListJobsParams, ListJobsRow>('queue/control.list_jobs', ['tenant_id', 'before', 'queue_name', 'job_type', 'states', 'since', 'until', 'limit'], `select s.id as "id", s.queue_name as "queue_name", s.job_type as "job_type", s.band as "band", s.state as "state", s.due as "due", s.queued as "queued",
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
  s.started, s.completed, s.next_due
from queue.job_states s
where s.tenant_id = $1 and ($2::uuid is null or s.id < $2::uuid)
  and ($3::text is null or s.queue_name = $3) and ($4::text is null or s.job_type = $4)
  and ($5::text[] is null or s.state = any($5::text[]))
  and ($6::timestamptz is null or s.id >= partition.uuid_floor($6::timestamptz))
  and ($7::timestamptz is null or s.id < partition.uuid_floor($7::timestamptz))
order by s.id desc
limit $8`);

export interface FindTenantOfParams {
  readonly id: string;
}
export interface FindTenantOfRow {
  readonly tenant_id: string;
}
/**
 * plinth:allow unpruned the month is told by the id, which is a parameter
 */
export const findTenantOf = defineQuery<FindTenantOfParams, FindTenantOfRow>('queue/control.find_tenant_of', ['id'], `select j.tenant_id from queue.jobs j where j.id = $1`);

export interface ShowJobParams {
  readonly tenant_id: string;
  readonly id: string;
}
export interface ShowJobRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly queue_name: string;
  readonly job_type: string;
  readonly band: number;
  readonly payload: unknown;
  readonly payload_version: number;
  readonly max_attempts: number;
  readonly due: Date;
  readonly queued: Date;
  readonly trace: string | null;
  readonly origin_id: string | null;
  readonly follow: unknown;
  readonly state: string;
  readonly started: Date | null;
  readonly completed: Date | null;
  readonly next_due: Date | null;
  readonly held_by: string | null;
  readonly open_parents: number | null;
  readonly redriven_as: string | null;
  readonly effective_band: number | null;
  readonly effective_priority: number | null;
}
/**
 * plinth:allow unpruned the month is told by the id, which is a parameter
 */
export const showJob = defineQuery<ShowJobParams, ShowJobRow>('queue/control.show_job', ['tenant_id', 'id'], `select j.tenant_id, j.id, j.queue_name, j.job_type, j.band, j.payload, j.payload_version, j.max_attempts, j.due, j.queued, j.trace, j.origin_id, j.follow,
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
  s.state as "state", s.started, s.completed, s.next_due,
  (select p.key from queue.job_parked p where p.tenant_id = j.tenant_id and p.id = j.id limit 1) as held_by,
  (select b.open_parents from queue.job_blocked b where b.tenant_id = j.tenant_id and b.id = j.id) as open_parents,
  (select d.redriven_as from queue.dead_letter_jobs d where d.tenant_id = j.tenant_id and d.job_id = j.id) as redriven_as,
  w.effective_band, w.effective_priority
from queue.jobs j join queue.job_states s on s.tenant_id = j.tenant_id and s.id = j.id
  left join queue.waiting_jobs w on w.tenant_id = j.tenant_id and w.id = j.id
where j.tenant_id = $1 and j.id = $2`);

export interface ListAttemptsParams {
  readonly tenant_id: string;
  readonly id: string;
}
export interface ListAttemptsRow {
  readonly attempt: number;
  readonly status: string;
  readonly started: Date;
  readonly completed: Date;
  readonly duration_ms: number;
  readonly worker_id: string;
  readonly result: unknown;
  readonly error: unknown;
}
export const listAttempts = defineQuery<ListAttemptsParams, ListAttemptsRow>('queue/control.list_attempts', ['tenant_id', 'id'], `select r.attempt, r.status, r.started, r.completed, r.duration_ms, r.worker_id, r.result, r.error
from queue.job_results r where r.tenant_id = $1 and r.job_id = $2 order by r.attempt`);

export interface ListLinesParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly limit: number;
}
export interface ListLinesRow {
  readonly attempt: number;
  readonly line: number;
  readonly logged: Date;
  readonly level: string;
  readonly message: string;
  readonly fields: unknown;
}
export const listLines = defineQuery<ListLinesParams, ListLinesRow>('queue/control.list_lines', ['tenant_id', 'id', 'limit'], `select l.attempt, l.line, l.logged, l.level, l.message, l.fields
from queue.job_logs l where l.tenant_id = $1 and l.job_id = $2 order by l.attempt, l.logged, l.line limit $3`);

export interface FindRunningParams {
  readonly id: string;
  readonly tenant_id: string;
}
export interface FindRunningRow {
  readonly worker_id: string;
  readonly leased: Date;
  readonly expires: Date;
  readonly host: string | null;
  readonly pid: number | null;
  readonly is_cancelled: boolean;
}
export const findRunning = defineQuery<FindRunningParams, FindRunningRow>('queue/control.find_running', ['id', 'tenant_id'], `select l.worker_id, l.leased, l.expires, w.host, w.pid, coalesce($1 = any(l.cancelled), false) as "is_cancelled"
from queue.job_leases l cross join unnest(l.items) i left join queue.queue_workers w on w.id = l.worker_id
where l.finished is null and i.tenant_id = $2 and i.id = $1`);

export type ReadDepthsParams = Record<string, never>;
export interface ReadDepthsRow {
  readonly queue_id: number;
  readonly queue: string;
  readonly is_paused: boolean;
  readonly slo_ms: number[];
  readonly band: number;
  readonly waiting: number;
  readonly oldest: Date | null;
  readonly scheduled: number;
  readonly retrying: number;
  readonly parked: number;
  readonly running: number;
}
/**
 * Per queue and band; what is ready is counted where it is.
 */
export const readDepths = defineQuery<ReadDepthsParams, ReadDepthsRow>('queue/control.read_depths', [], `select q.id as "queue_id", q.name as "queue", q.is_paused as "is_paused", q.slo_ms as "slo_ms", b.band::smallint as "band", coalesce(r.jobs, 0) as "waiting",
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
  r.oldest, coalesce(d.scheduled, 0) as "scheduled", coalesce(d.retrying, 0) as "retrying", coalesce(p.jobs, 0) as "parked",
  coalesce(l.jobs, 0) as "running"
from queue.job_queues q
cross join generate_series(0, 4) b (band)
left join (select queue_id, band, count(*) as jobs, min(due) as oldest from queue.job_ready group by 1, 2) r on r.queue_id = q.id and r.band = b.band
left join (
  select queue_id, band, count(*) filter (where reason <> 'retry') as scheduled, count(*) filter (where reason = 'retry') as retrying
  from queue.job_delayed group by 1, 2
) d on d.queue_id = q.id and d.band = b.band
left join (select queue_id, band, count(*) as jobs from queue.job_parked group by 1, 2) p on p.queue_id = q.id and p.band = b.band
left join (
  select l.queue_id, i.band, count(*) as jobs from queue.job_leases l cross join unnest(l.items) i
  where l.finished is null and i.id is not null
    and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)
  group by 1, 2
) l on l.queue_id = q.id and l.band = b.band
order by q.name, b.band`);

export type CountDeadParams = Record<string, never>;
export interface CountDeadRow {
  readonly queue: string;
  readonly jobs: number;
}
export const countDead = defineQuery<CountDeadParams, CountDeadRow>('queue/control.count_dead', [], `select d.queue_name as "queue", count(*) as "jobs" from queue.dead_letter_jobs d
-- plinth:allow unpruned all that nobody has redriven yet
where d.redriven is null group by 1`);

export type ListPausedTenantsParams = Record<string, never>;
export interface ListPausedTenantsRow {
  readonly tenant_id: string;
  readonly paused: Date;
  readonly paused_by: string;
  readonly parked: number;
}
export const listPausedTenants = defineQuery<ListPausedTenantsParams, ListPausedTenantsRow>('queue/control.list_paused_tenants', [], `select p.tenant_id, p.paused, p.paused_by, (select count(*) from queue.job_parked j where j.tenant_id = p.tenant_id and j.key = 'paused') as "parked"
from queue.paused_tenants p order by p.paused`);

export type ListQueuesParams = Record<string, never>;
export interface ListQueuesRow {
  readonly id: number;
  readonly name: string;
  readonly group_name: string;
  readonly pool: string;
  readonly weights: number[];
  readonly slo_ms: number[];
  readonly on_overload: string;
  readonly is_paused: boolean;
}
export const listQueues = defineQuery<ListQueuesParams, ListQueuesRow>('queue/control.list_queues', [], `select q.id, q.name, q.group_name, q.pool, q.weights, q.slo_ms, q.on_overload, q.is_paused from queue.job_queues q order by q.name`);

export interface ListTypesParams {
  readonly limit: number;
}
export interface ListTypesRow {
  readonly name: string;
  readonly queue: string;
  readonly band: number;
  readonly max_attempts: number;
  readonly is_paused: boolean;
  readonly mean_run_ms: number;
  readonly unhandled_ms: number;
  readonly waiting: number;
  readonly oldest: Date | null;
  readonly workers: number;
}
/**
 * With how many wait; a type that no worker has a handler of is told by its workers.
 */
export const listTypes = defineQuery<ListTypesParams, ListTypesRow>('queue/control.list_types', ['limit'], `select t.name, q.name as queue, t.band, t.max_attempts, t.is_paused, t.mean_run_ms, t.unhandled_ms, coalesce(r.jobs, 0) as "waiting", r.oldest,
  (select count(*) from queue.queue_workers w where t.name = any(w.types) and w.seen > now() - interval '1 minute') as "workers"
from queue.job_types t join queue.job_queues q on q.id = t.queue_id
left join (select type_id, count(*) as jobs, min(due) as oldest from queue.job_ready group by 1) r on r.type_id = t.id
order by r.jobs desc nulls last, t.name
limit $1`);

export type ListWorkersParams = Record<string, never>;
export interface ListWorkersRow {
  readonly id: string;
  readonly pool: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly types: string[];
  readonly slots: number;
  readonly busy: number;
  readonly loop_lag_ms: number;
  readonly rss_bytes: number;
  readonly started: Date;
  readonly seen: Date;
  readonly is_draining: boolean;
}
export const listWorkers = defineQuery<ListWorkersParams, ListWorkersRow>('queue/control.list_workers', [], `select w.id, w.pool, w.host, w.pid, w.version, w.types, w.slots, w.busy, w.loop_lag_ms, w.rss_bytes, w.started, w.seen, w.is_draining
from queue.queue_workers w order by w.started`);

export interface CountRunningOfParams {
  readonly queue_id: number;
}
export interface CountRunningOfRow {
  readonly jobs: number;
}
export const countRunningOf = defineQuery<CountRunningOfParams, CountRunningOfRow>('queue/control.count_running_of', ['queue_id'], `select count(*) as "jobs" from queue.job_leases l cross join unnest(l.items) i
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
where l.queue_id = $1 and l.finished is null and i.id is not null
  and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)`);

export interface ListLimitsParams {
  readonly tenant_id: string | null;
  readonly limit: number;
}
export interface ListLimitsRow {
  readonly tenant_id: string;
  readonly name: string;
  readonly key: string;
  readonly kind: string;
  readonly most: number;
  readonly used: number;
  readonly parked: number;
  readonly per: string | null;
  readonly zone: string | null;
  readonly per_ms: number | null;
  readonly window_ends: Date | null;
}
/**
 * Those that somebody waits for, and those that are used; most waiting first.
 */
export const listLimits = defineQuery<ListLimitsParams, ListLimitsRow>('queue/control.list_limits', ['tenant_id', 'limit'], `select l.tenant_id, l.name, l.key, l.kind, l.most, l.used, l.parked, l.per, l.zone, l.per_ms, l.window_ends
from queue.job_limits l
where ($1::uuid is null or l.tenant_id = $1::uuid) and (l.parked > 0 or l.used > 0)
order by l.parked desc, l.used::float8 / greatest(l.most, 1) desc, l.tenant_id, l.name, l.key
limit $2`);
