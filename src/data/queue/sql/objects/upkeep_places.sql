create or replace function queue.make_ready(in_queue smallint, jobs queue.leased_job[]) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  made integer;
begin
  with given as (
    select i.*, case when coalesce(t.state, 'active') <> 'active' then 'tenant' when p.tenant_id is not null then 'paused' end as held_by
      from unnest(jobs) i left join tenancy.tenants t on t.id = i.tenant_id left join queue.paused_tenants p on p.tenant_id = i.tenant_id
     where i.id is not null
  ), held as (
    insert into queue.job_parked (tenant_id, key, due, id, queue_id, type_id, band, attempt, crash_count)
    select g.tenant_id, g.held_by, g.due, g.id, in_queue, g.type_id, g.band, g.attempt, g.crash_count from given g where g.held_by is not null
  )
  insert into queue.job_ready (slot, queue_id, band, type_id, attempt, crash_count, due, tenant_id, id)
  select s.slot, in_queue, g.band, g.type_id, g.attempt, g.crash_count, g.due, g.tenant_id, g.id
    from given g, queue.ready_slots s
   where g.held_by is null;
  get diagnostics made = row_count;
  if made > 0 then
    perform pg_notify('plinth_queue', in_queue::text);
  end if;
  return made;
end
$$;
comment on function queue.make_ready(smallint, queue.leased_job[]) is
  'Puts jobs, which the caller has taken from where they were, among those that can be run and wakes the queue; those of a tenant that is paused '
  'or not active are parked. Returns how many are ready.';
revoke execute on function queue.make_ready(smallint, queue.leased_job[]) from public;

create or replace function queue.promote(most integer) returns table (promoted integer, next_ms float8)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  place record;
begin
  -- Lost in a crash of the server, it is done again.
  perform set_config('synchronous_commit', 'off', true);
  promoted := 0;
  for place in
    with due as materialized (
      select d.due, d.id from queue.job_delayed d where d.due <= clock_timestamp() order by d.due, d.id limit most for update skip locked
    ), gone as (
      delete from queue.job_delayed d using due where d.due = due.due and d.id = due.id
      returning d.*
    )
    select g.queue_id, count(*)::integer as jobs,
           array_agg(row(g.tenant_id, g.id, coalesce(g.keep_due, g.due), g.band, g.type_id, g.attempt, g.crash_count)::queue.leased_job) as items
      from gone g group by g.queue_id
  loop
    perform queue.make_ready(place.queue_id, place.items);
    promoted := promoted + place.jobs;
  end loop;
  select extract(epoch from d.due - clock_timestamp()) * 1000 into next_ms from queue.job_delayed d order by d.due limit 1;
  return next;
end
$$;
comment on function queue.promote(integer) is
  'Makes at most so many delayed jobs ready that are due, the longest due first; those that another is promoting are left to it. Tells how many, '
  'and in how many ms the next one is due; null when there is none.';
revoke execute on function queue.promote(integer) from public;
