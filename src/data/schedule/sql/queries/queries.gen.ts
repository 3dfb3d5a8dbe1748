// Made by `npm run generate` from mirror.sql, runs.sql, schedules.sql; do not edit.
// sources: 8ed22b4cb004957818a754315c7203da
import { defineQuery } from '../../../../kernel/index.ts';

export type LockMirrorParams = Record<string, never>;
export interface LockMirrorRow {
  readonly is_held: boolean;
}
/**
 * Whoever changes what pg_cron has to do holds it: a schedule is read, given away and noted as one.
 */
export const lockMirror = defineQuery<LockMirrorParams, LockMirrorRow>('schedule.lock_mirror', [], `select pg_advisory_xact_lock(hashtextextended('plinth schedule mirror', 0)) is null as "is_held"`);

export type CronFactsParams = Record<string, never>;
export interface CronFactsRow {
  readonly facts: unknown;
}
export const cronFacts = defineQuery<CronFactsParams, CronFactsRow>('schedule.cron_facts', [], `select schedule.cron_facts() as "facts"`);

export type ListCronJobsParams = Record<string, never>;
export interface ListCronJobsRow {
  readonly job_id: number;
  readonly name: string | null;
  readonly timetable: string;
  readonly command: string;
  readonly database: string;
  readonly login: string;
  readonly is_active: boolean;
  readonly status: string | null;
  readonly ended: Date | null;
}
export const listCronJobs = defineQuery<ListCronJobsParams, ListCronJobsRow>('schedule.list_cron_jobs', [], `select j.job_id as "job_id", j.name, j.timetable as "timetable", j.command as "command", j.database as "database", j.login as "login",
  j.is_active as "is_active", j.status, j.ended
from schedule.cron_jobs() j`);

export type ListSqlSchedulesParams = Record<string, never>;
export interface ListSqlSchedulesRow {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly sql: string;
  readonly tier: string;
  readonly overlap: string;
  readonly jitter_ms: number;
  readonly runner: string;
  readonly is_enabled: boolean;
  readonly is_gone: boolean;
  readonly cron_job_id: number | null;
  readonly cron_pattern: string | null;
  readonly is_cron_exact: boolean;
  readonly is_bare: boolean;
  readonly filled: Date | null;
  readonly next_run: Date | null;
  readonly last_run: Date | null;
  readonly now: Date;
  readonly known: number;
  readonly last_cron_run: Date | null;
}
export const listSqlSchedules = defineQuery<ListSqlSchedulesParams, ListSqlSchedulesRow>('schedule.list_sql_schedules', [], `select s.id, s.name, s.cron, s.zone, s.sql as "sql", s.tier as "tier", s.overlap, s.jitter_ms, s.runner, s.is_enabled, s.is_gone, s.cron_job_id,
  s.cron_pattern, s.is_cron_exact, s.is_bare, s.filled, s.next_run, s.last_run, clock_timestamp() as "now",
  (select count(*)::int4 from schedule.occurrences o where o.scheduled_job_id = s.id) as "known",
-- plinth:allow unpruned the last run that a schedule has is in any month
  (select max(r.planned) from schedule.schedule_runs r where r.scheduled_job_id = s.id and r.is_cron) as last_cron_run
from schedule.scheduled_jobs s
where s.sql is not null
order by s.name`);

export interface PutCronJobParams {
  readonly name: string;
  readonly pattern: string;
  readonly command: string;
}
export interface PutCronJobRow {
  readonly job_id: number;
}
export const putCronJob = defineQuery<PutCronJobParams, PutCronJobRow>('schedule.put_cron_job', ['name', 'pattern', 'command'], `select schedule.put_cron_job($1, $2, $3) as "job_id"`);

export interface RemoveCronJobParams {
  readonly name: string;
}
export interface RemoveCronJobRow {
  readonly is_removed: boolean;
}
export const removeCronJob = defineQuery<RemoveCronJobParams, RemoveCronJobRow>('schedule.remove_cron_job', ['name'], `select schedule.remove_cron_job($1) is null as "is_removed"`);

