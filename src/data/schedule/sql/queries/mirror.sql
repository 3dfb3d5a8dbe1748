-- name: lock_mirror
-- Whoever changes what pg_cron has to do holds it: a schedule is read, given away and noted as one.
select pg_advisory_xact_lock(hashtextextended('plinth schedule mirror', 0)) is null as "is_held!";

-- name: cron_facts
select schedule.cron_facts() as "facts!";

-- name: list_cron_jobs
select j.job_id as "job_id!", j.name, j.timetable as "timetable!", j.command as "command!", j.database as "database!", j.login as "login!",
  j.is_active as "is_active!", j.status, j.ended
from schedule.cron_jobs() j;

-- name: list_sql_schedules
select s.id, s.name, s.cron, s.zone, s.sql as "sql!", s.tier as "tier!", s.overlap, s.jitter_ms, s.runner, s.is_enabled, s.is_gone, s.cron_job_id,
  s.cron_pattern, s.is_cron_exact, s.is_bare, s.filled, s.next_run, s.last_run, clock_timestamp() as "now!",
  (select count(*)::int4 from schedule.occurrences o where o.scheduled_job_id = s.id) as "known!",
-- plinth:allow unpruned the last run that a schedule has is in any month
  (select max(r.planned) from schedule.schedule_runs r where r.scheduled_job_id = s.id and r.is_cron) as last_cron_run
from schedule.scheduled_jobs s
where s.sql is not null
order by s.name;

-- name: put_cron_job
select schedule.put_cron_job(:name, :pattern, :command) as "job_id!";

-- name: remove_cron_job
select schedule.remove_cron_job(:name) is null as "is_removed!";

-- name: hand_to_cron
update schedule.scheduled_jobs s
set cron_job_id = :job_id::bigint, cron_pattern = :pattern, is_cron_exact = :is_exact, is_bare = :is_bare
where s.id = :id
  and (s.cron_job_id, s.cron_pattern, s.is_cron_exact, s.is_bare) is distinct from (:job_id::bigint, :pattern, :is_exact::boolean, :is_bare::boolean);

-- name: take_from_cron
with forgotten as (
  delete from schedule.occurrences o where o.scheduled_job_id = :id
)
update schedule.scheduled_jobs s
set cron_job_id = null, cron_pattern = null, is_cron_exact = false, is_bare = false, filled = null, next_run = coalesce(s.next_run, :next_run?)
where s.id = :id;

-- name: forget_occurrences
delete from schedule.occurrences o where o.scheduled_job_id = :id;

-- name: fill_occurrences
with filled as (
  insert into schedule.occurrences (scheduled_job_id, planned) select :id::uuid, p.at from unnest(:planned::timestamptz[]) as p (at) on conflict do nothing
)
update schedule.scheduled_jobs s set filled = :filled where s.id = :id;

-- name: set_next_run
update schedule.scheduled_jobs s set next_run = :next_run? where s.id = :id and s.next_run is null;
