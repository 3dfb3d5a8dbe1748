-- What pg_cron calls, and what stands between it and the tables of schedules. Names of its own tables are looked up when a function runs:
-- most servers have none.

create or replace function schedule.lock_of(of_schedule uuid) returns bigint
language sql immutable
begin atomic
  select hashtextextended(of_schedule::text, 20260911);
end;
comment on function schedule.lock_of(uuid) is 'The advisory lock of the session in which a schedule is being run by pg_cron.';

create or replace function schedule.end_lost_runs() returns integer
language sql volatile
begin atomic
  with lost as (
    update schedule.schedule_runs r set state = 'failed', ended = clock_timestamp(), error = 'The session that ran it ended before it did.'
    where r.state = 'running' and exists (select from schedule.scheduled_jobs s where s.id = r.scheduled_job_id and not s.is_bare)
      and not exists (
        select from pg_locks k
        where k.locktype = 'advisory' and k.objsubid = 1 and k.granted
          and k.database = (select d.oid from pg_database d where d.datname = current_database())
          and (k.classid::bigint << 32 | k.objid::bigint) = schedule.lock_of(r.scheduled_job_id))
    returning 1
  )
  select count(*)::integer from lost;
end;
comment on function schedule.end_lost_runs() is 'Notes runs of pg_cron as failed whose session is gone; gives how many.';

create or replace function schedule.take(of_name text, out id uuid, out planned timestamptz, out sql text)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  nil constant uuid := '00000000-0000-0000-0000-000000000000';
  looked constant timestamptz := clock_timestamp();
  s schedule.scheduled_jobs;
  next timestamptz;
begin
  select j.* into s from schedule.scheduled_jobs j
    where j.tenant_id = nil and j.name = of_name and j.cron_job_id is not null and not j.is_bare and j.is_enabled and not j.is_gone
    for update;
  if not found then return; end if;
  -- Whoever takes holds the lock of the session, so nobody is at them.
  update schedule.schedule_runs r set state = 'failed', ended = looked, error = 'The session that ran it ended before it did.'
    where r.tenant_id = nil and r.scheduled_job_id = s.id and r.state = 'running';
  -- Nobody has said for a long time what comes: it is known all the same where pg_cron has the timetable itself.
  if s.is_cron_exact and s.filled < looked then
    insert into schedule.occurrences (scheduled_job_id, planned) values (s.id, date_trunc('minute', looked, 'UTC')) on conflict do nothing;
  end if;
  -- Dealt with by another scheduler, before it was handed over.
  delete from schedule.occurrences o using schedule.schedule_runs r
    where o.scheduled_job_id = s.id and o.planned <= looked
      and (r.tenant_id, r.scheduled_job_id, r.planned) = (nil, o.scheduled_job_id, o.planned);
  with due as (
    select o.planned as at, exists (
        select from schedule.schedule_runs r
        where r.tenant_id = nil and r.scheduled_job_id = s.id and r.state not in ('skipped', 'missed') and r.fired <= o.planned
          and case r.state when 'enqueued' then schedule.outcome_of(nil, r.job_id) is null else coalesce(r.ended > o.planned, true) end) as is_overlapped
    from schedule.occurrences o
    where o.scheduled_job_id = s.id and o.planned <= looked
  ), placed as (
    select d.at, d.is_overlapped, row_number() over (partition by d.is_overlapped order by d.at desc) as place,
      min(d.at) over (partition by d.is_overlapped) as oldest,
      max(d.at) over (partition by d.is_overlapped) < looked - interval '1 min' as is_late
    from due d
  ), left_out as (
    select p.at, p.oldest, case
      when p.is_overlapped and s.overlap = 'skip' then 'The job before had not ended.'
      when p.is_overlapped and p.place > s.catch_up_limit then 'As many wait for the job before as may.'
      when not p.is_overlapped and p.place > case when s.catch_up = 'all' then s.catch_up_limit when p.is_late and s.catch_up = 'none' then 0 else 1 end
        then '' end as reason
    from placed p
  ), dropped as (
    delete from schedule.occurrences o using left_out l
    where o.scheduled_job_id = s.id and o.planned = l.at and l.reason is not null
  )
  insert into schedule.schedule_runs (tenant_id, scheduled_job_id, planned, state, is_cron, error)
  select nil, s.id, l.at, 'skipped', true, l.reason from left_out l where l.reason <> ''
  union all
  select nil, s.id, min(l.oldest), 'missed', true, count(*) || ' occurrences were missed and are not caught up.'
  from left_out l where l.reason = '' having count(*) > 0
  on conflict do nothing;
  if not schedule.is_open(nil, s.id) then
    select min(o.planned) into take.planned from schedule.occurrences o where o.scheduled_job_id = s.id and o.planned <= looked;
  end if;
  if take.planned is not null then
    delete from schedule.occurrences o where o.scheduled_job_id = s.id and o.planned = take.planned;
    insert into schedule.schedule_runs (tenant_id, scheduled_job_id, planned, state, is_cron) values (nil, s.id, take.planned, 'running', true);
    take.id := s.id;
    take.sql := s.sql;
  end if;
  select min(o.planned) into next from schedule.occurrences o where o.scheduled_job_id = s.id;
  update schedule.scheduled_jobs j set next_run = next, last_run = coalesce(take.planned, j.last_run)
    where j.id = s.id and (j.next_run is distinct from next or take.planned is not null);