export interface HandToCronParams {
  readonly job_id: number;
  readonly pattern: string;
  readonly is_exact: boolean;
  readonly is_bare: boolean;
  readonly id: string;
}
export type HandToCronRow = Record<string, never>;
export const handToCron = defineQuery<HandToCronParams, HandToCronRow>('schedule.hand_to_cron', ['job_id', 'pattern', 'is_exact', 'is_bare', 'id'], `update schedule.scheduled_jobs s
set cron_job_id = $1::bigint, cron_pattern = $2, is_cron_exact = $3, is_bare = $4
where s.id = $5
  and (s.cron_job_id, s.cron_pattern, s.is_cron_exact, s.is_bare) is distinct from ($1::bigint, $2, $3::boolean, $4::boolean)`);

export interface TakeFromCronParams {
  readonly id: string;
  readonly next_run: Date | null;
}
export type TakeFromCronRow = Record<string, never>;
export const takeFromCron = defineQuery<TakeFromCronParams, TakeFromCronRow>('schedule.take_from_cron', ['id', 'next_run'], `with forgotten as (
  delete from schedule.occurrences o where o.scheduled_job_id = $1
)
update schedule.scheduled_jobs s
set cron_job_id = null, cron_pattern = null, is_cron_exact = false, is_bare = false, filled = null, next_run = coalesce(s.next_run, $2)
where s.id = $1`);

export interface ForgetOccurrencesParams {
  readonly id: string;
}
export type ForgetOccurrencesRow = Record<string, never>;
export const forgetOccurrences = defineQuery<ForgetOccurrencesParams, ForgetOccurrencesRow>('schedule.forget_occurrences', ['id'], `delete from schedule.occurrences o where o.scheduled_job_id = $1`);

export interface FillOccurrencesParams {
  readonly id: string;
  readonly planned: readonly Date[];
  readonly filled: Date;
}
export type FillOccurrencesRow = Record<string, never>;
export const fillOccurrences = defineQuery<FillOccurrencesParams, FillOccurrencesRow>('schedule.fill_occurrences', ['id', 'planned', 'filled'], `with filled as (
  insert into schedule.occurrences (scheduled_job_id, planned) select $1::uuid, p.at from unnest($2::timestamptz[]) as p (at) on conflict do nothing
)
update schedule.scheduled_jobs s set filled = $3 where s.id = $1`);

export interface SetNextRunParams {
  readonly next_run: Date | null;
  readonly id: string;
}
export type SetNextRunRow = Record<string, never>;
export const setNextRun = defineQuery<SetNextRunParams, SetNextRunRow>('schedule.set_next_run', ['next_run', 'id'], `update schedule.scheduled_jobs s set next_run = $1 where s.id = $2 and s.next_run is null`);

export interface ListDueParams {
  readonly most: number;
}
export interface ListDueRow {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly catch_up: string;
  readonly catch_up_limit: number;
  readonly next_run: Date;
  readonly now: Date;
}
/**
 * What pg_cron fires is due here when it has not. A bare statement it may yet run: it is noted as missed, and no job is made.
 */
export const listDue = defineQuery<ListDueParams, ListDueRow>('schedule.list_due', ['most'], `select s.id, s.name, s.cron, s.zone, case when s.cron_job_id is not null and s.is_bare then 'none' else s.catch_up end as "catch_up",
  s.catch_up_limit, s.next_run as "next_run", clock_timestamp() as "now"
from schedule.scheduled_jobs s
where s.next_run <= clock_timestamp() and s.is_enabled and not s.is_gone
  and (s.cron_job_id is null or s.next_run < clock_timestamp() - interval '90 s')
order by s.next_run
limit $1::integer`);

export type MsUntilNextParams = Record<string, never>;
export interface MsUntilNextRow {
  readonly until_ms: number | null;
}
export const msUntilNext = defineQuery<MsUntilNextParams, MsUntilNextRow>('schedule.ms_until_next', [], `select (1000 * extract(epoch from (select min(s.next_run) from schedule.scheduled_jobs s where s.is_enabled and not s.is_gone and s.cron_job_id is null) - clock_timestamp()))::float8
  as until_ms`);

export interface FireParams {
  readonly firings: string;
}
export interface FireRow {
  readonly fired: number;
}
export const fire = defineQuery<FireParams, FireRow>('schedule.fire', ['firings'], `select schedule.fire_due($1::jsonb) as "fired"`);

export type CollectParams = Record<string, never>;
export interface CollectRow {
  readonly collected: number;
}
export const collect = defineQuery<CollectParams, CollectRow>('schedule.collect', [], `select schedule.collect() as "collected"`);

