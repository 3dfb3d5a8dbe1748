-- Behind the retention line. What has to happen outside a transaction (DETACH CONCURRENTLY) is done by a session of Plinth;
-- everything before and after it is here.

create or replace function partition.due(only_set text default null)
returns table (set_id uuid, part_id uuid, branch regclass, part regclass, group_name text, overdue_since timestamptz)
language sql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  -- By count the current partition is the first that is kept.
  select s.id, p.id, b.branch, r.part, b.group_name,
      case when b.keep !~ '^[0-9]+$' then partition.instant_of(upper(r.span)) + b.keep::interval end
    from partition.sets s cross join lateral partition.branches_of(s.id) b
      cross join lateral (select partition.now_of(b.branch, b.strategy, b.key_column) as place) n
      cross join lateral (
        select x.*, count(*) over (order by upper(x.span) desc) as rank from partition.ranges_of(b.branch, b.strategy) x
         where not (x.is_default or x.is_pending or lower_inf(x.span) or upper_inf(x.span)) and lower(x.span) <= n.place) r
      left join partition.parts p on p.table_name = r.part::text and p.state = 'attached'
   where b.keep is not null and (only_set is null or s.table_name = only_set) and not s.is_paused
     and case when b.keep ~ '^[0-9]+$' then r.rank > b.keep::bigint
           else partition.instant_of(upper(r.span)) + b.keep::interval <= now() end
   order by s.table_name, upper(r.span)
$$;
comment on function partition.due(text) is
  'Partitions behind the retention line of their set or group, oldest first, with the time since when; null by count. '
  'part_id is null for a partition that was made by hand and not seen by upkeep yet.';

create or replace function partition.referenced_by(target regclass, part regclass) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  one record;
  is_referenced boolean;
begin
  for one in
    select c.conname, c.conrelid::regclass as referencing,
        (select string_agg(format('p.%I = r.%I', f.attname, l.attname), ' and ')
           from unnest(c.confkey, c.conkey) u(foreign_number, local_number)
             join pg_attribute f on f.attrelid = c.confrelid and f.attnum = u.foreign_number
             join pg_attribute l on l.attrelid = c.conrelid and l.attnum = u.local_number) as matches
      from pg_constraint c where c.contype = 'f' and c.confrelid = target and c.conparentid = 0
  loop
    execute format('select exists (select from %s r where exists (select from %s p where %s))', one.referencing, part, one.matches) into is_referenced;
    if is_referenced then
      return format('rows of it are referenced by %s of %s', one.conname, one.referencing);
    end if;
  end loop;
  return null;
end
$$;
comment on function partition.referenced_by(regclass, regclass) is 'The foreign key that points at rows of a partition, in words; null when none does.';

create or replace function partition.gate_of(set_id uuid, part regclass, overdue_since timestamptz) returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  s partition.sets;
  p partition.parts;
  release jsonb;
  is_held boolean;
  reason text;
  reference text;
begin
  select * into strict s from partition.sets where id = set_id;
  release := s.declaration -> 'release';
  begin
    if release ? 'unless' then
      execute format('select exists (select from %s where %s)', part, release ->> 'unless') into is_held;
      reason := case when is_held then format('rows with %s', release ->> 'unless') end;
    end if;
    if reason is null and release ? 'heldBy' then
      select * into strict p from partition.parts x where x.table_name = part::text and x.state = 'attached';
      execute format('select %s(%L, %L)', (release ->> 'heldBy')::regproc, p.lower_bound, p.upper_bound) into reason;
    end if;
    reference := partition.referenced_by(to_regclass(s.table_name), part);
  exception when others then
    return format('cannot be evaluated: %s (%s)', sqlerrm, sqlstate);
  end;
  if reference is not null then
    return reference;
  elsif reason is not null and coalesce(overdue_since + (release ->> 'atLatest')::interval <= now(), false) then
    return case release ->> 'otherwise' when 'force' then null when 'carry' then 'carry' else format('overdue: %s', reason) end;
  end if;
  return reason;