end
$$;
comment on function schedule.take(text) is
  'Takes the occurrence that pg_cron is to run now, as overlap and catch_up of the schedule say, and notes those that are not to run. Nulls where '
  'there is none, or where Plinth fires the schedule.';

-- No search_path is pinned here: a procedure with settings cannot commit. It is set in each transaction; the SQL of a schedule finds that of its session.

create or replace procedure schedule.fire(of_name text)
language plpgsql
as $$
declare
  own_path constant text := pg_catalog.current_setting('search_path');
  run_lock bigint;
  run record;
  failure text;
  failures text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  select schedule.lock_of(s.id) into run_lock from schedule.scheduled_jobs s
    where s.tenant_id = '00000000-0000-0000-0000-000000000000' and s.name = of_name;
  -- Whoever has it takes what falls due meanwhile.
  if run_lock is null or not pg_try_advisory_lock(run_lock) then return; end if;
  loop
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    select t.* into run from schedule.take(of_name) t;
    exit when run.planned is null;
    commit;
    failure := null;
    begin
      perform pg_catalog.set_config('search_path', own_path, true);
      execute run.sql;
    exception when others then
      failure := sqlerrm;
      failures := failure;
    end;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    update schedule.schedule_runs r
      set state = case when failure is null then 'completed' else 'failed' end, ended = clock_timestamp(), error = failure
      where r.tenant_id = '00000000-0000-0000-0000-000000000000' and r.scheduled_job_id = run.id and r.planned = run.planned and r.state = 'running';
    commit;
  end loop;
  perform pg_advisory_unlock(run_lock);
  -- So that the history of pg_cron says so too.
  if failures is not null then raise exception 'schedule %: %', of_name, failures; end if;
end
$$;
comment on procedure schedule.fire(text) is
  'Runs the SQL of a schedule that pg_cron fires, once for each occurrence that is due and to run. Each is noted as taken before it runs; its '
  'effect and its end are one transaction. Does nothing where Plinth fires the schedule.';

create or replace function schedule.collect() returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  collected integer;
begin
  perform schedule.end_lost_runs();
  if to_regclass('cron.job_run_details') is null or not has_schema_privilege('cron', 'usage') then return 0; end if;
  with told as (
    select distinct on (s.id, d.planned) s.id, d.planned, d.start_time, d.end_time, d.state, d.error
    from schedule.scheduled_jobs s
      cross join lateral (
        select date_trunc('minute', r.start_time, 'UTC') as planned, r.start_time, r.end_time,
          case r.status when 'succeeded' then 'completed' when 'failed' then 'failed' else 'running' end as state,
          case r.status when 'failed' then r.return_message end as error
        from cron.job_run_details r where r.jobid = s.cron_job_id and r.start_time is not null) d
    where s.is_bare and s.cron_job_id is not null
    order by s.id, d.planned, d.start_time desc
  ), noted as (
    insert into schedule.schedule_runs as r (tenant_id, scheduled_job_id, planned, fired, state, is_cron, ended, error)
    select '00000000-0000-0000-0000-000000000000', t.id, t.planned, t.start_time, t.state, true, t.end_time, t.error from told t
    on conflict (tenant_id, scheduled_job_id, planned) do update
      set state = excluded.state, fired = excluded.fired, is_cron = true, ended = excluded.ended, error = excluded.error
      where r.state = 'missed' or (r.is_cron and r.state = 'running' and excluded.state <> 'running')
    returning r.scheduled_job_id, r.planned
  ), moved as (
    update schedule.scheduled_jobs s
    set last_run = greatest(s.last_run, n.planned), next_run = case when s.next_run > n.planned then s.next_run end
    from (select n.scheduled_job_id, max(n.planned) as planned from noted n group by 1) n where s.id = n.scheduled_job_id
  )
  select count(*) into collected from noted;
  -- Without this it would grow for ever: pg_cron keeps all of it.
  delete from cron.job_run_details d
    where d.end_time < now() - interval '7 days'
      and d.jobid in (select j.jobid from cron.job j where j.jobname like 'plinth:%' or j.jobname = 'plinth tick');
  return collected;
