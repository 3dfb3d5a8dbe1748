create or replace view queue.scheduled_jobs with (security_invoker) as
select s.tenant_id, s.id, s.name, s.cron, s.zone, s.job_type, s.payload, s.sql, s.overlap, s.catch_up, s.is_enabled and not s.is_gone as is_enabled,
  s.next_run, s.last_run
from schedule.scheduled_jobs s;
comment on view queue.scheduled_jobs is 'Schedules that enqueue jobs: those that whoever asks may see.';
grant select on queue.scheduled_jobs to plinth_app;

create or replace function schedule.outcome_of(of_tenant_id uuid, of_job_id uuid) returns text
language sql stable
begin atomic
  select case coalesce(
      (select r.status from queue.job_results r
        where r.tenant_id = of_tenant_id and r.job_id = of_job_id and r.status <> 'failed' limit 1),
      (select j.status from queue.jobs j where j.tenant_id = of_tenant_id and j.id = of_job_id),
      'gone')
    when 'open' then null when 'completed' then 'completed' when 'cancelled' then 'cancelled' when 'gone' then 'cancelled' else 'failed' end;
end;
comment on function schedule.outcome_of(uuid, uuid) is 'How a job has ended: completed, failed or cancelled (also: removed). Null while it has not.';

create or replace function schedule.is_open(of_tenant_id uuid, of_schedule uuid) returns boolean
language sql stable
begin atomic
  select exists (
    select from schedule.schedule_runs r
    where r.scheduled_job_id = of_schedule and r.tenant_id = of_tenant_id and r.state in ('waiting', 'enqueued', 'running')
      and (r.state <> 'enqueued' or schedule.outcome_of(r.tenant_id, r.job_id) is null));
end;
comment on function schedule.is_open(uuid, uuid) is 'Whether a run of a schedule, for this tenant, has not ended.';

create or replace function schedule.settle() returns integer
language sql volatile
begin atomic
  with open as (
    select r.tenant_id, r.scheduled_job_id, r.planned, schedule.outcome_of(r.tenant_id, r.job_id) as outcome
    from (select o.* from schedule.schedule_runs o where o.state = 'enqueued' order by o.planned limit 10000) r
  ), ended as (
    update schedule.schedule_runs r set state = o.outcome, ended = clock_timestamp()
    from open o
    where o.outcome is not null and r.state = 'enqueued'
      and (r.tenant_id, r.scheduled_job_id, r.planned) = (o.tenant_id, o.scheduled_job_id, o.planned)
    returning 1
  )
  select count(*)::integer from ended;
end;
comment on function schedule.settle() is 'Writes down how jobs of runs have ended; gives how many.';

create or replace function schedule.release(of_schedules uuid[] default null) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  released integer;
  keyed jsonb;
  one record;
  outcome record;
begin
  with candidate as (
    select r.tenant_id, r.scheduled_job_id, r.planned, s.overlap, s.job_type, s.sql, s.payload, s.jitter_ms,
      row_number() over (partition by r.scheduled_job_id, r.tenant_id order by r.planned) as place
    from schedule.schedule_runs r join schedule.scheduled_jobs s on s.id = r.scheduled_job_id
    where r.state = 'waiting' and (of_schedules is null or r.scheduled_job_id = any (of_schedules))
  ), next as (
    select c.tenant_id, c.scheduled_job_id, c.planned, c.payload, t.id as type_id, t.name as type_name, t.queue_id, t.band,
      t.max_attempts, t.payload_version, t.unique_scope, q.name as queue_name, uuidv7() as job_id,
      case when c.jitter_ms > 0 then clock_timestamp() + random() * c.jitter_ms * interval '1 ms' else now() end as due
    from candidate c
      left join queue.job_types t on t.name = coalesce(c.job_type, 'schedule.sql')
      left join queue.job_queues q on q.id = t.queue_id
    where c.overlap = 'allow' or (c.place = 1 and not exists (
      select from schedule.schedule_runs o
      where o.scheduled_job_id = c.scheduled_job_id and o.tenant_id = c.tenant_id and o.state in ('enqueued', 'running')
        and (o.state = 'running' or schedule.outcome_of(o.tenant_id, o.job_id) is null)))
  ), taken as (
    -- Whoever comes second finds the run taken.
    update schedule.schedule_runs r
    set state = case when n.type_id is null then 'failed' else 'enqueued' end,
      job_id = case when n.type_id is not null then n.job_id end,
      error = case when n.type_id is null then 'No process has defined this job type.' end,
      ended = case when n.type_id is null then clock_timestamp() end
    from next n
    where r.state = 'waiting' and (r.tenant_id, r.scheduled_job_id, r.planned) = (n.tenant_id, n.scheduled_job_id, n.planned)
    returning n.*
  ), placed as (
    select * from taken t where t.type_id is not null and t.unique_scope is null
  ), made as (
    insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due)
    select p.tenant_id, p.job_id, p.queue_name, p.type_name, p.band, p.payload_version, p.max_attempts, p.payload, p.due from placed p
  ), ready as (
    insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
    select (select s.slot from queue.ready_slots s), p.queue_id, p.band, p.type_id, p.due, p.tenant_id, p.job_id from placed p where p.due <= now()
  ), delayed as (
    insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
    select p.due, p.job_id, p.tenant_id, p.queue_id, p.type_id, p.band from placed p where p.due > now()
  ), told as (
    select pg_notify('plinth_queue', q.queue_id::text) from (select distinct p.queue_id from placed p where p.due <= now()) q
  )
  select count(*) filter (where t.type_id is not null and t.unique_scope is null and (select count(*) from told) >= 0),
      jsonb_agg(to_jsonb(t)) filter (where t.unique_scope is not null)
    into released, keyed
    from taken t;
  -- The key decides whether there is a job, and which.
  for one in
    select k.* from jsonb_to_recordset(keyed) k (tenant_id uuid, scheduled_job_id uuid, planned timestamptz, payload jsonb, type_name text, queue_id smallint,
      band smallint, max_attempts smallint, payload_version smallint, queue_name text, job_id uuid, due timestamptz)
  loop
    select u.job_id, u.verdict into outcome from queue.put_unique_job(
      one.tenant_id, one.job_id, one.queue_name, one.type_name, one.band, one.payload_version, one.max_attempts, one.payload, one.due, null) u;
    if outcome.verdict in ('skip', 'reject') then
      update schedule.schedule_runs r
      set state = 'skipped', job_id = null, ended = clock_timestamp(), error = format('Job %s has the same key.', outcome.job_id)
      where (r.tenant_id, r.scheduled_job_id, r.planned) = (one.tenant_id, one.scheduled_job_id, one.planned);
    else
      update schedule.schedule_runs r set job_id = outcome.job_id
      where (r.tenant_id, r.scheduled_job_id, r.planned) = (one.tenant_id, one.scheduled_job_id, one.planned) and r.job_id <> outcome.job_id;
      perform pg_notify('plinth_queue', one.queue_id::text) where one.due <= now();
      released := released + 1;
    end if;
  end loop;
  return released;
