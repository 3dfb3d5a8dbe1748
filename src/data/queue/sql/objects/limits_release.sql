-- The way out of job_parked: who waits longest for a limit gets the unit that is free, and keeps it until it is claimed.
create or replace function queue.unpark(of_tenant uuid, of_name text, of_key text, at_time timestamptz) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  l queue.job_limits;
  units integer;
  place record;
  moved integer := 0;
begin
  select * into l from queue.job_limits x where x.tenant_id = of_tenant and x.name = of_name and x.key = of_key for update;
  if not found or l.parked = 0 then
    return 0;
  end if;
  l := queue.begin_window(l, at_time);
  units := queue.units_left(l, at_time);
  for place in
    with next as materialized (
      select p.tenant_id, p.key, p.due, p.id from queue.job_parked p
       where p.key = queue.limit_key(of_tenant, of_name, of_key) order by p.due, p.id limit greatest(units, 0) for update
    ), gone as (
      delete from queue.job_parked p using next n where p.tenant_id = n.tenant_id and p.key = n.key and p.due = n.due and p.id = n.id
      returning p.*
    ), kept as (
      insert into queue.job_limit_holds (tenant_id, job_id, name, key, limit_tenant_id, expires)
      select g.tenant_id, g.id, of_name, of_key, of_tenant, case l.kind when 'window' then l.window_ends end from gone g
          on conflict do nothing
    )
    select g.queue_id, count(*)::integer as jobs,
           array_agg(row(g.tenant_id, g.id, g.due, g.band, g.type_id, g.attempt, g.crash_count)::queue.leased_job) as items
      from gone g group by g.queue_id
  loop
    perform queue.make_ready(place.queue_id, place.items);
    moved := moved + place.jobs;
  end loop;
  if moved > 0 then
    l := queue.spend(l, moved, at_time);
  end if;
  -- What is not found is not parked, whatever was counted.
  update queue.job_limits x
     set used = l.used, window_started = l.window_started, window_ends = l.window_ends,
         parked = case when moved < units then 0 else greatest(0, x.parked - moved) end, has_holds = x.has_holds or moved > 0
   where x.tenant_id = of_tenant and x.name = of_name and x.key = of_key;
  return moved;
end
$$;
comment on function queue.unpark(uuid, text, text, timestamptz) is 'Makes as many jobs ready that wait for a limit as it has units left; each keeps one. Returns how many.';
revoke execute on function queue.unpark(uuid, text, text, timestamptz) from public;

create or replace function queue.release_units(tenant_ids uuid[], job_ids uuid[], follows jsonb[], keeps_strict boolean) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  waited record;
  moved integer := 0;
begin
  -- A strict job that is tried again keeps its unit: nobody of its key goes before it.
  if keeps_strict then
    insert into queue.job_limit_holds (tenant_id, job_id, name, key, limit_tenant_id)
    select g.tenant_id, g.job_id, f.name, f.key, f.limit_tenant_id
      from unnest(tenant_ids, job_ids, follows) g(tenant_id, job_id, follow) cross join lateral queue.limits_in(g.tenant_id, g.follow) f
     where f.is_strict and f.kind = 'concurrency'
        on conflict do nothing;
  end if;
  -- In one order, so that those who free several never wait in a circle, and each is looked up by itself, whatever statistics say. All of them are
  -- there, and none is made: by a conflict a row of many is changed in the order of the others, which a join does not promise.
  for waited in
    with owed as materialized (
      select g.tenant_id, g.follow, count(*)::integer as jobs from unnest(tenant_ids, follows) g(tenant_id, follow) group by 1, 2
    ), freed as (
      insert into queue.job_limits as l (tenant_id, name, key, kind, most, used, has_holds)
      select x.tenant_id, x.name, x.key, x.kind, x.most, f.units, f.has_holds
        from (
          select f.limit_tenant_id, f.name, f.key, coalesce(sum(o.jobs) filter (where not (keeps_strict and f.is_strict)), 0)::integer as units,
                 keeps_strict and bool_or(f.is_strict) as has_holds
            from owed o cross join lateral queue.limits_in(o.tenant_id, o.follow) f
           where f.kind = 'concurrency' group by 1, 2, 3) f
          cross join lateral (
            select * from queue.job_limits x
             where x.tenant_id = f.limit_tenant_id and x.name = f.name and x.key = f.key and x.kind = 'concurrency' limit 1) x
       order by 1, 2, 3
          on conflict (tenant_id, name, key) do update set used = greatest(0, l.used - excluded.used), has_holds = l.has_holds or excluded.has_holds
      returning l.tenant_id, l.name, l.key, l.parked
    )
    select * from freed f where f.parked > 0
  loop
    moved := moved + queue.unpark(waited.tenant_id, waited.name, waited.key, clock_timestamp());
  end loop;
  return moved;
end
$$;
comment on function queue.release_units(uuid[], uuid[], jsonb[], boolean) is
  'Gives back what runs that have ended held of limits of concurrency, and lets the next ones out. keeps_strict: they are tried again.';
revoke execute on function queue.release_units(uuid[], uuid[], jsonb[], boolean) from public;

create or replace function queue.release_holds(tenant_ids uuid[], job_ids uuid[]) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  freed record;
  moved integer := 0;
begin
  for freed in
    with gone as (
      delete from queue.job_limit_holds h using unnest(tenant_ids, job_ids) g(tenant_id, job_id)
       where h.tenant_id = g.tenant_id and h.job_id = g.job_id
      returning h.limit_tenant_id, h.name, h.key, h.expires
    )
    select g.limit_tenant_id, g.name, g.key, count(*)::integer as units from gone g
     where g.expires is null or g.expires > clock_timestamp() group by 1, 2, 3 order by 1, 2, 3
  loop
    update queue.job_limits l set used = greatest(0, l.used - freed.units)
     where l.tenant_id = freed.limit_tenant_id and l.name = freed.name and l.key = freed.key;
    moved := moved + queue.unpark(freed.limit_tenant_id, freed.name, freed.key, clock_timestamp());
  end loop;
  return moved;
end
$$;
comment on function queue.release_holds(uuid[], uuid[]) is 'Gives back the units that jobs hold which end without having been run, and lets the next ones out.';
revoke execute on function queue.release_holds(uuid[], uuid[]) from public;

create or replace function queue.refill(keys_at_once integer) returns table (released integer, next_ms float8)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  at_time constant timestamptz := clock_timestamp();
  l queue.job_limits;
begin
  released := 0;
  for l in
    select * from queue.job_limits x where x.parked > 0 and x.window_ends <= at_time order by x.window_ends limit keys_at_once for update skip locked
  loop
    released := released + queue.unpark(l.tenant_id, l.name, l.key, at_time);
  end loop;
  select extract(epoch from x.window_ends - clock_timestamp()) * 1000 into next_ms
    from queue.job_limits x where x.parked > 0 and x.window_ends is not null order by x.window_ends limit 1;
  return next;
end
$$;
comment on function queue.refill(integer) is
  'Lets jobs out that wait for windows or buckets which have units again. Tells how many, and in how many ms to look again; null when nobody waits.';
revoke execute on function queue.refill(integer) from public;