export type ReleaseParams = Record<string, never>;
export interface ReleaseRow {
  readonly released: number;
}
export const release = defineQuery<ReleaseParams, ReleaseRow>('schedule.release', [], `select schedule.release() as "released"`);

export type SettleParams = Record<string, never>;
export interface SettleRow {
  readonly settled: number;
}
export const settle = defineQuery<SettleParams, SettleRow>('schedule.settle', [], `select schedule.settle() as "settled"`);

export interface AskForRunParams {
  readonly id: string;
}
export interface AskForRunRow {
  readonly planned: Date;
}
export const askForRun = defineQuery<AskForRunParams, AskForRunRow>('schedule.ask_for_run', ['id'], `insert into schedule.schedule_runs (tenant_id, scheduled_job_id, planned, state, is_manual, error)
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
select t.id, s.id, date_trunc('milliseconds', clock_timestamp()), case when v.error is null then 'waiting' else 'skipped' end, true, v.error
from schedule.scheduled_jobs s
  join tenancy.tenants t on case when s.is_each then t.state = 'active' and t.id <> '00000000-0000-0000-0000-000000000000' else t.id = s.tenant_id end
  cross join lateral (select case
    when t.state <> 'active' then 'The tenant is not active.'
    when s.overlap = 'skip' and schedule.is_open(t.id, s.id) then 'The job before had not ended.'
    end) v (error)
where s.id = $1
returning planned`);

export interface ReleaseOfParams {
  readonly id: string;
}
export interface ReleaseOfRow {
  readonly released: number;
}
export const releaseOf = defineQuery<ReleaseOfParams, ReleaseOfRow>('schedule.release_of', ['id'], `select schedule.release(array[$1::uuid]) as "released"`);

export interface ListRunsParams {
  readonly id: string | null;
  readonly planned: Date | null;
  readonly tenant_id: string | null;
  readonly most: number;
}
export interface ListRunsRow {
  readonly name: string;
  readonly tenant_id: string;
  readonly planned: Date;
  readonly fired: Date;
  readonly state: string;
  readonly is_manual: boolean;
  readonly is_cron: boolean;
  readonly job_id: string | null;
  readonly ended: Date | null;
  readonly error: string | null;
}
export const listRuns = defineQuery<ListRunsParams, ListRunsRow>('schedule.list_runs', ['id', 'planned', 'tenant_id', 'most'], `select s.name, r.tenant_id, r.planned, r.fired, r.state, r.is_manual, r.is_cron, r.job_id, r.ended, r.error
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
from schedule.schedule_runs r join schedule.scheduled_jobs s on s.id = r.scheduled_job_id
where ($1::uuid is null or r.scheduled_job_id = $1) and ($2::timestamptz is null or r.planned = $2)
  and ($3::uuid is null or r.tenant_id = $3)
order by r.planned desc, r.tenant_id
limit $4::integer`);

export interface RunOfJobParams {
  readonly job_id: string;
}
export interface RunOfJobRow {
  readonly name: string;
  readonly tenant_id: string;
  readonly planned: Date;
  readonly fired: Date;
  readonly state: string;
  readonly is_manual: boolean;
  readonly is_cron: boolean;
  readonly job_id: string | null;
  readonly ended: Date | null;
  readonly error: string | null;
}
export const runOfJob = defineQuery<RunOfJobParams, RunOfJobRow>('schedule.run_of_job', ['job_id'], `select s.name, r.tenant_id, r.planned, r.fired, r.state, r.is_manual, r.is_cron, r.job_id, r.ended, r.error
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
from schedule.schedule_runs r join schedule.scheduled_jobs s on s.id = r.scheduled_job_id
where r.job_id = $1`);

export interface SqlOfJobParams {
  readonly job_id: string;
}
export interface SqlOfJobRow {
  readonly name: string;
  readonly sql: string;
  readonly tier: string;
}
/**
 * A job of type schedule.sql runs what its schedule says, and nothing that stands in the job itself.
 */
export const sqlOfJob = defineQuery<SqlOfJobParams, SqlOfJobRow>('schedule.sql_of_job', ['job_id'], `select s.name, s.sql as "sql", s.tier as "tier"
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
from schedule.schedule_runs r join schedule.scheduled_jobs s on s.id = r.scheduled_job_id
where r.job_id = $1 and s.sql is not null`);

