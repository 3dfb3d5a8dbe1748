// Made by `npm run generate` from runs.sql, schedules.sql; do not edit.
// sources: 324c2529f3b58644d00306aacac59822
import { defineQuery } from '../../../../kernel/index.ts';

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
export const listDue = defineQuery<ListDueParams, ListDueRow>('schedule.list_due', ['most'], `select s.id, s.name, s.cron, s.zone, s.catch_up, s.catch_up_limit, s.next_run as "next_run", clock_timestamp() as "now"
from schedule.scheduled_jobs s
where s.next_run <= clock_timestamp() and s.is_enabled and not s.is_gone
order by s.next_run
limit $1::integer`);

export type MsUntilNextParams = Record<string, never>;
export interface MsUntilNextRow {
  readonly until_ms: number | null;
}
export const msUntilNext = defineQuery<MsUntilNextParams, MsUntilNextRow>('schedule.ms_until_next', [], `select (1000 * extract(epoch from (select min(s.next_run) from schedule.scheduled_jobs s where s.is_enabled and not s.is_gone) - clock_timestamp()))::float8
  as until_ms`);

export interface FireParams {
  readonly firings: string;
}
export interface FireRow {
  readonly fired: number;
}
export const fire = defineQuery<FireParams, FireRow>('schedule.fire', ['firings'], `select schedule.fire($1::jsonb) as "fired"`);

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
    when s.overlap = 'skip' and exists (
      select from schedule.schedule_runs o
      where o.scheduled_job_id = s.id and o.tenant_id = t.id and o.state in ('waiting', 'enqueued')
        and (o.state = 'waiting' or schedule.outcome_of(o.tenant_id, o.job_id) is null)) then 'The job before had not ended.'
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
  readonly job_id: string | null;
  readonly ended: Date | null;
  readonly error: string | null;
}
export const listRuns = defineQuery<ListRunsParams, ListRunsRow>('schedule.list_runs', ['id', 'planned', 'tenant_id', 'most'], `select s.name, r.tenant_id, r.planned, r.fired, r.state, r.is_manual, r.job_id, r.ended, r.error
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
  readonly job_id: string | null;
  readonly ended: Date | null;
  readonly error: string | null;
}
export const runOfJob = defineQuery<RunOfJobParams, RunOfJobRow>('schedule.run_of_job', ['job_id'], `select s.name, r.tenant_id, r.planned, r.fired, r.state, r.is_manual, r.job_id, r.ended, r.error
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
export const moveNextRun = defineQuery<MoveNextRunParams, MoveNextRunRow>('schedule.move_next_run', ['next_run', 'id'], `update schedule.scheduled_jobs s set next_run = $1 where s.id = $2`);

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
  s.is_each, s.declared_by, s.is_enabled, s.is_gone, s.next_run, s.last_run, clock_timestamp() as "looked",
  (select min(r.fired) from schedule.schedule_runs r
    where r.scheduled_job_id = s.id and r.state = 'enqueued' and schedule.outcome_of(r.tenant_id, r.job_id) is null) as open_since,
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
  readonly declared_by: string | null;
  readonly next_run: Date;
}
export type PutScheduleRow = Record<string, never>;
/**
 * Nothing is written where nothing changes, so that a start of many processes writes nothing.
 */
export const putSchedule = defineQuery<PutScheduleParams, PutScheduleRow>('schedule.put_schedule', ['tenant_id', 'name', 'cron', 'zone', 'job_type', 'payload', 'sql', 'tier', 'overlap', 'catch_up', 'catch_up_limit', 'jitter_ms', 'is_each', 'declared_by', 'next_run'], `insert into schedule.scheduled_jobs as s (tenant_id, name, cron, zone, job_type, payload, sql, tier, overlap, catch_up, catch_up_limit, jitter_ms,
  is_each, declared_by, next_run)
values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12,
  $13, $14, $15)
on conflict (tenant_id, name) do update
set cron = excluded.cron, zone = excluded.zone, job_type = excluded.job_type, payload = excluded.payload, sql = excluded.sql, tier = excluded.tier,
  overlap = excluded.overlap, catch_up = excluded.catch_up, catch_up_limit = excluded.catch_up_limit, jitter_ms = excluded.jitter_ms,
  is_each = excluded.is_each, declared_by = excluded.declared_by, is_gone = false, updated = now(),
  next_run = case when (s.cron, s.zone, s.is_gone) = (excluded.cron, excluded.zone, false) then s.next_run else excluded.next_run end
where (s.cron, s.zone, s.job_type, s.payload, s.sql, s.tier, s.overlap, s.catch_up, s.catch_up_limit, s.jitter_ms, s.is_each, s.declared_by, s.is_gone)
  is distinct from (excluded.cron, excluded.zone, excluded.job_type, excluded.payload, excluded.sql, excluded.tier, excluded.overlap,
    excluded.catch_up, excluded.catch_up_limit, excluded.jitter_ms, excluded.is_each, excluded.declared_by, false)`);

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
