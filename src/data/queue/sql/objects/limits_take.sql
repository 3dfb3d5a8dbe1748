create or replace function queue.take_units(
  worker uuid, lease uuid, tenants uuid[], names text[], keys text[], mosts integer[], pers text[], zones text[], per_mss bigint[], units integer[],
  places integer[], limits integer[], unsaid integer[], unsaid_limits jsonb[])
returns integer[]
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  at_time constant timestamptz := clock_timestamp();
  held queue.job_leases;
  -- A copy: to take an element out of a stored array reads all of it, out of a variable that one.
  jobs queue.leased_job[];
  others integer[];
  late integer[];
  wanted queue.wanted_limit[];
  granted queue.wanted_limit[];
  denied queue.wanted_limit[];
  fresh queue.wanted_limit[];
  taken queue.wanted_limit[] := '{}';
  refused queue.wanted_limit[] := '{}';
  refused_places integer[] := '{}';
  most_limits integer;
begin
  -- From here on who ends or recounts jobs of the lease goes by what they hold: all is of this transaction.
  update queue.job_leases l set has_units = true where l.id = lease and l.worker_id = worker and l.finished is null returning * into held;
  if not found then
    return places;
  end if;
  -- Enqueued from SQL, or by a program that said its limits otherwise: whoever ends the job has to know what it holds.
  if unsaid <> '{}' then
    jobs := held.items;
    update queue.jobs j set follow = coalesce(j.follow, '{}') || jsonb_build_object('limits', g.limits)
      from unnest(unsaid, unsaid_limits) g(place, limits)
     where j.tenant_id = (jobs[g.place]).tenant_id and j.id = (jobs[g.place]).id;
  end if;
  others := queue.take_at_once(tenants, names, keys, mosts, pers, zones, per_mss, units, at_time);
  if others is null then
    return '{}';
  end if;

  -- Jobs of the other limits are judged one by one, and have nothing until then.
  jobs := held.items;
  late := array(select distinct g.place from unnest(places, limits) g(place, n) where g.n = any (others));
  select array_agg(w::queue.wanted_limit), max(w.number) into wanted, most_limits from (
    select g.place, row_number() over (partition by g.place order by names[g.n], keys[g.n])::integer as number, (jobs[g.place]).tenant_id,
           (jobs[g.place]).id, tenants[g.n], names[g.n] as name, keys[g.n] as key,
           case when pers[g.n] is not null then 'window' when per_mss[g.n] is not null then 'bucket' else 'concurrency' end,
           mosts[g.n], pers[g.n], zones[g.n], per_mss[g.n]
      from unnest(places, limits) g(place, n)
     where g.place = any (late) and (jobs[g.place]).id is not null) w;
  perform queue.spend_units(array(
    select row(null, null, null, null, tenants[g.n], names[g.n], keys[g.n], null, null, null, null, null)::queue.wanted_limit
      from unnest(places, limits) g(place, n)
     where g.place = any (late) and g.n <> all (others)), -1, at_time);
  if wanted is null then
    return '{}';
  end if;
  perform queue.lock_limits(wanted, at_time);

  for n in 1 .. most_limits loop
    with asked as materialized (
      select w.* from unnest(wanted) w where w.number = n and w.place <> all (refused_places)
    ), kept as (
      delete from queue.job_limit_holds h using asked a
       where h.tenant_id = a.tenant_id and h.job_id = a.job_id and h.name = a.name and h.key = a.key
      returning a.place, coalesce(h.expires > at_time, true) as is_good
    ), judged as materialized (
      select row(a.*)::queue.wanted_limit as asked, coalesce(k.is_good, false) as is_kept,
             coalesce(k.is_good, false)
             -- Behind those who wait already, save who was let out before.
             or (l.parked = 0 or k.place is not null)
                and row_number() over (partition by l.tenant_id, l.name, l.key, coalesce(k.is_good, false) order by a.place) <= queue.units_left(row(l.*)::queue.job_limits, at_time) as is_granted
        -- One probe for each, whatever statistics say of a table that was empty when this was planned.
        from asked a
          cross join lateral (
            select x.* from queue.job_limits x where x.tenant_id = a.limit_tenant_id and x.name = a.name and x.key = a.key limit 1) l
          left join kept k on k.place = a.place
    )
    select coalesce(array_agg(j.asked) filter (where j.is_granted), '{}'), coalesce(array_agg(j.asked) filter (where not j.is_granted), '{}'),
           coalesce(array_agg(j.asked) filter (where j.is_granted and not j.is_kept), '{}')
      into granted, denied, fresh from judged j;
    perform queue.spend_units(fresh, 1, at_time);
    taken := taken || granted;
    refused := refused || denied;
    refused_places := refused_places || array(select d.place from unnest(denied) d);
  end loop;
  if refused = '{}' then
    return '{}';
  end if;

  -- Who is refused by one limit gives back what it took of those before.
  perform queue.spend_units(array(select row(t.*)::queue.wanted_limit from unnest(taken) t where t.place = any (refused_places)), -1, at_time);
  -- Who was cancelled meanwhile does not wait: nobody would tell it again.
  with waiting as (
    select * from unnest(refused) r where r.job_id <> all (coalesce(held.cancelled, '{}'))
  ), parked as (
    insert into queue.job_parked (tenant_id, key, due, id, queue_id, type_id, band, attempt, crash_count)
    select r.tenant_id, queue.limit_key(r.limit_tenant_id, r.name, r.key), (jobs[r.place]).due, r.job_id, held.queue_id, (jobs[r.place]).type_id,
           (jobs[r.place]).band, (jobs[r.place]).attempt, (jobs[r.place]).crash_count
      from waiting r
  )
  update queue.job_limits l set parked = l.parked + c.jobs
    from (select r.limit_tenant_id, r.name, r.key, count(*)::integer as jobs from waiting r group by 1, 2, 3) c
   where l.tenant_id = c.limit_tenant_id and l.name = c.name and l.key = c.key;
  perform queue.end_jobs(array_agg(r.tenant_id), array_agg(r.job_id), 'cancelled')
     from unnest(refused) r where r.job_id = any (held.cancelled)
   having count(*) > 0;
  -- Where nobody waits any more, whatever was counted, there are units: who was refused just now gets them.
  perform queue.unpark(r.limit_tenant_id, r.name, r.key, at_time)
     from (select distinct x.limit_tenant_id, x.name, x.key from unnest(refused) x) r;
  update queue.job_leases l set items = queue.without_places(jobs, refused_places) where l.id = lease;
  delete from queue.job_leases l where l.id = lease and not exists (select from unnest(l.items) i where i.id is not null);
  return array(select r from unnest(refused_places) r order by 1);
end
$$;
comment on function queue.take_units(uuid, uuid, uuid[], text[], text[], integer[], text[], text[], bigint[], integer[], integer[], integer[], integer[], jsonb[]) is
  'Takes what jobs of a lease need of their limits, all of it or nothing, in the order of the places. Of each limit units says how many jobs ask; '
  'places and limits say which of them, by position. Jobs that a limit refuses leave the lease '
  'for job_parked, or have ended where somebody cancelled them; gives their places. unsaid: places of jobs whose record does not name its limits yet.';
revoke execute on function queue.take_units(uuid, uuid, uuid[], text[], text[], integer[], text[], text[], bigint[], integer[], integer[], integer[], integer[], jsonb[]) from public;