export type ZoneVersionParams = Record<string, never>;
export interface ZoneVersionRow {
  readonly version: string;
}
export const zoneVersion = defineQuery<ZoneVersionParams, ZoneVersionRow>('schedule.zone_version', [], `select z.version from schedule.zone_rules z`);

export interface KeepZoneVersionParams {
  readonly version: string;
}
export type KeepZoneVersionRow = Record<string, never>;
export const keepZoneVersion = defineQuery<KeepZoneVersionParams, KeepZoneVersionRow>('schedule.keep_zone_version', ['version'], `insert into schedule.zone_rules (version) values ($1) on conflict (id) do update set version = excluded.version, changed = now()`);

export type ListFutureParams = Record<string, never>;
export interface ListFutureRow {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly next_run: Date;
  readonly after: Date;
}
export const listFuture = defineQuery<ListFutureParams, ListFutureRow>('schedule.list_future', [], `select s.id, s.name, s.cron, s.zone, s.next_run as "next_run", greatest(s.last_run, clock_timestamp()) as "after"
from schedule.scheduled_jobs s
where s.next_run > clock_timestamp() and s.zone <> 'UTC'
for update of s`);

export interface MoveNextRunParams {
  readonly next_run: Date | null;
  readonly id: string;
}
export type MoveNextRunRow = Record<string, never>;
export const moveNextRun = defineQuery<MoveNextRunParams, MoveNextRunRow>('schedule.move_next_run', ['next_run', 'id'], `update schedule.scheduled_jobs s set next_run = $1, filled = null where s.id = $2`);

export interface CountRunsParams {
  readonly since: Date;
}
export interface CountRunsRow {
  readonly scheduled_job_id: string;
  readonly hour: Date;
  readonly state: string;
  readonly runs: number;
  readonly error: string | null;
}
/**
 * What became of the times since then that timetables planned, hour by hour, by schedule over all its tenants.
 */
export const countRuns = defineQuery<CountRunsParams, CountRunsRow>('schedule.count_runs', ['since'], `select r.scheduled_job_id, date_trunc('hour', r.planned, 'UTC') as "hour", r.state, count(*)::int4 as "runs", max(r.error) as "error"
from schedule.schedule_runs r
where r.planned >= $1 and not r.is_manual
group by 1, 2, 3
order by 2, 3`);

export interface ListSchedulesParams {
  readonly tenant_id: string | null;
  readonly name: string | null;
}
export interface ListSchedulesRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly job_type: string | null;
  readonly payload: unknown;
  readonly sql: string | null;
  readonly tier: string | null;
  readonly overlap: string;
  readonly catch_up: string;
  readonly catch_up_limit: number;
  readonly jitter_ms: number;
  readonly is_each: boolean;
  readonly runner: string;
  readonly cron_job_id: number | null;
  readonly cron_pattern: string | null;
  readonly declared_by: string | null;
  readonly is_enabled: boolean;
  readonly is_gone: boolean;
  readonly next_run: Date | null;
  readonly last_run: Date | null;
  readonly looked: Date;
  readonly open_since: Date | null;
  readonly has_failed: boolean | null;
}
export const listSchedules = defineQuery<ListSchedulesParams, ListSchedulesRow>('schedule.list_schedules', ['tenant_id', 'name'], `select s.tenant_id, s.id, s.name, s.cron, s.zone, s.job_type, s.payload, s.sql, s.tier, s.overlap, s.catch_up, s.catch_up_limit, s.jitter_ms,
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
  s.is_each, s.runner, s.cron_job_id, s.cron_pattern, s.declared_by, s.is_enabled, s.is_gone, s.next_run, s.last_run, clock_timestamp() as "looked",
  (select min(r.fired) from schedule.schedule_runs r
    where r.scheduled_job_id = s.id and r.state in ('enqueued', 'running')
      and (r.state = 'running' or schedule.outcome_of(r.tenant_id, r.job_id) is null)) as open_since,
  (select r.state = 'failed' from schedule.schedule_runs r
    where r.scheduled_job_id = s.id and r.state in ('completed', 'failed') order by r.planned desc limit 1) as has_failed
from schedule.scheduled_jobs s
where ($1::uuid is null or s.tenant_id = $1) and ($2::text is null or s.name = $2)
order by s.name, s.tenant_id`);