end
$$;
comment on function schedule.collect() is
  'Notes runs of statements that pg_cron runs by themselves, from its history, and removes from that what is older than a week and ours.';

create or replace procedure schedule.tick()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schedule.collect();
  perform schedule.settle();
end
$$;
comment on procedure schedule.tick() is 'What keeps runs and history in order where no process of Plinth is at work; pg_cron calls it hourly.';

create or replace function schedule.cron_facts() returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  zone text;
begin
  if to_regclass('cron.job') is null then
    return jsonb_build_object('reason', 'there is no extension pg_cron in the database of the queue');
  end if;
  if not has_schema_privilege('cron', 'usage') or not has_table_privilege('cron.job', 'delete') then
    return jsonb_build_object('reason', format('%s may not use pg_cron: grant usage on schema cron to %1$s; grant delete on cron.job to %1$s', current_user));
  end if;
  if (select e.extversion from pg_extension e where e.extname = 'pg_cron') < '1.4' then
    return jsonb_build_object('reason', 'pg_cron is older than 1.4: alter extension pg_cron update');
  end if;
  begin
    zone := current_setting('cron.timezone', true);
    if zone is null then return jsonb_build_object('reason', 'pg_cron is not loaded: it stands not in shared_preload_libraries'); end if;
  exception when insufficient_privilege then
    zone := null;
  end;
  return jsonb_build_object('login', session_user, 'database', current_database(), 'zone', zone);
end
$$;
comment on function schedule.cron_facts() is
  'Whether schedules can be given to pg_cron here: a reason why not, or for whom and by which clock it works. A clock of null may not be looked at.';

create or replace function schedule.cron_jobs()
returns table (job_id bigint, name text, timetable text, command text, database text, login text, is_active boolean, status text, ended timestamptz)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    select j.jobid, j.jobname, j.schedule, j.command, j.database, j.username, j.active, d.status, d.end_time
    from cron.job j
      left join lateral (select r.status, r.end_time from cron.job_run_details r where r.jobid = j.jobid order by r.runid desc limit 1) d on true
    order by j.jobname, j.jobid;
end
$$;
comment on function schedule.cron_jobs() is 'What pg_cron has to do, and how its last run of each ended.';

create or replace function schedule.put_cron_job(of_name text, timetable text, command text) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  own_role constant text := current_setting('role');
  job_id bigint;
begin
  perform cron.unschedule(j.jobid) from cron.job j
    where j.jobname = of_name and not (j.username = session_user and j.database = current_database() and j.active);
  -- pg_cron logs in as whoever made a job, and the owner of all objects may not.
  perform set_config('role', 'none', true);
  job_id := cron.schedule(of_name, timetable, command);
  perform set_config('role', own_role, true);
  return job_id;
end
$$;
comment on function schedule.put_cron_job(text, text, text) is 'Makes a job of pg_cron, or changes the one of this name, as the login of this session.';

create or replace function schedule.remove_cron_job(of_name text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if to_regclass('cron.job') is null or not has_schema_privilege('cron', 'usage') then return; end if;
  delete from cron.job_run_details d using cron.job j where j.jobname = of_name and d.jobid = j.jobid and d.end_time is not null;
  perform cron.unschedule(j.jobid) from cron.job j where j.jobname = of_name;
end
$$;
comment on function schedule.remove_cron_job(text) is 'Removes a job of pg_cron and what is left of its history; nothing where there is none.';
