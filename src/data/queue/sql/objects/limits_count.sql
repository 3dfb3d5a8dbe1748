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

create or replace function queue.window_end(per text, at_time timestamptz, zone text) returns timestamptz
language sql stable parallel safe
return date_add(date_trunc(per, at_time, zone), ('1 ' || per)::interval, zone);
comment on function queue.window_end(text, timestamptz, text) is 'When the minute, hour or day of a zone ends.';

-- A window that has ended is begun anew; one whose end lies ahead is kept, whatever the clock did since.
create or replace function queue.begin_window(l queue.job_limits, at_time timestamptz) returns queue.job_limits
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if l.kind = 'window' and l.window_ends <= at_time then
    l.used := 0;
    l.window_started := at_time;
    l.window_ends := queue.window_end(l.per, at_time, l.zone);
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
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  update queue.job_limits l set used = s.used, window_started = s.window_started, window_ends = s.window_ends
    from (
      select x.ctid as tid, n.*
        from (select w.limit_tenant_id, w.name, w.key, count(*)::integer * units as units from unnest(spent) w group by 1, 2, 3) g
          cross join lateral (
            select o.ctid, o as counted from queue.job_limits o where o.tenant_id = g.limit_tenant_id and o.name = g.name and o.key = g.key limit 1) x
          cross join lateral queue.spend(x.counted, g.units, at_time) n) s
   where l.ctid = s.tid
$$;
comment on function queue.spend_units(queue.wanted_limit[], integer, timestamptz) is
  'Takes so many units for each of these, or gives them back where it is less than none. The caller has locked the limits.';
revoke execute on function queue.spend_units(queue.wanted_limit[], integer, timestamptz) from public;

-- One statement for limits of any number: a statement that changes one row has its checks compiled anew, which costs more than the change.
create or replace function queue.take_at_once(
  tenants uuid[], names text[], keys text[], mosts integer[], pers text[], zones text[], per_mss bigint[], units integer[], at_time timestamptz)
returns integer[]
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
as $$
declare
  others integer[];
begin
  -- In one order, so that those who take several wait for each other and never in a circle; also those that give none are locked.
  with asked as materialized (
    select g.*, case when g.per is not null then 'window' when g.per_ms is not null then 'bucket' else 'concurrency' end as kind,
           g.per_ms is null and g.units <= g.most as may_fit
      from unnest(tenants, names, keys, mosts, pers, zones, per_mss, units) with ordinality g(tenant_id, name, key, most, per, zone, per_ms, units, number)
  ), locked as (
    insert into queue.job_limits as l (tenant_id, name, key, kind, most, per, zone, per_ms, used, window_started, window_ends)
    select a.tenant_id, a.name, a.key, a.kind, a.most, a.per, a.zone, a.per_ms, case when a.may_fit then a.units else 0 end,
           case when a.kind <> 'concurrency' then at_time end,
           case a.kind when 'window' then queue.window_end(a.per, at_time, a.zone) when 'bucket' then at_time end
      from asked a order by 1, 2, 3
        on conflict (tenant_id, name, key) do update set used = l.used + excluded.used
     where excluded.used > 0 and l.kind = excluded.kind and l.most = excluded.most
       and (l.kind = 'concurrency' or l.per = excluded.per and l.zone = excluded.zone and l.window_ends > at_time)
       and l.used + excluded.used <= l.most and l.parked = 0 and not l.has_holds
    returning l.tenant_id, l.name, l.key
  )
  select array_agg(a.number::integer) into others
    from asked a left join locked l using (tenant_id, name, key)
   where l.tenant_id is null or not a.may_fit;
  return others;
end
$$;
comment on function queue.take_at_once(uuid[], text[], text[], integer[], text[], text[], bigint[], integer[], timestamptz) is
  'Locks limits and takes units of those that have all of what is asked and nobody who waits or brings a unit along. Gives the positions of the others; '
  'null: none. Buckets are always among these.';
revoke execute on function queue.take_at_once(uuid[], text[], text[], integer[], text[], text[], bigint[], integer[], timestamptz) from public;
