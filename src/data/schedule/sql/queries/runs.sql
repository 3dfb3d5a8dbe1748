-- name: list_due
-- What pg_cron fires is due here when it has not. A bare statement it may yet run: it is noted as missed, and no job is made.
select s.id, s.name, s.cron, s.zone, case when s.cron_job_id is not null and s.is_bare then 'none' else s.catch_up end as "catch_up!",
  s.catch_up_limit, s.next_run as "next_run!", clock_timestamp() as "now!"
from schedule.scheduled_jobs s
where s.next_run <= clock_timestamp() and s.is_enabled and not s.is_gone
  and (s.cron_job_id is null or s.next_run < clock_timestamp() - interval '90 s')
order by s.next_run
limit :most::integer;

-- name: ms_until_next
select (1000 * extract(epoch from (select min(s.next_run) from schedule.scheduled_jobs s where s.is_enabled and not s.is_gone and s.cron_job_id is null) - clock_timestamp()))::float8
  as until_ms;

-- name: fire
select schedule.fire_due(:firings::jsonb) as "fired!";

-- name: collect
select schedule.collect() as "collected!";

-- name: release
select schedule.release() as "released!";

-- name: settle
select schedule.settle() as "settled!";

-- name: ask_for_run
insert into schedule.schedule_runs (tenant_id, scheduled_job_id, planned, state, is_manual, error)
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
select t.id, s.id, date_trunc('milliseconds', clock_timestamp()), case when v.error is null then 'waiting' else 'skipped' end, true, v.error
from schedule.scheduled_jobs s
  join tenancy.tenants t on case when s.is_each then t.state = 'active' and t.id <> '00000000-0000-0000-0000-000000000000' else t.id = s.tenant_id end
  cross join lateral (select case
    when t.state <> 'active' then 'The tenant is not active.'
    when s.overlap = 'skip' and schedule.is_open(t.id, s.id) then 'The job before had not ended.'
    end) v (error)
where s.id = :id
returning planned;

-- name: release_of
select schedule.release(array[:id::uuid]) as "released!";

-- name: list_runs
select s.name, r.tenant_id, r.planned, r.fired, r.state, r.is_manual, r.is_cron, r.job_id, r.ended, r.error
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
from schedule.schedule_runs r join schedule.scheduled_jobs s on s.id = r.scheduled_job_id
where (:id?::uuid is null or r.scheduled_job_id = :id?) and (:planned?::timestamptz is null or r.planned = :planned?)
  and (:tenant_id?::uuid is null or r.tenant_id = :tenant_id?)
order by r.planned desc, r.tenant_id
limit :most::integer;

-- name: run_of_job
select s.name, r.tenant_id, r.planned, r.fired, r.state, r.is_manual, r.is_cron, r.job_id, r.ended, r.error
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
from schedule.schedule_runs r join schedule.scheduled_jobs s on s.id = r.scheduled_job_id
where r.job_id = :job_id;

-- name: sql_of_job
-- A job of type schedule.sql runs what its schedule says, and nothing that stands in the job itself.
select s.name, s.sql as "sql!", s.tier as "tier!"
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
from schedule.schedule_runs r join schedule.scheduled_jobs s on s.id = r.scheduled_job_id
where r.job_id = :job_id and s.sql is not null;

-- name: zone_version
select z.version from schedule.zone_rules z;

-- name: keep_zone_version
insert into schedule.zone_rules (version) values (:version) on conflict (id) do update set version = excluded.version, changed = now();

-- name: list_future
select s.id, s.name, s.cron, s.zone, s.next_run as "next_run!", greatest(s.last_run, clock_timestamp()) as "after!"
from schedule.scheduled_jobs s
where s.next_run > clock_timestamp() and s.zone <> 'UTC'
for update of s;

-- name: move_next_run
update schedule.scheduled_jobs s set next_run = :next_run?, filled = null where s.id = :id;

-- name: count_runs
-- What became of the times since then that timetables planned, hour by hour, by schedule over all its tenants.
select r.scheduled_job_id, date_trunc('hour', r.planned, 'UTC') as "hour!", r.state, count(*)::int4 as "runs!", max(r.error) as "error?"
from schedule.schedule_runs r
where r.planned >= :since and not r.is_manual
group by 1, 2, 3
order by 2, 3;
