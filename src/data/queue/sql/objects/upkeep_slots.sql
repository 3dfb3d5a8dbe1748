create or replace function queue.horizon_holder() returns table (kind text, name text, age integer, held_ms float8)
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select h.kind, h.name, pg_catalog.age(h.horizon), extract(epoch from clock_timestamp() - h.since) * 1000
    from (
      select case when a.backend_type = 'walsender' then 'standby' else 'transaction' end as kind,
             format('%s (pid %s, %s)', coalesce(nullif(a.application_name, ''), a.usename), a.pid, coalesce(a.state, 'at work')) as name,
             a.backend_xmin as horizon, coalesce(a.xact_start, a.backend_start) as since
        from pg_stat_activity a
       where a.backend_xmin is not null and a.pid <> pg_backend_pid()
         and (a.datname = current_database() or a.backend_type = 'walsender')
      union all
      select 'replication slot', s.slot_name, s.xmin, s.inactive_since from pg_replication_slots s where s.xmin is not null
      union all
      select 'prepared transaction', p.gid, p.transaction, p.prepared from pg_prepared_xacts p where p.database = current_database()
    ) h
   order by 3 desc, 4 desc nulls last
   limit 1
$$;
comment on function queue.horizon_holder() is
  'What keeps vacuum in this database from removing dead rows longest: an open transaction, a standby, a replication slot or a prepared '
  'transaction, how many transactions old, and since when. No row where nothing does.';
revoke execute on function queue.horizon_holder() from public;

create or replace function queue.rotate(from_slot smallint, to_slot smallint, held_by text) returns boolean
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  with moved as (
    update queue.ready_slots s set slot = to_slot, rotated = clock_timestamp(), held_by = rotate.held_by where s.slot = from_slot returning 1
  )
  select exists (select from moved)
$$;
comment on function queue.rotate(smallint, smallint, text) is
  'Lets new rows of job_ready go to another slot; false when they no longer go to the one that was said. What is still in that one, or comes late, '
  'is claimed from there.';
revoke execute on function queue.rotate(smallint, smallint, text) from public;

create or replace function queue.empty_slot(of_slot smallint) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
as $$
declare
  part constant regclass := format('queue.job_ready_%s', of_slot)::regclass;
  is_used boolean;
begin
  if exists (select from queue.ready_slots s where s.slot = of_slot) or pg_relation_size(part) = 0 then
    return false;
  end if;
  execute format('select exists (select from %s)', part) into is_used;
  if is_used then
    return false;
  end if;
  execute format('lock table %s in access exclusive mode', part);
  -- Somebody who had read the slot before it changed may have come in between.
  execute format('select exists (select from %s)', part) into is_used;
  if is_used then
    return false;
  end if;
  execute format('truncate %s', part);
  return true;
exception when lock_not_available then
  return false;
end
$$;
comment on function queue.empty_slot(smallint) is
  'Truncates a slot of job_ready that takes no new rows and has none left; false when it has some, or is in use for longer than 200 ms.';
revoke execute on function queue.empty_slot(smallint) from public;
