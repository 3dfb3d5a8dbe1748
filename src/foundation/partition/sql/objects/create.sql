-- A partition is made beside its table, complete, and attached last: readers and writers of the table are not in the way of
-- that and do not notice it. (`create table … partition of` on a table in use would wait for every reader, and everybody behind it.)

create or replace function partition.seal(part regclass, parent regclass) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  one record;
begin
  for one in
    select distinct a.grantee from pg_class c cross join lateral aclexplode(c.relacl) a where c.oid = part and a.grantee <> c.relowner
  loop
    execute format('revoke all on table %s from %s', part, case one.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(one.grantee)) end);
  end loop;
  execute format('alter table %s owner to %I', part, (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = parent));
  execute format('alter table %s enable row level security, force row level security', part);
end
$$;
comment on function partition.seal(regclass, regclass) is
  'Makes a table unreachable but through another one, whose owner it gets: row security forced without a policy, no privilege for anybody, default privileges included.';

create or replace function partition.take_after(part regclass, example regclass) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  options text[] := (select c.reloptions from pg_class c where c.oid = example);
  one record;
begin
  if options is not null then
    execute format('alter table %s set (%s)', part, array_to_string(options, ', '));
  end if;
  for one in
    select a.attname, a.attstattarget as target, a.attoptions as options from pg_attribute a
     where a.attrelid = example and a.attnum > 0 and not a.attisdropped and (a.attstattarget is not null or a.attoptions is not null)
  loop
    if one.target is not null then
      execute format('alter table %s alter column %I set statistics %s', part, one.attname, one.target);
    end if;
    if one.options is not null then
      execute format('alter table %s alter column %I set (%s)', part, one.attname, array_to_string(one.options, ', '));
    end if;
  end loop;
end
$$;
comment on function partition.take_after(regclass, regclass) is
  'Gives a table what a partitioned one cannot carry itself, storage options and statistics targets, as another partition has it; nothing where there is none.';

create or replace function partition.enclose(part regclass, parent regclass) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  identity constant "char" := (select c.relreplident from pg_class c where c.oid = parent);
begin
  perform partition.seal(part, parent);
  if identity in ('f', 'n') then
    execute format('alter table %s replica identity %s', part, case identity when 'f' then 'full' else 'nothing' end);
  end if;
end
$$;
comment on function partition.enclose(regclass, regclass) is
  'Makes a table that is or will be a partition unreachable but through its parent, with the replica identity of that.';

create or replace function partition.dress(part regclass, parent regclass) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform partition.enclose(part, parent);
  perform partition.take_after(part, (
    select c.oid from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = parent and c.relkind = (select k.relkind from pg_class k where k.oid = part) and c.oid <> part
     order by c.oid desc limit 1));
end
$$;
comment on function partition.dress(regclass, regclass) is
  'Makes a table that is or will be a partition unreachable but through its parent, and otherwise like its siblings: storage options and '
  'statistics targets are those of the newest one.';

create or replace function partition.dress_below(part regclass, parent regclass, branch regclass) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform partition.enclose(part, parent);
  -- Its siblings are as new as itself: it is like the one of the same values, or remainder, in the newest range beside its own.
  perform partition.take_after(part, (
    select c.oid from pg_inherits r join pg_inherits l on l.inhparent = r.inhrelid join pg_class c on c.oid = l.inhrelid join pg_class k on k.oid = part
     where r.inhparent = branch
     order by pg_get_expr(c.relpartbound, c.oid) = pg_get_expr(k.relpartbound, k.oid) desc, c.oid desc limit 1));
end
$$;
comment on function partition.dress_below(regclass, regclass, regclass) is 'The same for a partition of the second level.';

create or replace function partition.list_clause(set_id uuid, group_name text) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select case when g.is_catch_all then 'default'
      else format('for values in (%s)', (select string_agg(quote_literal(v), ', ') from unnest(g.list_values) v)) end
    from partition.groups g where g.set_id = list_clause.set_id and g.name = group_name
$$;
comment on function partition.list_clause(uuid, text) is 'The bound of a group, as CREATE TABLE and ATTACH want it.';

create or replace function partition.build(set_id uuid, branch regclass, base text, suffix text) returns regclass
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  s partition.sets;
  place name;
  made regclass;
  leaf text;
  one record;
