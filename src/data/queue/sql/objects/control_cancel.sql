-- What a job's end settles beside its result is settled here as well: `follow` is null for most.
create or replace function queue.end_jobs(tenant_ids uuid[], job_ids uuid[], as_status text) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  ended_count integer;
  to_settle record;
begin
  with ended as (
    update queue.jobs j set status = as_status, completed = clock_timestamp()
    from unnest(tenant_ids, job_ids) g (tenant_id, id)
    where j.tenant_id = g.tenant_id and j.id = g.id and j.status = 'open'
    returning j.tenant_id, j.id, j.follow
  )
  select count(*) as count, array_agg(e.tenant_id) filter (where e.follow is not null) as tenants, array_agg(e.id) filter (where e.follow is not null) as ids,
    array_agg(e.follow) filter (where e.follow is not null) as follows
  into to_settle from ended e;
  if to_settle.ids is not null then
    perform queue.settle(to_settle.tenants, to_settle.ids, array_fill('withdrawn'::text, array[cardinality(to_settle.ids)]), to_settle.follows);
  end if;
  return to_settle.count;
end
$$;
comment on function queue.end_jobs(uuid[], uuid[], text) is 'Ends jobs that wait nowhere and run nowhere any more. Gives how many were open.';
revoke execute on function queue.end_jobs(uuid[], uuid[], text) from public;

create or replace function queue.cancel_waiting(filter queue.job_filter, states text[], most integer) returns table (tenant_id uuid, id uuid)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  tenants uuid[];
  ids uuid[];
begin
  select array_agg(t.tenant_id), array_agg(t.id) into tenants, ids from queue.take_waiting(filter, states, most) t;
  perform queue.end_jobs(tenants, ids, 'cancelled');
  return query select g.tenant_id, g.id from unnest(tenants, ids) g (tenant_id, id);
end
$$;
comment on function queue.cancel_waiting(queue.job_filter, text[], integer) is 'Cancels jobs that are not running, wherever they wait; at most so many.';
revoke execute on function queue.cancel_waiting(queue.job_filter, text[], integer) from public;

create or replace function queue.cancel_running(filter queue.job_filter) returns table (tenant_id uuid, id uuid)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    with running as materialized (
      select l.id as lease_id, l.worker_id, i.tenant_id, i.id
      from queue.job_leases l cross join unnest(l.items) i
      where l.finished is null and i.id is not null and queue.fits(filter, i.tenant_id, i.id, l.queue_id, i.type_id)
        and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)
    ), batches as (
      select r.lease_id, array_agg(r.id) as ids from running r group by r.lease_id
    ), marked as (
      update queue.job_leases l
      set cancelled = array(select distinct u from unnest(coalesce(l.cancelled, '{}') || b.ids) u), cancel_requested = clock_timestamp()
      from batches b where l.id = b.lease_id and l.finished is null
      returning l.id, l.worker_id
    ), told as materialized (
      select count(pg_notify('plinth_queue_cancel', w.worker_id::text)) from (select distinct m.worker_id from marked m) w
    )
    select r.tenant_id, r.id from running r join marked m on m.id = r.lease_id cross join told;
end
$$;
comment on function queue.cancel_running(queue.job_filter) is 'Asks the workers of running jobs to abort them: marks their leases and tells plinth_queue_cancel the ids of the workers.';
revoke execute on function queue.cancel_running(queue.job_filter) from public;

create or replace function queue.end_marked(lease queue.job_leases, why text) returns queue.job_leases
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  places integer[];
  tenants uuid[];
  ids uuid[];
begin
  with held as (
    select i.tenant_id, i.id, i.attempt, i.place::integer as place
    from unnest(lease.items) with ordinality i (tenant_id, id, due, band, type_id, attempt, crash_count, place)
    where i.id = any (lease.cancelled)
  ), ended as (
    insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id, error)
    select h.tenant_id, h.id, h.attempt + 1, 'cancelled', 1000 * extract(epoch from clock_timestamp() - lease.leased)::integer, lease.leased, clock_timestamp(),
      lease.worker_id, jsonb_build_object('name', 'Cancelled', 'message', why)
    from held h on conflict do nothing
    returning tenant_id, job_id
  )
  select array_agg(h.place), array_agg(h.tenant_id), array_agg(h.id) into places, tenants, ids
  from held h join ended e on e.tenant_id = h.tenant_id and e.job_id = h.id;
  perform queue.release_units(array_agg(j.tenant_id), array_agg(j.id), array_agg(j.follow), false)
     from unnest(tenants, ids) g (tenant_id, id) join queue.jobs j on j.tenant_id = g.tenant_id and j.id = g.id
    where lease.has_units and j.follow ? 'limits'
   having count(*) > 0;
  perform queue.end_jobs(tenants, ids, 'cancelled');
  -- A job keeps its place, which is its name for the worker; what left the lease is null.
  lease.items := queue.without_places(lease.items, coalesce(places, '{}'));
  lease.cancelled := null;
  lease.cancel_requested := null;
  return lease;
end
$$;
comment on function queue.end_marked(queue.job_leases, text) is
  'Ends those jobs of a lease as cancelled that somebody has cancelled and that have no result. The caller has locked the lease, writes it as it is '
  'returned, without them, and says in words why they did not end by themselves.';
revoke execute on function queue.end_marked(queue.job_leases, text) from public;

create or replace function queue.revoke_cancelled(grace interval) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  lease queue.job_leases;
  kept queue.job_leases;
  revoked_count integer := 0;
begin
  for lease in
    select * from queue.job_leases l where l.finished is null and l.cancel_requested < clock_timestamp() - grace for update skip locked
  loop
    kept := queue.end_marked(lease, 'The handler did not end within the grace time, so its lease was revoked.');
    update queue.job_leases l set items = kept.items, cancelled = null, cancel_requested = null where l.id = lease.id;
    revoked_count := revoked_count + (select count(i.id) from unnest(lease.items) i) - (select count(i.id) from unnest(kept.items) i);
  end loop;
  return revoked_count;
end
$$;
comment on function queue.revoke_cancelled(interval) is
  'Takes jobs out of their leases that were cancelled longer ago than that and still run: what their workers say of them later is refused. Gives how many.';
revoke execute on function queue.revoke_cancelled(interval) from public;
