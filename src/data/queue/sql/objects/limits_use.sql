-- What units are taken is counted as they come and go. A hand in the tables makes the count drift; here it is compared with who holds units.

create or replace function queue.limit_uses() returns table (limit_tenant_id uuid, name text, key text, used integer)
language sql stable
set search_path = pg_catalog, pg_temp
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
  select u.limit_tenant_id, u.name, u.key, count(distinct (u.tenant_id, u.id))
    from (
      select f.limit_tenant_id, f.name, f.key, i.tenant_id, i.id
        from queue.job_leases l cross join unnest(l.items) i
          join queue.jobs j on j.tenant_id = i.tenant_id and j.id = i.id
          cross join lateral queue.limits_in(i.tenant_id, j.follow) f
       where l.finished is null and l.has_units and f.kind = 'concurrency'
         and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)
      union all
      select h.limit_tenant_id, h.name, h.key, h.tenant_id, h.job_id from queue.job_limit_holds h
    ) u
   group by 1, 2, 3
$$;
comment on function queue.limit_uses() is
  'How many jobs hold a unit of each limit of concurrency. No row for one that nobody uses.';
revoke execute on function queue.limit_uses() from public;

create or replace function queue.recount_limits() returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  doubtful queue.job_limits[];
  one record;
  corrected integer := 0;
begin
  select array_agg(l) into doubtful
    from queue.job_limits l left join queue.limit_uses() u on u.limit_tenant_id = l.tenant_id and u.name = l.name and u.key = l.key
   where l.kind = 'concurrency' and l.used <> coalesce(u.used, 0)
      or l.parked <> (select count(*) from queue.job_parked p where p.key = queue.limit_key(l.tenant_id, l.name, l.key))
      or l.has_holds and not exists (select from queue.job_limit_holds h where h.limit_tenant_id = l.tenant_id and h.name = l.name and h.key = l.key);
  if doubtful is null then
    return 0;
  end if;
  -- Who takes units or gives them back holds this lock until its lease and its results say so too: behind it both are of one moment.
  perform from queue.job_limits l join unnest(doubtful) d on d.tenant_id = l.tenant_id and d.name = l.name and d.key = l.key
    order by l.tenant_id, l.name, l.key for update of l;
  update queue.job_limits l set has_holds = false from unnest(doubtful) d
   where l.tenant_id = d.tenant_id and l.name = d.name and l.key = d.key and l.has_holds
     and not exists (select from queue.job_limit_holds h where h.limit_tenant_id = l.tenant_id and h.name = l.name and h.key = l.key);
  for one in
    with counted as materialized (
      select l.tenant_id, l.name, l.key,
             case l.kind when 'concurrency' then coalesce(u.used, 0) else l.used end as used,
             (select count(*) from queue.job_parked p where p.key = queue.limit_key(l.tenant_id, l.name, l.key)) as parked
        from queue.job_limits l join unnest(doubtful) d on d.tenant_id = l.tenant_id and d.name = l.name and d.key = l.key
          left join queue.limit_uses() u on u.limit_tenant_id = l.tenant_id and u.name = l.name and u.key = l.key
    )
    update queue.job_limits l set used = c.used, parked = c.parked from counted c
     where l.tenant_id = c.tenant_id and l.name = c.name and l.key = c.key and (l.used, l.parked) is distinct from (c.used, c.parked)
    returning l.tenant_id, l.name, l.key
  loop
    corrected := corrected + 1;
    perform queue.unpark(one.tenant_id, one.name, one.key, clock_timestamp());
  end loop;
  return corrected;
end
$$;
comment on function queue.recount_limits() is
  'Corrects how many units of limits are taken and how many jobs wait for them, where that is not what the jobs themselves say, and lets out who can '
  'go. Gives how many limits were wrong.';
revoke execute on function queue.recount_limits() from public;

create or replace function queue.forget_limits(rows_at_once integer) returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  with unused as materialized (
    select l.tenant_id, l.name, l.key from queue.job_limits l
     where l.parked = 0 and not l.has_holds
       and case l.kind when 'concurrency' then l.used = 0 when 'window' then l.window_ends < clock_timestamp() else l.window_started < clock_timestamp() end
     limit rows_at_once for update skip locked
  ), gone as (
    delete from queue.job_limits l using unused u where l.tenant_id = u.tenant_id and l.name = u.name and l.key = u.key returning 1
  )
  select count(*)::integer from gone
$$;
comment on function queue.forget_limits(integer) is
  'Removes rows of limits of which everything is free again, at most so many: the next job that asks makes one. Gives how many.';
revoke execute on function queue.forget_limits(integer) from public;