begin
  select * into strict s from partition.sets where id = set_id;
  select n.nspname into strict place from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = branch;
  -- Indexes, keys and row triggers come with ATTACH: on an empty table it costs the same and names cannot differ.
  execute format('create table %I.%I (like %s including all excluding identity excluding indexes) %s', place,
    partition.name_of(base, suffix), branch,
    case when s.sub_strategy in ('list', 'hash') then format('partition by %s (%I)', s.sub_strategy, s.sub_key) end);
  made := to_regclass(format('%I.%I', place, partition.name_of(base, suffix)));
  perform partition.dress(made, branch);
  if s.sub_strategy = 'list' then
    for one in select g.name, partition.list_clause(s.id, g.name) as clause from partition.groups g where g.set_id = s.id order by g.name loop
      leaf := format('%I.%I', place, partition.name_of(base || '_' || one.name, suffix));
      execute format('create table %s partition of %s %s', leaf, made, one.clause);
      perform partition.dress_below(to_regclass(leaf), made, branch);
    end loop;
  elsif s.sub_strategy = 'hash' then
    for remainder in 0 .. (s.declaration -> 'below' ->> 'modulus')::integer - 1 loop
      leaf := format('%I.%I', place, partition.name_of(base || '_h' || remainder, suffix));
      execute format('create table %s partition of %s for values with (modulus %s, remainder %s)', leaf, made,
        s.declaration -> 'below' ->> 'modulus', remainder);
      perform partition.dress_below(to_regclass(leaf), made, branch);
    end loop;
  end if;
  return made;
end
$$;
comment on function partition.build(uuid, regclass, text, text) is
  'Makes a partition beside its table, with its second level where there is one. Locks nothing that others want.';

create or replace function partition.key_type(branch regclass) returns regtype
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select a.atttypid::regtype from pg_partitioned_table p join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
   where p.partrelid = branch
$$;
comment on function partition.key_type(regclass) is 'Type of the column a table is cut by.';

create or replace function partition.range_clause(branch regclass, strategy text, span int8range) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select format('for values from (%s) to (%s)',
    coalesce(quote_literal(partition.literal_of(strategy, partition.key_type(branch), lower(span))), 'minvalue'),
    coalesce(quote_literal(partition.literal_of(strategy, partition.key_type(branch), upper(span))), 'maxvalue'))
$$;
comment on function partition.range_clause(regclass, text, int8range) is 'The bound of a range, as ATTACH wants it; an unbounded end is MINVALUE or MAXVALUE.';

create or replace function partition.cut_open_end(branch regclass, strategy text, key_column text, span int8range, out open_end regclass, out rest text)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  open_span int8range;
  limit_literal text;
  has_rows boolean;
begin
  select r.part, r.span into open_end, open_span from partition.ranges_of(branch, strategy) r
    where not r.is_default and (lower_inf(r.span) or upper_inf(r.span)) and r.span && cut_open_end.span;
  if open_end is null then
    return;
  end if;
  rest := partition.range_clause(branch, strategy,
    case when upper_inf(open_span) then int8range(upper(span), null) else int8range(null, lower(span)) end);
  limit_literal := partition.literal_of(strategy, partition.key_type(branch),
    case when upper_inf(open_span) then upper(span) else lower(span) end);
  execute format('select exists (select from %s where %I %s %L)', open_end, key_column,
    case when upper_inf(open_span) then '<' else '>=' end, limit_literal) into has_rows;
  if has_rows then
    raise exception 'rows for % lie in %', partition.range_clause(branch, strategy, span), open_end using errcode = 'PN003',
      hint = format('Move them into partitions of their own with: plinth partition drain %s', branch);
  end if;
  execute format('alter table %s detach partition %s', branch, open_end);
end
$$;
comment on function partition.cut_open_end(regclass, text, text, int8range) is
  'Detaches the open-ended partition that covers a range, to be attached again with what is left to it. Refused while it holds rows of the range.';

create or replace function partition.make(set_id uuid, branch regclass, group_name text, span int8range, waited_ms integer default 0) returns regclass
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  began constant timestamptz := clock_timestamp();
  b record;
  base name;
  place name;
  unit text;
  suffix text;
  made regclass;
  open_end regclass;
  rest text;