end
$$;
comment on function partition.gate_of(uuid, regclass, timestamptz) is
  'What keeps a partition past its line, in words; null when nothing does, carry when its leftovers have to be carried first. A gate that cannot be evaluated keeps it.';

create or replace function partition.carry(part_id uuid, batch integer) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  s partition.sets;
  p partition.parts;
  key_column text;
  columns text;
  new_values text;
  moved integer;
begin
  select * into strict p from partition.parts where id = part_id;
  select * into strict s from partition.sets where id = p.set_id;
  select b.key_column into strict key_column from partition.branches_of(s.id) b limit 1;
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
      string_agg(case a.attname when key_column then 'now()' when s.declaration -> 'release' ->> 'original'
        then format('coalesce(%I, %I)', a.attname, key_column) else quote_ident(a.attname) end, ', ' order by a.attnum)
    into columns, new_values
    from pg_attribute a where a.attrelid = to_regclass(s.table_name) and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
  execute format(
    'with gone as (delete from %1$s where (tableoid, ctid) in (select tableoid, ctid from %1$s where %2$s limit %3$s) returning *)
     insert into %4$s (%5$s) overriding system value select %6$s from gone',
    p.table_name, s.declaration -> 'release' ->> 'unless', batch, s.table_name, columns, new_values);
  get diagnostics moved = row_count;
  if moved > 0 then
    insert into partition.actions (set_id, table_name, action, duration_ms)
      values (s.id, p.table_name, 'carry', extract(epoch from clock_timestamp() - now()) * 1000);
  end if;
  return moved;
end
$$;
comment on function partition.carry(uuid, integer) is
  'Moves leftovers of a partition to the current one, their own time kept in the column that was declared. Returns how many; 0 when none are left.';

create or replace function partition.see_parts() returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into partition.parts (set_id, table_name, lower_bound, upper_bound, group_name, state)
    select s.id, r.part::text, partition.literal_of(b.strategy, partition.key_type(b.branch), lower(r.span)),
        partition.literal_of(b.strategy, partition.key_type(b.branch), upper(r.span)), b.group_name, 'attached'
      from partition.sets s cross join lateral partition.branches_of(s.id) b cross join lateral partition.ranges_of(b.branch, b.strategy) r
     where b.branch is not null and not r.is_pending
       and not exists (select from partition.parts p where p.table_name = r.part::text and p.state <> 'dropped')
    on conflict do nothing
$$;
comment on function partition.see_parts() is 'Takes partitions into the history that others made.';

create or replace function partition.begin_detach(part_id uuid) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  update partition.parts set state = 'detach_pending', blocked_by = null where id = part_id and state = 'attached'
$$;
comment on function partition.begin_detach(uuid) is 'Records the intention, so that whoever finds it half done knows what to finish.';

create or replace function partition.settle_detach(part_id uuid, waited_ms integer, took_ms integer) returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  p partition.parts;
  part regclass;
  one record;
  moved_name name;
begin
  select * into strict p from partition.parts where id = part_id for update;
  part := to_regclass(p.table_name);
  if p.state <> 'detach_pending' then
    return p.table_name;
  elsif part is null then
    update partition.parts set state = 'dropped', dropped = now() where id = part_id;
    return p.table_name;
  elsif exists (select from pg_inherits where inhrelid = part) then
    -- Nothing has happened yet: whether it may go is asked again.
    update partition.parts set state = 'attached' where id = part_id;
    return p.table_name;
  end if;
  update partition.parts set state = 'detached', detached = now(),
      row_count = (select sum(greatest(c.reltuples, 0)) from partition.tree_of(part) t join pg_class c on c.oid = t),
      size_bytes = (select sum(pg_total_relation_size(t)) from partition.tree_of(part) t)
    where id = part_id;
  for one in select t as relid, c.relname from partition.tree_of(part) t join pg_class c on c.oid = t loop
    moved_name := one.relname;
    if to_regclass(format('partition_detached.%I', moved_name)) is not null then
      moved_name := partition.name_of(one.relname, right(replace(part_id::text, '-', ''), 8));
      execute format('alter table %s rename to %I', one.relid::regclass, moved_name);
    end if;
    execute format('alter table %s set schema partition_detached', one.relid::regclass);
  end loop;
  update partition.parts set table_name = part::text where id = part_id;
  insert into partition.actions (set_id, table_name, action, lock_wait_ms, duration_ms) values (p.set_id, part::text, 'detach', waited_ms, took_ms);
  return part::text;
