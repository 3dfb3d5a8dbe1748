// Made by `npm run generate` from lead.sql, subjects.sql, upkeep.sql; do not edit.
// sources: 44133424b2306dd8e303420f87f0bce1
import { defineQuery } from '../../../../../kernel/index.ts';

export interface LookAtLeadParams {
  readonly key: number;
  readonly name: string;
}
export interface LookAtLeadRow {
  readonly is_held: boolean;
  readonly is_overdue: boolean;
  readonly holder: string | null;
}
/**
 * An advisory lock with a bigint key is kept as its two halves.
 */
export const lookAtLead = defineQuery<LookAtLeadParams, LookAtLeadRow>('queue/upkeep.look_at_lead', ['key', 'name'], `select exists (
    select from pg_catalog.pg_locks k
     where k.locktype = 'advisory' and k.objsubid = 1 and k.granted
       and k.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
       and k.classid::int8 = $1::int8 >> 32 and k.objid::int8 = $1::int8 & 4294967295
  ) as "is_held",
  coalesce(l.expires < pg_catalog.clock_timestamp(), false) as "is_overdue",
  l.holder
from (values (1)) v left join queue.queue_leaders l on l.name = $2`);

export interface EndOverdueParams {
  readonly name: string;
  readonly key: number;
}
export interface EndOverdueRow {
  readonly pg_terminate_backend: boolean | null;
}
/**
 * Whoever took the lock since then is left alone.
 */
export const endOverdue = defineQuery<EndOverdueParams, EndOverdueRow>('queue/upkeep.end_overdue', ['name', 'key'], `select pg_catalog.pg_terminate_backend(a.pid)
from pg_catalog.pg_locks k
  join pg_catalog.pg_stat_activity a on a.pid = k.pid
  join queue.queue_leaders l on l.name = $1 and l.expires < pg_catalog.clock_timestamp() and a.backend_start < l.expires
where k.locktype = 'advisory' and k.objsubid = 1 and k.granted and a.datname = pg_catalog.current_database()
  and k.database = a.datid and k.classid::int8 = $2::int8 >> 32 and k.objid::int8 = $2::int8 & 4294967295`);

export type BackendOfParams = Record<string, never>;
export interface BackendOfRow {
  readonly pid: number;
}
export const backendOf = defineQuery<BackendOfParams, BackendOfRow>('queue/upkeep.backend_of', [], `select pg_catalog.pg_backend_pid() as "pid"`);

export interface EndBlockersParams {
  readonly pid: number;
}
export interface EndBlockersRow {
  readonly pg_terminate_backend: boolean | null;
}
export const endBlockers = defineQuery<EndBlockersParams, EndBlockersRow>('queue/upkeep.end_blockers', ['pid'], `select pg_catalog.pg_terminate_backend(p.pid) from pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::integer)) p (pid)`);

export interface BeginTermParams {
  readonly name: string;
  readonly holder: string;
  readonly lasts_ms: number;
}
export interface BeginTermRow {
  readonly term: number;
}
export const beginTerm = defineQuery<BeginTermParams, BeginTermRow>('queue/upkeep.begin_term', ['name', 'holder', 'lasts_ms'], `select queue.begin_term($1, $2::uuid, $3::integer) as "term"`);

export interface HoldTermParams {
  readonly name: string;
  readonly term: number;
}
export interface HoldTermRow {
  readonly term: number;
}
/**
 * The renewal of the leader itself does not wait for it, the beginning of another term does.
 */
export const holdTerm = defineQuery<HoldTermParams, HoldTermRow>('queue/upkeep.hold_term', ['name', 'term'], `select l.term from queue.queue_leaders l where l.name = $1 and l.term = $2::bigint for key share`);

export interface RenewTermParams {
  readonly lasts_ms: number;
  readonly name: string;
  readonly term: number;
}
export type RenewTermRow = Record<string, never>;
export const renewTerm = defineQuery<RenewTermParams, RenewTermRow>('queue/upkeep.renew_term', ['lasts_ms', 'name', 'term'], `update queue.queue_leaders l
   set expires = pg_catalog.clock_timestamp() + $1::integer * interval '1 ms'
 where l.name = $2 and l.term = $3::bigint`);

