-- Limits of a job as they stand in jobs.follow -> 'limits': [{"name", "key", "most", "per"?, "zone"?, "perMs"?, "isShared"?, "isStrict"?}, …].

create or replace function queue.limits_in(tenant uuid, follow jsonb)
returns table (limit_tenant_id uuid, name text, key text, kind text, most integer, per text, zone text, per_ms bigint, is_strict boolean)
language sql immutable parallel safe
begin atomic
  select case when l."isShared" then '00000000-0000-0000-0000-000000000000'::uuid else tenant end, l.name, l.key,
         case when l.per is not null then 'window' when l."perMs" is not null then 'bucket' else 'concurrency' end,
         l.most, l.per, case when l.per is not null then coalesce(l.zone, 'UTC') end, l."perMs", coalesce(l."isStrict", false)
    from jsonb_to_recordset(follow -> 'limits')
      l(name text, key text, most integer, per text, zone text, "perMs" bigint, "isShared" boolean, "isStrict" boolean);
end;
comment on function queue.limits_in(uuid, jsonb) is 'The limits that a job asks for.';

create or replace function queue.limit_key(limit_tenant_id uuid, name text, key text) returns text
language sql immutable parallel safe
return 'limit:' || limit_tenant_id || ':' || name || ':' || key;
comment on function queue.limit_key(uuid, text, text) is 'What job_parked calls a limit.';

-- The bucket is told by the moment at which it is full again: each unit that is taken moves it by the time that one takes to come.
-- Source: the generic cell rate algorithm, ITU-T I.371.
create or replace function queue.units_left(l queue.job_limits, at_time timestamptz) returns integer
language sql immutable parallel safe
return case l.kind
  when 'bucket' then least(l.most, l.most + floor(extract(epoch from at_time - l.window_started) * 1000 * l.most / l.per_ms)::integer)
  else l.most - l.used end;
comment on function queue.units_left(queue.job_limits, timestamptz) is 'Units that can be taken of a limit as it stands; not above 0 where there are none.';

create or replace function queue.spend(l queue.job_limits, units integer, at_time timestamptz) returns queue.job_limits
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if l.kind = 'bucket' then
    l.window_started := greatest(l.window_started, at_time) + make_interval(secs => units * l.per_ms / 1000.0 / l.most);
    l.window_ends := l.window_started - make_interval(secs => (l.most - 1) * l.per_ms / 1000.0 / l.most);
  else
    l.used := greatest(0, l.used + units);
  end if;
  return l;
end
$$;
comment on function queue.spend(queue.job_limits, integer, timestamptz) is 'A limit after so many units were taken of it, or given back where it is less than none.';

-- A window that has ended is begun anew; one whose end lies ahead is kept, whatever the clock did since.
create or replace function queue.begin_window(l queue.job_limits, at_time timestamptz) returns queue.job_limits
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if l.kind = 'window' and l.window_ends <= at_time then
    l.used := 0;
    l.window_started := at_time;
    l.window_ends := date_add(date_trunc(l.per, at_time, l.zone), ('1 ' || l.per)::interval, l.zone);
  end if;
  return l;
end
$$;
comment on function queue.begin_window(queue.job_limits, timestamptz) is 'A limit with its window begun anew where that has ended.';

create or replace function queue.lock_limits(wanted queue.wanted_limit[], at_time timestamptz) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- In one order, so that those who take several wait for each other and never in a circle. A limit of another kind than before is another one.
  insert into queue.job_limits as l (tenant_id, name, key, kind, most, per, zone, per_ms, window_started, window_ends)
  select distinct on (w.limit_tenant_id, w.name, w.key) w.limit_tenant_id, w.name, w.key, w.kind, w.most, w.per, w.zone, w.per_ms,
         case when w.kind <> 'concurrency' then at_time end, case when w.kind <> 'concurrency' then at_time end
    from unnest(wanted) w
   order by w.limit_tenant_id, w.name, w.key
      on conflict (tenant_id, name, key) do update
     set kind = excluded.kind, most = excluded.most, per = excluded.per, zone = excluded.zone, per_ms = excluded.per_ms,
         used = case when excluded.kind = l.kind then l.used else 0 end,
         window_started = case when excluded.kind = l.kind then l.window_started else excluded.window_started end,
         window_ends = case when excluded.kind = l.kind then l.window_ends else excluded.window_ends end
   -- Locked all the same, and not written where nothing has changed.
   where (l.kind, l.most, l.per, l.zone, l.per_ms) is distinct from (excluded.kind, excluded.most, excluded.per, excluded.zone, excluded.per_ms);
  if exists (select from unnest(wanted) w where w.kind = 'window') then
    update queue.job_limits l set used = n.used, window_started = n.window_started, window_ends = n.window_ends
      from (select distinct w.limit_tenant_id, w.name, w.key from unnest(wanted) w where w.kind = 'window') w
        join queue.job_limits o on o.tenant_id = w.limit_tenant_id and o.name = w.name and o.key = w.key
        cross join lateral queue.begin_window(o, at_time) n
     where l.tenant_id = o.tenant_id and l.name = o.name and l.key = o.key and l.kind = 'window' and l.window_ends <= at_time;
  end if;