end
$$;
comment on function partition.settle_detach(uuid, integer, integer) is
  'After a detach, or after one that was interrupted: takes the partition to partition_detached if it has left its table, else back to attached. Returns its name.';

create or replace function partition.reattach(part_id uuid) returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  began constant timestamptz := clock_timestamp();
  p partition.parts;
  s partition.sets;
  b record;
  place name;
  one record;
  part regclass;
begin
  select * into strict p from partition.parts where id = part_id for update;
  select * into strict s from partition.sets where id = p.set_id;
  part := to_regclass(p.table_name);
  if p.state not in ('detached', 'archived') or part is null then
    raise exception '% is %', p.table_name, p.state using errcode = 'PN001', hint = 'Only what was detached and not dropped can be attached again.';
  end if;
  perform partition.lock_set(s.id);
  select * into b from partition.branches_of(s.id) r where r.group_name is not distinct from p.group_name;
  if b.branch is null or p.lower_bound is null then
    raise exception '% has no place in %', p.table_name, s.table_name using errcode = 'PN001', hint = 'Its table or group is gone.';
  end if;
  select n.nspname into strict place from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = b.branch;
  for one in select t as relid, c.relname from partition.tree_of(part) t join pg_class c on c.oid = t loop
    if to_regclass(format('%I.%I', place, one.relname)) is not null then
      raise exception '% is there already', format('%I.%I', place, one.relname) using errcode = 'PN001',
        hint = 'The range was made again; drop or rename that partition first.';
    end if;
    execute format('alter table %s set schema %I', one.relid::regclass, place);
    perform partition.dress(one.relid, b.branch);
  end loop;
  perform partition.free_claims(s.id, int8range(partition.position_of(b.strategy, p.lower_bound), partition.position_of(b.strategy, p.upper_bound)), null);
  perform partition.fill_claims(b.branch, c.columns, b.key_column, part) from partition.claims_in(s.declaration) c;
  execute format('alter table %s attach partition %s for values from (%L) to (%L)', b.branch, part, p.lower_bound, p.upper_bound);
  -- Its bound, which detach left as a constraint so that this needed no look at the rows; from now on it is one check too many.
  for one in select conname from pg_constraint where conrelid = part and contype = 'c' and coninhcount = 0
      and pg_get_constraintdef(oid) = format('CHECK (%s)', pg_get_partition_constraintdef(part)) loop
    execute format('alter table %s drop constraint %I', part, one.conname);
  end loop;
  update partition.parts set state = 'attached', detached = null, table_name = part::text where id = part_id;
  insert into partition.actions (set_id, table_name, action, duration_ms)
    values (s.id, part::text, 'reattach', extract(epoch from clock_timestamp() - began) * 1000);
  return part::text;
end
$$;
comment on function partition.reattach(uuid) is 'Undoes a detach within the days of grace. Its rows are visible again with the commit.';

create or replace function partition.drop_part(part_id uuid, waited_ms integer) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  began constant timestamptz := clock_timestamp();
  p partition.parts;
begin
  select * into strict p from partition.parts where id = part_id for update;
  if p.state not in ('detached', 'archived') then
    raise exception '% is %', p.table_name, p.state using errcode = 'PN001', hint = 'Only what was detached is dropped.';
  end if;
  execute format('drop table if exists %s', p.table_name);
  update partition.parts set state = 'dropped', dropped = now() where id = part_id;
  insert into partition.actions (set_id, table_name, action, lock_wait_ms, duration_ms)
    values (p.set_id, p.table_name, 'drop', waited_ms, extract(epoch from clock_timestamp() - began) * 1000);
end
$$;
comment on function partition.drop_part(uuid, integer) is 'Drops a detached partition and records it. A table it references by a key is locked for a moment.';