export interface ListAboutParams {
  readonly identifiers: string;
}
export interface ListAboutRow {
  readonly tenant_id: string;
  readonly id: string;
}
/**
 * Jobs and dead letters whose payload names one of these people.
 */
export const listAbout = defineQuery<ListAboutParams, ListAboutRow>('queue/upkeep.list_about', ['identifiers'], `with kinds as (
-- plinth:allow unpruned a person is looked for in all months
  select t.name, t.subject_fields from queue.job_types t where t.subject_fields is not null
)
select j.tenant_id as "tenant_id", j.id as "id" from queue.jobs j join kinds k on k.name = j.job_type
 where queue.is_about(j.payload, k.subject_fields, $1::jsonb, j.tenant_id)
union
select d.tenant_id, d.job_id from queue.dead_letter_jobs d join kinds k on k.name = d.job_type
 where queue.is_about(d.payload, k.subject_fields, $1::jsonb, d.tenant_id)
order by 2`);

export interface ListPartsOfParams {
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
}
export interface ListPartsOfRow {
  readonly schema: string;
  readonly table: string;
}
/**
 * The tables that hold something of these jobs.
 */
export const listPartsOf = defineQuery<ListPartsOfParams, ListPartsOfRow>('queue/upkeep.list_parts_of', ['tenant_ids', 'ids'], `select distinct n.nspname as "schema", c.relname as "table"
-- plinth:allow unpruned the months are told by the ids, which are parameters
from unnest($1::uuid[], $2::uuid[]) g (tenant_id, id)
  cross join lateral (
    select j.tableoid as part from queue.jobs j where j.tenant_id = g.tenant_id and j.id = g.id
    union all select r.tableoid from queue.job_results r where r.tenant_id = g.tenant_id and r.job_id = g.id
    union all select l.tableoid from queue.job_logs l where l.tenant_id = g.tenant_id and l.job_id = g.id
    union all select e.tableoid from queue.job_effects e where e.tenant_id = g.tenant_id and e.job_id = g.id
    union all select d.tableoid from queue.dead_letter_jobs d where d.tenant_id = g.tenant_id and d.job_id = g.id
    union all select d.part from queue.details_of(array[g.tenant_id], array[g.id]) d) p
  join pg_catalog.pg_class c on c.oid = p.part join pg_catalog.pg_namespace n on n.oid = c.relnamespace
order by 1, 2`);

export interface HistoryOfParams {
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
}
export interface HistoryOfRow {
  readonly job: unknown;
}
export const historyOf = defineQuery<HistoryOfParams, HistoryOfRow>('queue/upkeep.history_of', ['tenant_ids', 'ids'], `select queue.history_of(g.tenant_id, g.id) as "job" from unnest($1::uuid[], $2::uuid[]) g (tenant_id, id)`);

export interface AbortJobsParams {
  readonly ids: readonly string[];
}
export interface AbortJobsRow {
  readonly running: number;
}
/**
 * Asks the workers of those that run to abort them, and tells how many there are.
 */
export const abortJobs = defineQuery<AbortJobsParams, AbortJobsRow>('queue/upkeep.abort_jobs', ['ids'], `select count(*) as "running"
from queue.cancel_running(row($1::uuid[], null, null, null, null, null)::queue.job_filter)`);

export interface RunningAmongParams {
  readonly ids: readonly string[];
}
export interface RunningAmongRow {
  readonly running: number;
}
export const runningAmong = defineQuery<RunningAmongParams, RunningAmongRow>('queue/upkeep.running_among', ['ids'], `select count(*) as "running"
-- plinth:allow unpruned the months are told by the ids, which are parameters
from queue.job_leases l cross join unnest(l.items) i
where l.finished is null and i.id = any ($1::uuid[])
  and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)`);

export interface EraseJobsParams {
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
}
export interface EraseJobsRow {
  readonly erased: number;
}
export const eraseJobs = defineQuery<EraseJobsParams, EraseJobsRow>('queue/upkeep.erase_jobs', ['tenant_ids', 'ids'], `select queue.erase_jobs($1::uuid[], $2::uuid[]) as "erased"`);