begin
  select * into strict b from partition.branches_of(set_id) r where r.branch = make.branch;
  select c.relname, n.nspname into strict base, place from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = branch;
  -- Only a range that another interval or another hand left over can meet a name that is taken.
  foreach unit in array array[b.unit, 'day', 'hour', '1'] loop
    suffix := partition.suffix_of(unit, lower(span));
    exit when to_regclass(format('%I.%I', place, partition.name_of(base, suffix))) is null;
  end loop;
  made := partition.build(set_id, branch, base, suffix);
  if (select s.guard = 'overflow' from partition.sets s where s.id = make.set_id) then
    select c.open_end, c.rest into open_end, rest from partition.cut_open_end(branch, b.strategy, b.key_column, span) c;
  end if;
  -- Of a partition with this range that has left; nobody has freed them yet.
  perform partition.free_claims(make.set_id, span, null);
  execute format('alter table %s attach partition %s %s', branch, made, partition.range_clause(branch, b.strategy, span));
  if open_end is not null then
    execute format('alter table %s attach partition %s %s', branch, open_end, rest);
  end if;
  -- One of this name was dropped by hand.
  update partition.parts set state = 'dropped', dropped = now() where table_name = made::text and state <> 'dropped';
  insert into partition.parts (set_id, table_name, lower_bound, upper_bound, group_name, state)
    values (make.set_id, made::text, partition.literal_of(b.strategy, partition.key_type(branch), lower(span)),
      partition.literal_of(b.strategy, partition.key_type(branch), upper(span)), make.group_name, 'attached');
  insert into partition.actions (set_id, table_name, action, lock_wait_ms, duration_ms)
    values (make.set_id, made::text, 'attach', waited_ms, extract(epoch from clock_timestamp() - began) * 1000);
  return made;
end
$$;
comment on function partition.make(uuid, regclass, text, int8range, integer) is
  'Makes and attaches one partition: SHARE UPDATE EXCLUSIVE on its table, ACCESS EXCLUSIVE for a moment when an open end has to be cut back.';

create or replace function partition.lock_set(set_id uuid) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select pg_advisory_xact_lock(hashtextextended('plinth partition ' || set_id, 0))
$$;
comment on function partition.lock_set(uuid) is 'One at a time changes the partitions of a set; ends with the transaction and obeys lock_timeout.';

create or replace function partition.ensure(target regclass, lower_value text, upper_value text, only_group text default null) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  s partition.sets;
  strategy text;
  wanted int8range;
  one record;
  made integer;
begin
  select * into s from partition.sets where to_regclass(table_name) = target;
  if s.id is null then
    raise exception '% is not managed', target using errcode = 'PN001', hint = 'Declare it first with partition.manage().';
  end if;
  strategy := case when s.strategy = 'list' then s.sub_strategy else s.strategy end;
  if s.strategy = 'hash' or strategy is null then
    raise exception '% is cut by %, which has no ranges', target, s.strategy using errcode = 'PN001', hint = 'All its partitions are there.';
  end if;
  -- A range of keys of uuid v7 is asked for by their time.
  strategy := case strategy when 'uuid7' then 'time' else strategy end;
  wanted := int8range(partition.position_of(strategy, lower_value), partition.position_of(strategy, upper_value));
  if isempty(wanted) or lower_inf(wanted) or upper_inf(wanted) then
    raise exception 'from % to % is no range', lower_value, upper_value using errcode = 'PN001';
  end if;
  perform partition.lock_set(s.id);
  select count(*) into made from partition.missing(s.table_name, wanted, 1001) m where only_group is null or m.group_name = only_group;
  if made > 1000 then
    raise exception 'from % to % is more than 1000 partitions of %', lower_value, upper_value, target using errcode = 'PN001',
      hint = 'Ask for parts of the range, or declare a wider interval.';
  end if;
  for one in select * from partition.missing(s.table_name, wanted) m where only_group is null or m.group_name = only_group loop
    perform partition.make(one.set_id, one.branch, one.group_name, one.span);
  end loop;
  return made;
end
$$;
comment on function partition.ensure(regclass, text, text, text) is
  'Makes what is missing between two values, in this transaction, and returns how many: for imports and past data. Times without offset are UTC.';