export interface PutScheduleParams {
  readonly tenant_id: string;
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly job_type: string | null;
  readonly payload: string;
  readonly sql: string | null;
  readonly tier: string | null;
  readonly overlap: string;
  readonly catch_up: string;
  readonly catch_up_limit: number;
  readonly jitter_ms: number;
  readonly is_each: boolean;
  readonly runner: string;
  readonly declared_by: string | null;
  readonly next_run: Date;
}
export type PutScheduleRow = Record<string, never>;
/**
 * Nothing is written where nothing changes, so that a start of many processes writes nothing.
 */
export const putSchedule = defineQuery<PutScheduleParams, PutScheduleRow>('schedule.put_schedule', ['tenant_id', 'name', 'cron', 'zone', 'job_type', 'payload', 'sql', 'tier', 'overlap', 'catch_up', 'catch_up_limit', 'jitter_ms', 'is_each', 'runner', 'declared_by', 'next_run'], `insert into schedule.scheduled_jobs as s (tenant_id, name, cron, zone, job_type, payload, sql, tier, overlap, catch_up, catch_up_limit, jitter_ms,
  is_each, runner, declared_by, next_run)
values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12,
  $13, $14, $15, $16)
on conflict (tenant_id, name) do update
set cron = excluded.cron, zone = excluded.zone, job_type = excluded.job_type, payload = excluded.payload, sql = excluded.sql, tier = excluded.tier,
  overlap = excluded.overlap, catch_up = excluded.catch_up, catch_up_limit = excluded.catch_up_limit, jitter_ms = excluded.jitter_ms,
  is_each = excluded.is_each, runner = excluded.runner, declared_by = excluded.declared_by, is_gone = false, updated = now(),
  filled = case when (s.cron, s.zone) = (excluded.cron, excluded.zone) then s.filled end,
  next_run = case when (s.cron, s.zone, s.is_gone) = (excluded.cron, excluded.zone, false) then s.next_run else excluded.next_run end
where (s.cron, s.zone, s.job_type, s.payload, s.sql, s.tier, s.overlap, s.catch_up, s.catch_up_limit, s.jitter_ms, s.is_each, s.runner, s.declared_by,
    s.is_gone)
  is distinct from (excluded.cron, excluded.zone, excluded.job_type, excluded.payload, excluded.sql, excluded.tier, excluded.overlap,
    excluded.catch_up, excluded.catch_up_limit, excluded.jitter_ms, excluded.is_each, excluded.runner, excluded.declared_by, false)`);

export interface RestUndeclaredParams {
  readonly declared: readonly string[];
}
export interface RestUndeclaredRow {
  readonly name: string;
}
export const restUndeclared = defineQuery<RestUndeclaredParams, RestUndeclaredRow>('schedule.rest_undeclared', ['declared'], `update schedule.scheduled_jobs s set is_gone = true, updated = now()
where s.declared_by is not null and not s.is_gone and s.name <> all ($1::text[])
returning s.name`);

export interface RemoveScheduleParams {
  readonly tenant_id: string;
  readonly name: string;
}
export type RemoveScheduleRow = Record<string, never>;
export const removeSchedule = defineQuery<RemoveScheduleParams, RemoveScheduleRow>('schedule.remove_schedule', ['tenant_id', 'name'], `delete from schedule.scheduled_jobs s where s.tenant_id = $1 and s.name = $2`);

export interface TurnScheduleParams {
  readonly is_enabled: boolean;
  readonly next_run: Date | null;
  readonly id: string;
}
export type TurnScheduleRow = Record<string, never>;
export const turnSchedule = defineQuery<TurnScheduleParams, TurnScheduleRow>('schedule.turn_schedule', ['is_enabled', 'next_run', 'id'], `update schedule.scheduled_jobs s
set is_enabled = $1, next_run = case when s.is_enabled then s.next_run else $2 end, updated = now()
where s.id = $3 and s.is_enabled <> $1`);

export type ListJobTypesParams = Record<string, never>;
export interface ListJobTypesRow {
  readonly name: string;
}
export const listJobTypes = defineQuery<ListJobTypesParams, ListJobTypesRow>('schedule.list_job_types', [], `select t.name from queue.job_types t order by t.name`);

export type DatabaseNowParams = Record<string, never>;
export interface DatabaseNowRow {
  readonly now: Date;
}
export const databaseNow = defineQuery<DatabaseNowParams, DatabaseNowRow>('schedule.database_now', [], `select clock_timestamp() as "now"`);