export interface PromoteParams {
  readonly most: number;
}
export interface PromoteRow {
  readonly promoted: number;
  readonly next_ms: number | null;
}
export const promote = defineQuery<PromoteParams, PromoteRow>('queue/upkeep.promote', ['most'], `select p.promoted as "promoted", p.next_ms from queue.promote($1) p`);

export interface RescueParams {
  readonly after: string;
  readonly most: number;
}
export interface RescueRow {
  readonly last: string | null;
  readonly leases: number;
  readonly returned: number;
  readonly buried: number;
}
export const rescue = defineQuery<RescueParams, RescueRow>('queue/upkeep.rescue', ['after', 'most'], `select r.last, r.leases as "leases", r.returned as "returned", r.buried as "buried" from queue.rescue($1, $2) r`);

export interface FoldParams {
  readonly after: string;
  readonly most: number;
}
export interface FoldRow {
  readonly last: string | null;
  readonly leases: number;
  readonly jobs: number;
  readonly oldest_ms: number | null;
}
export const fold = defineQuery<FoldParams, FoldRow>('queue/upkeep.fold', ['after', 'most'], `select f.last, f.leases as "leases", f.jobs as "jobs", f.oldest_ms from queue.fold($1, $2) f`);

export type IsBusyParams = Record<string, never>;
export interface IsBusyRow {
  readonly is_busy: boolean;
}
/**
 * Whether any job could be run now.
 */
export const isBusy = defineQuery<IsBusyParams, IsBusyRow>('queue/upkeep.is_busy', [], `select exists (select from queue.job_ready r where r.due <= pg_catalog.clock_timestamp()) as "is_busy"`);

export interface VerifyParams {
  readonly most: number;
}
export interface VerifyRow {
  readonly report: unknown;
}
export const verify = defineQuery<VerifyParams, VerifyRow>('queue/upkeep.verify', ['most'], `select queue.verify($1) as "report"`);

export type ListSlotsParams = Record<string, never>;
export interface ListSlotsRow {
  readonly slot: number;
  readonly is_current: boolean;
  readonly dead_rows: number;
  readonly live_rows: number;
  readonly size_bytes: number;
}
/**
 * What the statistics say of the slots of job_ready, and which takes new rows.
 */
export const listSlots = defineQuery<ListSlotsParams, ListSlotsRow>('queue/upkeep.list_slots', [], `select p.slot::smallint as "slot", p.slot = s.slot as "is_current", coalesce(t.n_dead_tup, 0) as "dead_rows",
       coalesce(t.n_live_tup, 0) as "live_rows", pg_catalog.pg_relation_size(format('queue.job_ready_%s', p.slot)::regclass) as "size_bytes"
  from queue.ready_slots s cross join pg_catalog.generate_series(0, 2) p(slot)
    left join pg_catalog.pg_stat_all_tables t on t.relid = format('queue.job_ready_%s', p.slot)::regclass
 order by p.slot`);

export type HorizonHolderParams = Record<string, never>;
export interface HorizonHolderRow {
  readonly kind: string;
  readonly name: string;
  readonly age: number;
  readonly held_ms: number | null;
}
export const horizonHolder = defineQuery<HorizonHolderParams, HorizonHolderRow>('queue/upkeep.horizon_holder', [], `select h.kind as "kind", h.name as "name", h.age as "age", h.held_ms from queue.horizon_holder() h`);

export interface RotateParams {
  readonly from_slot: number;
  readonly to_slot: number;
  readonly held_by: string;
}
export interface RotateRow {
  readonly has_moved: boolean;
}
export const rotate = defineQuery<RotateParams, RotateRow>('queue/upkeep.rotate', ['from_slot', 'to_slot', 'held_by'], `select queue.rotate($1, $2, $3) as "has_moved"`);

export interface EmptySlotParams {
  readonly slot: number;
}
export interface EmptySlotRow {
  readonly is_emptied: boolean;
}
export const emptySlot = defineQuery<EmptySlotParams, EmptySlotRow>('queue/upkeep.empty_slot', ['slot'], `select queue.empty_slot($1) as "is_emptied"`);

export interface ParkTenantsParams {
  readonly most: number;
}
export interface ParkTenantsRow {
  readonly parked: number;
}
export const parkTenants = defineQuery<ParkTenantsParams, ParkTenantsRow>('queue/upkeep.park_tenants', ['most'], `select queue.park_tenants($1) as "parked"`);