end
$$;
comment on function queue.lock_limits(queue.wanted_limit[], timestamptz) is 'Locks the rows of limits: made where there are none, as the jobs say them now, with windows that have ended begun anew.';

create or replace function queue.spend_units(spent queue.wanted_limit[], units integer, at_time timestamptz) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  l queue.job_limits;
  s record;
begin
  for s in select x.limit_tenant_id, x.name, x.key, count(*)::integer * units as units from unnest(spent) x group by 1, 2, 3 loop
    select * into l from queue.job_limits o where o.tenant_id = s.limit_tenant_id and o.name = s.name and o.key = s.key;
    l := queue.spend(l, s.units, at_time);
    update queue.job_limits o set used = l.used, window_started = l.window_started, window_ends = l.window_ends
     where o.tenant_id = s.limit_tenant_id and o.name = s.name and o.key = s.key;
  end loop;
end
$$;
comment on function queue.spend_units(queue.wanted_limit[], integer, timestamptz) is
  'Takes so many units for each of these, or gives them back where it is less than none. The caller has locked the limits.';
revoke execute on function queue.spend_units(queue.wanted_limit[], integer, timestamptz) from public;

create or replace function queue.take_units(worker uuid, lease uuid, places integer[], follows jsonb[], unsaid integer[]) returns integer[]
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  at_time constant timestamptz := clock_timestamp();
  held queue.job_leases;
  -- A copy: to take an element out of a stored array reads all of it, out of a variable that one.
  jobs queue.leased_job[];
  wanted queue.wanted_limit[];
  granted queue.wanted_limit[];
  denied queue.wanted_limit[];
  fresh queue.wanted_limit[];
  taken queue.wanted_limit[] := '{}';
  refused queue.wanted_limit[] := '{}';
  refused_places integer[] := '{}';
  most_limits integer;
begin
  select * into held from queue.job_leases l where l.id = lease and l.worker_id = worker and l.finished is null for no key update;
  if not found then
    return places;
  end if;
  jobs := held.items;
  -- One for each limit of each job, those of a job numbered in one order.
  select array_agg(w::queue.wanted_limit), max(w.number) into wanted, most_limits from (
    select g.place, row_number() over (partition by g.place order by f.name, f.key)::integer as number, (jobs[g.place]).tenant_id, (jobs[g.place]).id,
           f.limit_tenant_id, f.name, f.key, f.kind, f.most, f.per, f.zone, f.per_ms
      from unnest(places, follows) g(place, follow) cross join lateral queue.limits_in((jobs[g.place]).tenant_id, g.follow) f
     where (jobs[g.place]).id is not null) w;
  if wanted is null then
    return '{}';
  end if;
  -- Enqueued from SQL, or by a program that said its limits otherwise: whoever ends the job has to know what it holds.
  if unsaid <> '{}' then
    update queue.jobs j set follow = coalesce(j.follow, '{}') || jsonb_build_object('limits', g.follow -> 'limits')
      from unnest(places, follows) g(place, follow)
     where g.place = any (unsaid) and j.tenant_id = (jobs[g.place]).tenant_id and j.id = (jobs[g.place]).id;
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
comment on function queue.take_units(uuid, uuid, integer[], jsonb[], integer[]) is
  'Takes what jobs of a lease need of their limits, all of it or nothing, in the order of the places. Jobs that a limit refuses leave the lease '
  'for job_parked, or have ended where somebody cancelled them; gives their places. unsaid: places of jobs whose record does not name the limits yet.';
revoke execute on function queue.take_units(uuid, uuid, integer[], jsonb[], integer[]) from public;
