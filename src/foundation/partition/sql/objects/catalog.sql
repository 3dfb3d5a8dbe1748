-- What is there, from the catalog: whoever made a partition, its bounds are what the server says they are.

create or replace function partition.ranges_of(branch regclass, strategy text)
returns table (part regclass, span int8range, is_default boolean, is_pending boolean)
language sql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
  select i.inhrelid::regclass,
    int8range(
      case when b.bound[1] <> 'MINVALUE' then partition.position_in_utc(strategy, trim(b.bound[1], '''')) end,
      case when b.bound[2] <> 'MAXVALUE' then partition.position_in_utc(strategy, trim(b.bound[2], '''')) end),
    b.bound is null, i.inhdetachpending
  from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    cross join lateral (select regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \((.+)\) TO \((.+)\)$') as bound offset 0) b
  where i.inhparent = branch
$$;
comment on function partition.ranges_of(regclass, text) is
  'Partitions of a table cut by ranges of one column. A span is unbounded where the bound is; a DEFAULT partition has an empty bound.';

create or replace function partition.tree_of(part regclass) returns setof regclass
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select part where part is not null
  union all select t.relid from pg_partition_tree(part) t where t.relid <> part
$$;
comment on function partition.tree_of(regclass) is 'A table and everything below it; itself where it is not, or not any more, part of a tree.';

create or replace function partition.branches_of(set_id uuid)
returns table (branch regclass, group_name text, strategy text, key_column text, unit text, ahead integer, keep text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select to_regclass(s.table_name), null, s.strategy, s.key_column, s.interval_unit, s.ahead_count, s.keep
    from partition.sets s where s.id = set_id and s.strategy in ('time', 'uuid7', 'id')
  union all
  select to_regclass(format('%I.%I', n.nspname, partition.name_of(c.relname, g.name))), g.name, s.sub_strategy, s.sub_key,
      coalesce(o.options ->> 'every', s.interval_unit), coalesce((o.options ->> 'ahead')::integer, partition.ahead_default(o.options ->> 'every'), s.ahead_count),
      case when o.options ? 'keep' then o.options ->> 'keep' else s.keep end
    from partition.sets s join partition.groups g on g.set_id = s.id
      join pg_class c on c.oid = to_regclass(s.table_name) join pg_namespace n on n.oid = c.relnamespace
      cross join lateral (select s.declaration -> 'groups' -> g.name as options) o
    where s.id = branches_of.set_id and s.strategy = 'list' and s.sub_strategy = 'time'
$$;
comment on function partition.branches_of(uuid) is
  'The tables of a set that are cut by ranges: itself, or one per group with interval, horizon and retention of its own. None for list and hash.';

create or replace function partition.coverage_of(branch regclass, strategy text) returns int8multirange
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(range_agg(r.span) filter (where not (r.is_default or lower_inf(r.span) or upper_inf(r.span))), '{}')
    from partition.ranges_of(branch, strategy) r
$$;
comment on function partition.coverage_of(regclass, text) is 'What its real partitions cover; open ends and a DEFAULT do not count.';

create or replace function partition.now_of(branch regclass, strategy text, key_column text) returns int8
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  place int8;
begin
  if strategy <> 'id' then
    return (extract(epoch from now()) * 1000000)::int8;
  end if;
  execute format('select coalesce(max(%I), 0) from %s', key_column, branch) into place;
  return place;
end
$$;
comment on function partition.now_of(regclass, text, text) is
  'Where a branch stands: the database''s clock (the start of the transaction), or the greatest key.';

create or replace function partition.covered_until(target regclass) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select partition.literal_of(case b.strategy when 'uuid7' then 'time' else b.strategy end, 'timestamptz'::regtype, min(u.upper_end))
  from partition.sets s cross join lateral partition.branches_of(s.id) b
    cross join lateral (
      select upper(r) as upper_end from unnest(partition.coverage_of(b.branch, b.strategy)) r
       where r @> partition.now_of(b.branch, b.strategy, b.key_column)
      union all select partition.now_of(b.branch, b.strategy, b.key_column)
      order by 1 desc limit 1) u
  where to_regclass(s.table_name) = target
  group by b.strategy
$$;
comment on function partition.covered_until(regclass) is
  'End of the ranges that follow one another without a gap from now on, the least of all groups; now, where nothing covers it. Null for list and hash.';

create or replace function partition.part_of(target regclass, value anyelement) returns regclass
language sql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select r.part
  from partition.sets s cross join lateral partition.branches_of(s.id) b cross join lateral partition.ranges_of(b.branch, b.strategy) r
  where to_regclass(s.table_name) = target and b.group_name is null
    and r.span @> partition.position_of(b.strategy, value::text)
$$;
comment on function partition.part_of(regclass, anyelement) is
  'The partition that takes this key value; null when none does. For tables that are cut by time, uuid v7 or id on their first level.';

create or replace function partition.missing(only_set text default null, wanted int8range default null, at_most integer default 1000)
returns table (set_id uuid, branch regclass, group_name text, span int8range)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  one record;
  covered int8multirange;
  reach int8range;
  gap int8range;
  following int8;
  found_count integer := 0;
begin
  for one in
    select s.id, s.guard, b.* from partition.sets s cross join lateral partition.branches_of(s.id) b
     where b.branch is not null and (s.table_name = only_set or (only_set is null and not s.is_paused))
  loop
    covered := partition.coverage_of(one.branch, one.strategy);
    if wanted is null then
      reach := partition.horizon_of(one.unit, partition.now_of(one.branch, one.strategy, one.key_column), one.ahead);
    else
      reach := int8range(partition.floor_of(one.unit, lower(wanted)), partition.next_of(one.unit, upper(wanted) - 1));
    end if;
    -- An open end is cut back from its inner side only, so that what lies between has to be made with it.
    if one.guard = 'overflow' and covered <> '{}' then
      reach := range_merge(reach, range_merge(covered));
    end if;
    for gap in select unnest(int8multirange(reach) - covered) loop
      while not isempty(gap) loop
        if found_count >= at_most then
          return;
        end if;
        found_count := found_count + 1;
        following := least(upper(gap), partition.next_of(one.unit, lower(gap)));
        return query select one.id, one.branch, one.group_name, int8range(lower(gap), following);
        gap := int8range(following, upper(gap));
      end loop;
    end loop;
  end loop;
end
$$;
comment on function partition.missing(text, int8range, integer) is
  'The ranges that have to be made: from now to the horizon, or of the range that is wanted. What others made or another interval left is kept as it is.';

create or replace function partition.horizon_of(unit text, place int8, ahead integer) returns int8range
language plpgsql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  following int8 := place;
begin
  for step in 0 .. ahead loop
    following := partition.next_of(unit, following);
  end loop;
  return int8range(partition.floor_of(unit, place), following);
end
$$;
comment on function partition.horizon_of(text, int8, integer) is 'The interval that holds a place and so many after it.';