export interface UnparkTenantsParams {
  readonly most: number;
}
export interface UnparkTenantsRow {
  readonly unparked: number;
}
export const unparkTenants = defineQuery<UnparkTenantsParams, UnparkTenantsRow>('queue/upkeep.unpark_tenants', ['most'], `select queue.unpark_tenants($1) as "unparked"`);

export interface RunningOfParams {
  readonly tenant_id: string;
}
export interface RunningOfRow {
  readonly running: number;
}
export const runningOf = defineQuery<RunningOfParams, RunningOfRow>('queue/upkeep.running_of', ['tenant_id'], `select queue.running_of($1) as "running"`);

export interface RevokeTenantParams {
  readonly tenant_id: string;
}
export interface RevokeTenantRow {
  readonly revoked: number;
}
export const revokeTenant = defineQuery<RevokeTenantParams, RevokeTenantRow>('queue/upkeep.revoke_tenant', ['tenant_id'], `select queue.revoke_tenant($1) as "revoked"`);

export interface ListRunsParams {
  readonly hour: Date;
}
export interface ListRunsRow {
  readonly tenant_id: string;
  readonly runs: number;
}
export const listRuns = defineQuery<ListRunsParams, ListRunsRow>('queue/upkeep.list_runs', ['hour'], `select r.tenant_id, r.runs from queue.tenant_runs r where r.hour = $1`);

export type ForgetRunsParams = Record<string, never>;
export type ForgetRunsRow = Record<string, never>;
export const forgetRuns = defineQuery<ForgetRunsParams, ForgetRunsRow>('queue/upkeep.forget_runs', [], `delete from queue.tenant_runs r where r.hour < pg_catalog.now() - interval '2 days'`);

export interface ListHistoryParams {
  readonly tenant_id: string;
  readonly after: string;
}
export interface ListHistoryRow {
  readonly id: string;
  readonly job: unknown;
}
/**
 * Jobs of a tenant with all that is known of them, in the order in which they were enqueued.
 */
export const listHistory = defineQuery<ListHistoryParams, ListHistoryRow>('queue/upkeep.list_history', ['tenant_id', 'after'], `select j.id, queue.history_of(j.tenant_id, j.id) as "job"
-- plinth:allow unpruned all that is known of a tenant, of all months
from queue.jobs j
where j.tenant_id = $1 and j.id > $2
order by j.id
limit 200`);

export type ListTenantTablesParams = Record<string, never>;
export interface ListTenantTablesRow {
  readonly name: string;
}
/**
 * Tables of the queue with rows of tenants; the record of jobs comes last, so that what was interrupted is found again.
 */
export const listTenantTables = defineQuery<ListTenantTablesParams, ListTenantTablesRow>('queue/upkeep.list_tenant_tables', [], `select format('%I.%I', n.nspname, c.relname) as "name"
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
where n.nspname = 'queue' and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname = 'jobs', c.relname`);

export interface SweepUniqueParams {
  readonly most: number;
}
export interface SweepUniqueRow {
  readonly gone: number;
}
export const sweepUnique = defineQuery<SweepUniqueParams, SweepUniqueRow>('queue/upkeep.sweep_unique', ['most'], `select queue.sweep_unique($1::integer) as "gone"`);

export type RecountLimitsParams = Record<string, never>;
export interface RecountLimitsRow {
  readonly corrected: number;
}
export const recountLimits = defineQuery<RecountLimitsParams, RecountLimitsRow>('queue/upkeep.recount_limits', [], `select queue.recount_limits() as "corrected"`);

export interface ForgetLimitsParams {
  readonly most: number;
}
export interface ForgetLimitsRow {
  readonly gone: number;
}
export const forgetLimits = defineQuery<ForgetLimitsParams, ForgetLimitsRow>('queue/upkeep.forget_limits', ['most'], `select queue.forget_limits($1::integer) as "gone"`);

export type ForgetWorkersParams = Record<string, never>;
export type ForgetWorkersRow = Record<string, never>;
export const forgetWorkers = defineQuery<ForgetWorkersParams, ForgetWorkersRow>('queue/upkeep.forget_workers', [], `delete from queue.queue_workers w where w.seen < pg_catalog.now() - interval '1 hour'`);
