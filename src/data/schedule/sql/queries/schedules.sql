-- name: list_schedules
select s.tenant_id, s.id, s.name, s.cron, s.zone, s.job_type, s.payload, s.sql, s.tier, s.overlap, s.catch_up, s.catch_up_limit, s.jitter_ms,
-- plinth:allow unpruned a run is found by its schedule or its job, whatever its month
  s.is_each, s.runner, s.cron_job_id, s.cron_pattern, s.declared_by, s.is_enabled, s.is_gone, s.next_run, s.last_run, clock_timestamp() as "looked!",
  (select min(r.fired) from schedule.schedule_runs r
    where r.scheduled_job_id = s.id and r.state in ('enqueued', 'running')
      and (r.state = 'running' or schedule.outcome_of(r.tenant_id, r.job_id) is null)) as open_since,
  (select r.state = 'failed' from schedule.schedule_runs r
    where r.scheduled_job_id = s.id and r.state in ('completed', 'failed') order by r.planned desc limit 1) as has_failed
from schedule.scheduled_jobs s
where (:tenant_id?::uuid is null or s.tenant_id = :tenant_id?) and (:name?::text is null or s.name = :name?)
order by s.name, s.tenant_id;

-- name: put_schedule
-- Nothing is written where nothing changes, so that a start of many processes writes nothing.
insert into schedule.scheduled_jobs as s (tenant_id, name, cron, zone, job_type, payload, sql, tier, overlap, catch_up, catch_up_limit, jitter_ms,
  is_each, runner, declared_by, next_run)
values (:tenant_id, :name, :cron, :zone, :job_type?, :payload::jsonb, :sql?, :tier?, :overlap, :catch_up, :catch_up_limit, :jitter_ms,
  :is_each, :runner, :declared_by?, :next_run)
on conflict (tenant_id, name) do update
set cron = excluded.cron, zone = excluded.zone, job_type = excluded.job_type, payload = excluded.payload, sql = excluded.sql, tier = excluded.tier,
  overlap = excluded.overlap, catch_up = excluded.catch_up, catch_up_limit = excluded.catch_up_limit, jitter_ms = excluded.jitter_ms,
  is_each = excluded.is_each, runner = excluded.runner, declared_by = excluded.declared_by, is_gone = false, updated = now(),
  filled = case when (s.cron, s.zone) = (excluded.cron, excluded.zone) then s.filled end,
  next_run = case when (s.cron, s.zone, s.is_gone) = (excluded.cron, excluded.zone, false) then s.next_run else excluded.next_run end
where (s.cron, s.zone, s.job_type, s.payload, s.sql, s.tier, s.overlap, s.catch_up, s.catch_up_limit, s.jitter_ms, s.is_each, s.runner, s.declared_by,
    s.is_gone)
  is distinct from (excluded.cron, excluded.zone, excluded.job_type, excluded.payload, excluded.sql, excluded.tier, excluded.overlap,
    excluded.catch_up, excluded.catch_up_limit, excluded.jitter_ms, excluded.is_each, excluded.runner, excluded.declared_by, false);

-- name: rest_undeclared
update schedule.scheduled_jobs s set is_gone = true, updated = now()
where s.declared_by is not null and not s.is_gone and s.name <> all (:declared::text[])
returning s.name;

-- name: remove_schedule
delete from schedule.scheduled_jobs s where s.tenant_id = :tenant_id and s.name = :name;

-- name: turn_schedule
update schedule.scheduled_jobs s
set is_enabled = :is_enabled, next_run = case when s.is_enabled then s.next_run else :next_run? end, updated = now()
where s.id = :id and s.is_enabled <> :is_enabled;

-- name: list_job_types
select t.name from queue.job_types t order by t.name;

-- name: database_now
select clock_timestamp() as "now!";
