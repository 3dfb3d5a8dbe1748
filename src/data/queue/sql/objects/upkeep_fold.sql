-- Rows are looked up by their keys, whatever statistics say of tables that were empty a moment ago.
create or replace function queue.fold(after uuid, most integer) returns table (last uuid, leases integer, jobs integer, oldest_ms float8)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
begin
  -- Lost in a crash of the server, it is done again.
  perform set_config('synchronous_commit', 'off', true);
  with taken as materialized (
    select l.id, l.finished, l.items from queue.job_leases l
     where l.id > after and l.finished is not null
     order by l.id limit most
       for update skip locked
  ), ended as materialized (
    select r.tenant_id, r.job_id, r.status, r.started, r.completed, r.duration_ms
      from taken t cross join lateral unnest(t.items) i
        join queue.job_results r on r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1
  ), folded as (
    update queue.jobs j set status = e.status, started = e.started, completed = e.completed
      from ended e
     where j.tenant_id = e.tenant_id and j.id = e.job_id and j.status = 'open' and e.status <> 'failed'
    returning 1
  ), counted as (
    insert into queue.tenant_runs as c (tenant_id, hour, runs, run_ms)
    select e.tenant_id, date_trunc('hour', e.completed, 'UTC'), count(*), sum(e.duration_ms) from ended e group by 1, 2 order by 1, 2
        on conflict (tenant_id, hour) do update set runs = c.runs + excluded.runs, run_ms = c.run_ms + excluded.run_ms
  ), gone as (
    delete from queue.job_leases l using taken t where l.id = t.id
  )
  select max(t.id::text)::uuid, count(*), (select count(*) from folded), extract(epoch from clock_timestamp() - min(t.finished)) * 1000
    into last, leases, jobs, oldest_ms
    from taken t;
  return next;
end
$$;
comment on function queue.fold(uuid, integer) is
  'Writes how jobs of finished leases ended into jobs, of at most so many leases behind that one, and removes the leases. Tells where to go on, '
  'null at the end, how many leases and jobs it was, and how old the oldest was, in ms.';
revoke execute on function queue.fold(uuid, integer) from public;

create or replace view queue.job_states with (security_invoker = true) as
select j.tenant_id, j.id, j.queue_name, j.job_type, j.band, j.due, j.queued,
       case
         when j.status <> 'open' then j.status
         when r.status is not null then r.status
         when exists (select from queue.job_ready p where p.tenant_id = j.tenant_id and p.id = j.id) then 'waiting'
         when d.reason is not null then case d.reason when 'retry' then 'retrying' else 'scheduled' end
         when exists (select from queue.job_parked p where p.tenant_id = j.tenant_id and p.id = j.id) then 'parked'
         when exists (select from queue.job_blocked p where p.tenant_id = j.tenant_id and p.id = j.id) then 'blocked'
         else 'running'
       end as state,
       coalesce(j.started, r.started) as started,
       coalesce(j.completed, r.completed) as completed,
       d.due as next_due
  from queue.jobs j
    left join lateral (
      select e.status, e.started, e.completed from queue.job_results e
       where e.tenant_id = j.tenant_id and e.job_id = j.id and e.status <> 'failed' and j.status = 'open'
       order by e.attempt desc limit 1) r on true
    left join queue.job_delayed d on d.tenant_id = j.tenant_id and d.id = j.id and j.status = 'open';
comment on view queue.job_states is
  'Where each job is, exact at any moment: what ended it counts before it is in jobs. For the jobs of one tenant: a job that neither waits '
  'anywhere nor has ended is being run.';
grant select on queue.job_states to plinth_app;