end
$$;
comment on function schedule.release(uuid[]) is
  'Enqueues the jobs of runs that wait and have nothing to wait for, of these schedules or of all; gives how many. A job type that nobody '
  'has defined makes the run a failed one; a unique job whose key is taken, one that was skipped or one for the job that has the key.';

create or replace function schedule.fire_due(firings jsonb) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  fired_ids uuid[];
begin
  with given as (
    select g.* from jsonb_to_recordset(firings) as g (id uuid, was timestamptz, runs timestamptz[], next timestamptz, missed integer, error text)
  ), held as materialized (
    -- As it was when it was looked at, and nobody else is at it: what another scheduler has dealt with since is left alone.
    select s.id from schedule.scheduled_jobs s join given g on g.id = s.id
    where date_trunc('milliseconds', s.next_run) = g.was and s.is_enabled and not s.is_gone
      -- pg_cron has its time; what it has not taken by then is caught up as declared.
      and (s.cron_job_id is null or s.next_run < clock_timestamp() - interval '90 s')
    order by s.id
    for update of s skip locked
  ), won as (
    update schedule.scheduled_jobs s
    set next_run = g.next, last_run = coalesce((select max(r) from unnest(g.runs) r), g.was)
    from given g join held h on h.id = g.id
    where s.id = g.id
    returning s.id, s.tenant_id, s.overlap, s.catch_up_limit, s.is_each, g.was, g.runs, g.next, g.missed, g.error
  ), target as (
    select w.id, t.id as tenant_id, t.state = 'active' as is_active, w.overlap, w.catch_up_limit, cardinality(w.runs) as at_once, p.planned
    from won w
      cross join lateral unnest(w.runs) as p (planned)
      join tenancy.tenants t on case when w.is_each then t.state = 'active' and t.id <> '00000000-0000-0000-0000-000000000000' else t.id = w.tenant_id end
  ), judged as materialized (
    select t.*,
      (select count(*) from schedule.schedule_runs o
        where o.scheduled_job_id = t.id and o.tenant_id = t.tenant_id and o.state in ('waiting', 'enqueued', 'running') and t.overlap <> 'allow'
          and (o.state <> 'enqueued' or schedule.outcome_of(o.tenant_id, o.job_id) is null)) as before
    from target t
  ), passed as (
    delete from schedule.occurrences o using won w where o.scheduled_job_id = w.id and (w.next is null or o.planned < w.next)
  ), noted as (
    insert into schedule.schedule_runs (tenant_id, scheduled_job_id, planned, state, error)
    select j.tenant_id, j.id, j.planned, case when v.error is null then 'waiting' else 'skipped' end, v.error
    from judged j cross join lateral (select case
      when not j.is_active then 'The tenant is not active.'
      when j.overlap = 'skip' and j.before > 0 and j.at_once = 1 then 'The job before had not ended.'
      when j.before > j.catch_up_limit then 'As many wait for the job before as may.' end) v (error)
    union all
    select w.tenant_id, w.id, w.was, case when w.error is null then 'missed' else 'failed' end,
      coalesce(w.error, w.missed || ' occurrences were missed and are not caught up.')
    from won w where w.error is not null or w.missed > 0
    -- The occurrence was dealt with before the clock stepped back, or before the timetable changed.
    on conflict do nothing
  )
  select coalesce(array_agg(w.id), '{}') into fired_ids from won w;
  perform schedule.release(fired_ids);
  return cardinality(fired_ids);
end
$$;
comment on function schedule.fire_due(jsonb) is
  'Deals with occurrences that are due, all in one go: notes them, enqueues their jobs, moves next_run on. Each firing says id, what next_run '
  'was, the runs, the next one, and how many were missed. Gives how many schedules were moved.';
