create or replace function queue.wake_queues(queue_ids smallint[]) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$ select pg_notify('plinth_queue', q::text) from unnest(queue_ids) q group by q $$;
comment on function queue.wake_queues(smallint[]) is 'Tells workers that jobs of these queues became ready.';
revoke execute on function queue.wake_queues(smallint[]) from public;

create or replace function queue.reschedule(filter queue.job_filter, states text[], at_time timestamptz, most integer) returns table (tenant_id uuid, id uuid)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    with taken as materialized (
      select * from queue.take_waiting(filter, states, most)
    ), dated as (
      update queue.jobs j set due = greatest(at_time, now()) from taken t where j.tenant_id = t.tenant_id and j.id = t.id and t.attempt = 0
    ), ready as (
      insert into queue.job_ready (slot, queue_id, band, type_id, attempt, crash_count, due, tenant_id, id)
      select s.slot, t.queue_id, t.band, t.type_id, t.attempt, t.crash_count, now(), t.tenant_id, t.id
      from taken t cross join queue.ready_slots s where at_time <= now()
    ), delayed as (
      insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band, attempt, crash_count, reason)
      select at_time, t.id, t.tenant_id, t.queue_id, t.type_id, t.band, t.attempt, t.crash_count, case when t.attempt > 0 then 'retry' else 'scheduled' end
      from taken t where at_time > now()
    ), woken as materialized (
      select queue.wake_queues(array_agg(t.queue_id)) from taken t where at_time <= now() having count(*) > 0
    )
    select t.tenant_id, t.id from taken t left join woken on true;
end
$$;
comment on function queue.reschedule(queue.job_filter, text[], timestamptz, integer) is 'Makes jobs that wait for a time due at another one; a time that has passed: at once. At most so many.';
revoke execute on function queue.reschedule(queue.job_filter, text[], timestamptz, integer) from public;

create or replace function queue.move_jobs(filter queue.job_filter, to_queue smallint, most integer) returns table (tenant_id uuid, id uuid)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    with taken as materialized (
      select * from queue.take_waiting(filter, '{waiting}', most)
    ), ready as (
      insert into queue.job_ready (slot, queue_id, band, type_id, attempt, crash_count, due, tenant_id, id)
      select s.slot, to_queue, t.band, t.type_id, t.attempt, t.crash_count, t.due, t.tenant_id, t.id from taken t cross join queue.ready_slots s
    ), delayed as (
      update queue.job_delayed d set queue_id = to_queue
      where queue.fits(filter, d.tenant_id, d.id, d.queue_id, d.type_id) and d.queue_id <> to_queue returning d.tenant_id, d.id
    ), parked as (
      update queue.job_parked p set queue_id = to_queue
      where queue.fits(filter, p.tenant_id, p.id, p.queue_id, p.type_id) and p.queue_id <> to_queue returning p.tenant_id, p.id
    ), blocked as (
      update queue.job_blocked b set queue_id = to_queue
      where queue.fits(filter, b.tenant_id, b.id, b.queue_id, b.type_id) and b.queue_id <> to_queue returning b.tenant_id, b.id
    ), moved as materialized (
      select t.tenant_id, t.id from taken t union all select d.tenant_id, d.id from delayed d
      union all select p.tenant_id, p.id from parked p union all select b.tenant_id, b.id from blocked b
    ), renamed as (
      -- The queue decides the partition: the row goes to another one. Who waits nowhere else does not run, so nobody writes it meanwhile.
      update queue.jobs j set queue_name = q.name from moved m, queue.job_queues q where j.tenant_id = m.tenant_id and j.id = m.id and q.id = to_queue
    ), woken as materialized (
      select queue.wake_queues(array[to_queue]) from taken having count(*) > 0
    )
    select m.tenant_id, m.id from moved m left join woken on true;
end
$$;
comment on function queue.move_jobs(queue.job_filter, smallint, integer) is
  'Moves jobs that are not running to another queue: of the ready ones at most so many, of the others all. They keep their band and their age.';
revoke execute on function queue.move_jobs(queue.job_filter, smallint, integer) from public;

create or replace function queue.forget_jobs(tenant_ids uuid[], job_ids uuid[]) returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  -- One that has ended may not be folded yet; one that has not keeps all that is known of it.
  with given as materialized (
    select g.tenant_id, g.id from unnest(tenant_ids, job_ids) g (tenant_id, id)
     where not exists (
       select from queue.jobs j
        where j.tenant_id = g.tenant_id and j.id = g.id and j.status = 'open'
          and not exists (select from queue.job_results r where r.tenant_id = j.tenant_id and r.job_id = j.id and r.status <> 'failed'))
  ), results as (
    delete from queue.job_results r using given g where r.tenant_id = g.tenant_id and r.job_id = g.id
  ), logs as (
    delete from queue.job_logs l using given g where l.tenant_id = g.tenant_id and l.job_id = g.id
  ), letters as (
    delete from queue.dead_letter_jobs d using given g where d.tenant_id = g.tenant_id and d.job_id = g.id
  ), effects as (
    delete from queue.job_effects e using given g where e.tenant_id = g.tenant_id and e.job_id = g.id
  ), progress as (
    delete from queue.job_progress p using given g where p.tenant_id = g.tenant_id and p.job_id = g.id
  ), details as (
    select queue.forget_details(array_agg(g.tenant_id), array_agg(g.id)) from given g
  ), forgotten as (
    delete from queue.jobs j using given g where j.tenant_id = g.tenant_id and j.id = g.id returning j.id
  )
  select count(f.id)::integer from details left join forgotten f on true
$$;
comment on function queue.forget_jobs(uuid[], uuid[]) is 'Deletes jobs that have ended with all that is kept about them. Gives how many there were.';
revoke execute on function queue.forget_jobs(uuid[], uuid[]) from public;
