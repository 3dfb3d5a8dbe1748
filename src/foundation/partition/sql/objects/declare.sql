-- A declaration is checked whole before anything is made. Every refusal carries SQLSTATE PN001 and the declaration that would do.

create or replace function partition.refuse(target regclass, problem text, remedy text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'partition.manage(%): %', target, problem using errcode = 'PN001', hint = remedy;
end
$$;
comment on function partition.refuse(regclass, text, text) is 'Raises the refusal of a declaration.';

create or replace function partition.check_level(target regclass, level jsonb, is_first boolean) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  units constant text[] := array['hour', 'day', 'week', 'month', 'quarter', 'year'];
  doubled text;
begin
  if coalesce(level ->> 'by', '') not in ('time', 'uuid7', 'id', 'list', 'hash') or level ->> 'key' is null then
    perform partition.refuse(target, format('%s says not how and by which column it is cut', level),
      'For example {"by": "time", "key": "created", "every": "month"}; by is time, uuid7, id, list or hash.');
  elsif level ->> 'by' in ('time', 'uuid7') and coalesce(level ->> 'every', '') <> all (units) then
    perform partition.refuse(target, format('the interval is %s', coalesce(level ->> 'every', 'missing')),
      format('"every" is one of %s.', array_to_string(units, ', ')));
  elsif level ->> 'by' = 'id' and coalesce(level ->> 'every', '') !~ '^[1-9][0-9]{0,17}$' then
    perform partition.refuse(target, 'ranges of a bigint key have no width', 'For example "every": 10000000.');
  elsif level ->> 'by' = 'hash' and coalesce(level ->> 'modulus', '') !~ '^([2-9]|[1-9][0-9]{1,2}|1000)$' then
    perform partition.refuse(target, 'a hash has no modulus', 'For example "modulus": 8; from 2 to 1000, and it cannot be changed later.');
  elsif level ->> 'by' = 'list' and coalesce(jsonb_typeof(level -> 'groups'), '') <> 'object' then
    perform partition.refuse(target, 'a list has no groups', 'For example "groups": {"mail": ["email"], "other": "default"}.');
  elsif not is_first and level ->> 'by' in ('uuid7', 'id') then
    perform partition.refuse(target, format('%s is no second level', level ->> 'by'), 'A second level is list or hash below a range, time below a list.');
  end if;
  if level ->> 'by' = 'list' then
    select v into doubled from partition.groups_in(level) g cross join unnest(g.list_values) v group by v having count(*) > 1 limit 1;
    if doubled is not null then
      perform partition.refuse(target, format('the value %s stands in two groups', quote_literal(doubled)), 'Leave it in one of them.');
    elsif (select count(*) from partition.groups_in(level) g where cardinality(g.list_values) = 0) > 1 then
      perform partition.refuse(target, 'two groups take all other values', 'Only one group may be "default".');
    elsif exists (select from partition.groups_in(level) g where g.name !~ '^[a-z][a-z0-9_]*$') then
      perform partition.refuse(target, 'a group has a name that is no part of a table name', 'Lower case letters, digits and underscores.');
    end if;
  end if;
end
$$;
comment on function partition.check_level(regclass, jsonb, boolean) is 'Refuses one level of a declaration that does not make sense by itself.';

create or replace function partition.groups_in(level jsonb) returns table (name text, list_values text[])
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  -- A group is its values, or an object with values and options of its own; "default" takes what no other does.
  select e.key, case when jsonb_typeof(v.listed) = 'array' then array(select jsonb_array_elements_text(v.listed)) else '{}' end
    from jsonb_each(level -> 'groups') e
      cross join lateral (select case jsonb_typeof(e.value) when 'object' then e.value -> 'values' else e.value end as listed) v
   where jsonb_typeof(level -> 'groups') = 'object'
$$;
comment on function partition.groups_in(jsonb) is 'Names and values of the groups of a list level.';

create or replace function partition.key_problems(target regclass, key_column text, strategy text) returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  with key as (
    select a.attnum, a.atttypid::regtype as type, a.attnotnull from pg_attribute a
     where a.attrelid = target and a.attname = key_column and a.attnum > 0 and not a.attisdropped)
  select format('there is no column %s', key_column) where not exists (select from key)
  union all
  select format('%s may be null; it has to be NOT NULL', key_column) from key where not attnotnull
  union all
  select format('%s is %s, which has no zone; it has to be timestamptz', key_column, type) from key
   where strategy = 'time' and type = 'timestamp'::regtype
  union all
  select format('%s is %s, but %s needs %s', key_column, type, strategy,
      case strategy when 'time' then 'timestamptz or date' when 'uuid7' then 'uuid' else 'bigint' end) from key
   where (strategy = 'time' and type not in ('timestamptz'::regtype, 'date'::regtype, 'timestamp'::regtype))
      or (strategy = 'uuid7' and type <> 'uuid'::regtype) or (strategy = 'id' and type not in ('int8'::regtype, 'int4'::regtype))
  union all
  select format('%s (%s) does not contain %s: cut by a uuid v7 that is in it ("by": "uuid7"), or drop it and keep that uniqueness in a table of claims beside it ("unique": [["…"]])',
      i.indexrelid::regclass, (select string_agg(a.attname, ', ' order by u.ordinality) from unnest(i.indkey) with ordinality u(attnum, ordinality)
        join pg_attribute a on a.attrelid = target and a.attnum = u.attnum), key_column)
    from pg_index i, key where i.indrelid = target and i.indisunique and key.attnum <> all (i.indkey)
$$;
comment on function partition.key_problems(regclass, text, text) is
  'What keeps a table from being cut by a column, each with its way out; nothing when it can be. Also for tables that are not cut yet.';

create or replace function partition.complete(target regclass, declaration jsonb) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  known constant text[] := array['by', 'key', 'every', 'modulus', 'groups', 'below', 'ahead', 'keep', 'archive', 'release', 'guard', 'movable', 'unique'];
  below jsonb := declaration -> 'below';
  unknown text;
  problem text;
  actual record;
begin
  select k into unknown from jsonb_object_keys(declaration || coalesce(below, '{}')) k where k <> all (known) limit 1;
  if unknown is not null then
    perform partition.refuse(target, format('%s is not understood', unknown), format('Known are %s.', array_to_string(known, ', ')));
  end if;
  perform partition.check_level(target, declaration, true);
  if below is not null then
    perform partition.check_level(target, below, false);
    if below ? 'below' then
      perform partition.refuse(target, 'a third level', 'Two are the most; put the third into the key of an index.');
    elsif (declaration ->> 'by' = 'list') <> (below ->> 'by' = 'time') or declaration ->> 'by' = 'hash' then
      perform partition.refuse(target, format('%s below %s', below ->> 'by', declaration ->> 'by'),
        'A second level is list or hash below a range, time below a list.');
    end if;
  end if;
  select p.partstrat, pg_get_partkeydef(c.oid) as key, a.attname into actual from pg_class c
      left join pg_partitioned_table p on p.partrelid = c.oid
      left join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0] and p.partnatts = 1
    where c.oid = target;
  if actual.attname is distinct from declaration ->> 'key'
    or actual.partstrat <> (case declaration ->> 'by' when 'list' then 'l' when 'hash' then 'h' else 'r' end) then
    select string_agg(p, '; ') into problem from partition.key_problems(target, declaration ->> 'key', declaration ->> 'by') p;
    perform partition.refuse(target, format('the table is %s', coalesce('partitioned by ' || actual.key, 'not partitioned')) || coalesce('; ' || problem, ''),
      format('Create it with "partition by %s (%I)", or convert it with: plinth partition convert %s',
        case declaration ->> 'by' when 'list' then 'list' when 'hash' then 'hash' else 'range' end, declaration ->> 'key', target));
  end if;
  select string_agg(p, '; ') into problem from (
    select partition.key_problems(target, declaration ->> 'key', declaration ->> 'by') as p
    union all select partition.key_problems(target, below ->> 'key', below ->> 'by') where below is not null) x;
  if problem is not null then
    perform partition.refuse(target, problem, 'Change the column or the key in the migration that creates the table.');
  end if;
  if coalesce(declaration ->> 'guard', 'refuse') not in ('refuse', 'overflow')
    or (declaration ->> 'guard' = 'overflow' and declaration ->> 'by' not in ('time', 'uuid7', 'id')) then
    perform partition.refuse(target, format('the guard is %s', declaration ->> 'guard'), '"guard" is refuse, or overflow where the first level is a range.');
  elsif not coalesce(declaration -> 'archive', '"none"') in ('"none"', '"table"', '"file"')
    and not coalesce(declaration -> 'archive' ->> 'tier', '') in ('oltp', 'content', 'queue', 'olap') then
    perform partition.refuse(target, format('archive is %s', declaration ->> 'archive'), '"archive" is none, table, file, or a tier: {"tier": "olap"}.');
  elsif coalesce(declaration ->> 'keep', '1') !~ '^[1-9][0-9]*$' and (declaration ->> 'keep')::interval <= interval '0' then
    perform partition.refuse(target, format('keep is %s', declaration ->> 'keep'), '"keep" is an interval such as "90 days", or a number of partitions.');
  elsif declaration ->> 'by' = 'id' and coalesce(declaration ->> 'keep', '1') !~ '^[1-9][0-9]*$' then
    perform partition.refuse(target, 'ranges of a bigint have no age', '"keep" is a number of partitions here.');
  end if;
  perform partition.check_release(target, declaration);
  perform partition.check_claims(target, declaration);
  return declaration || jsonb_build_object('guard', coalesce(declaration ->> 'guard', 'refuse'), 'archive', coalesce(declaration -> 'archive', '"none"'),
    'ahead', coalesce((declaration ->> 'ahead')::integer, partition.ahead_default(coalesce(below ->> 'every', declaration ->> 'every')), 0),
    'movable', coalesce((declaration ->> 'movable')::boolean, false));
end
$$;
comment on function partition.complete(regclass, jsonb) is
  'A declaration with its defaults, checked against itself and against the table. Changes nothing. Raises PN001 with what would do.';

create or replace function partition.check_release(target regclass, declaration jsonb) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  release constant jsonb := declaration -> 'release';
  is_time constant boolean := 'time' in (declaration ->> 'by', declaration -> 'below' ->> 'by');
  range_key constant text := case declaration ->> 'by' when 'list' then declaration -> 'below' ->> 'key' else declaration ->> 'key' end;
begin
  if release is null then
    return;
  elsif coalesce(release ->> 'unless', release ->> 'heldBy', '') = '' or coalesce(release ->> 'otherwise', 'alert') not in ('alert', 'carry', 'force') then
    perform partition.refuse(target, format('release is %s', release),
      'For example {"unless": "state <> ''done''", "atLatest": "30 days", "otherwise": "alert"}; otherwise is alert, carry or force.');
  elsif release ? 'heldBy' and not exists (
    select from pg_proc f join pg_attribute k on k.attrelid = target and k.attname = range_key
     where f.oid = to_regprocedure(format('%1$s(%2$s, %2$s)', release ->> 'heldBy', k.atttypid::regtype)) and f.prorettype = 'text'::regtype) then
    perform partition.refuse(target, format('%s is no function that could hold a partition', release ->> 'heldBy'),
      'It takes the bounds of the range, in the type of the key, and returns a text: what still needs the partition, or null.');
  elsif (release ? 'otherwise') <> (release ? 'atLatest') then
    perform partition.refuse(target, 'release says what happens but not when, or when but not what', '"atLatest" and "otherwise" go together.');
  end if;
  perform (release ->> 'atLatest')::interval;
  if release ->> 'otherwise' = 'carry' then
    if not is_time or not release ? 'unless' or exists (select from pg_constraint where confrelid = target and contype = 'f')
      or not exists (select from pg_attribute a join pg_attribute k on k.attrelid = a.attrelid and k.atttypid = a.atttypid
        where a.attrelid = target and a.attname = release ->> 'original'
          and k.attname = case declaration ->> 'by' when 'time' then declaration ->> 'key' else declaration -> 'below' ->> 'key' end) then
      perform partition.refuse(target, 'rows cannot be carried to another time',
        'It takes a key that is a time, a column of the same type named by "original" that keeps it, and no foreign key that points here.');
    end if;
  end if;
end
$$;
comment on function partition.check_release(regclass, jsonb) is 'Refuses a release that does not make sense.';

create or replace function partition.plan(target regclass, declaration jsonb) returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  wanted constant jsonb := partition.complete(target, declaration);
  s partition.sets;
  key text;
begin
  select * into s from partition.sets where to_regclass(table_name) = target;
  if s.id is null then
    return next format('looked after from now on: %s', wanted);
    return;
  end if;
  for key in select k from jsonb_object_keys(wanted || s.declaration) k where wanted -> k is distinct from s.declaration -> k order by k loop
    if key in ('by', 'key', 'modulus') or (key = 'groups' and s.strategy = 'list')
      or (key = 'below' and (wanted -> 'below') - 'groups' is distinct from (s.declaration -> 'below') - 'groups' and s.strategy <> 'list') then
      perform partition.refuse(target, format('%s cannot become %s in place', s.declaration -> key, wanted -> key),
        format('The rows that are there would have to move: plinth partition convert %s', target));
    elsif key in ('every', 'below', 'groups') then
      return next format('from %s on: %s %s instead of %s', coalesce(partition.covered_until(target), 'now'), key, wanted -> key, s.declaration -> key);
    else
      return next format('from now on: %s %s instead of %s', key, coalesce(wanted -> key, 'null'), coalesce(s.declaration -> key, 'null'));
    end if;
  end loop;
end
$$;
comment on function partition.plan(regclass, jsonb) is
  'What declaring this would change, a line each; nothing when nothing. Refused where rows that are there would have to move.';

create or replace function partition.refuse_move() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'the key that % is cut by does not change', tg_argv[0] using errcode = 'PN002',
    hint = 'Insert a new row, or declare the table with "movable": true.';
end
$$;
comment on function partition.refuse_move() is 'A row that moves to another partition fails for whoever updates it at the same time (40001).';

create or replace function partition.manage(target regclass, declaration jsonb) returns setof text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  wanted constant jsonb := partition.complete(target, declaration);
  changes constant text[] := array(select partition.plan(target, declaration));
  before constant jsonb := (select t.declaration from partition.sets t where t.table_name = target::text);
  place record;
  s partition.sets;
  one record;
begin
  select n.nspname as schema_name, c.relname into strict place from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target;
  if cardinality(changes) > 0 then
    insert into partition.sets as t (table_name, strategy, key_column, interval_unit, sub_strategy, sub_key, declaration, guard, ahead_count, keep, archive_mode)
      values (target::text, wanted ->> 'by', wanted ->> 'key', coalesce(wanted ->> 'every', wanted ->> 'modulus', wanted -> 'below' ->> 'every'),
        wanted -> 'below' ->> 'by', wanted -> 'below' ->> 'key', wanted, wanted ->> 'guard', (wanted ->> 'ahead')::integer, wanted ->> 'keep',
        case jsonb_typeof(wanted -> 'archive') when 'object' then 'tier' else wanted ->> 'archive' end)
      on conflict (table_name) do update set interval_unit = excluded.interval_unit, declaration = excluded.declaration, guard = excluded.guard,
        ahead_count = excluded.ahead_count, keep = excluded.keep, archive_mode = excluded.archive_mode, updated = now();
  end if;
  select * into strict s from partition.sets where table_name = target::text;
  -- A table of this name was here before and was dropped with its partitions, by a way back for example.
  update partition.parts p set state = 'dropped', dropped = now()
   where p.set_id = s.id and p.state in ('attached', 'detach_pending') and to_regclass(p.table_name) is null;
  delete from partition.groups g where g.set_id = s.id;
  insert into partition.groups (set_id, name, list_values, is_catch_all)
    select s.id, g.name, g.list_values, cardinality(g.list_values) = 0
      from partition.groups_in(case when s.strategy = 'list' then wanted else coalesce(wanted -> 'below', '{}') end) g;
  perform partition.manage_claims(target, wanted, before);
  perform partition.make_fixed(s.id, target, place.schema_name, place.relname);
  for one in select * from partition.missing(s.table_name) loop
    perform partition.make(one.set_id, one.branch, one.group_name, one.span);
  end loop;
  if s.guard = 'overflow' then
    perform partition.make_open_ends(s.id);
  end if;
  if (wanted ->> 'movable')::boolean then
    execute format('drop trigger if exists refuse_move on %s', target);
  elsif coalesce(wanted ->> 'every', wanted -> 'below' ->> 'every') is not null
    and not exists (select from pg_trigger where tgrelid = target and tgname = 'refuse_move') then
    select key_column into one from partition.branches_of(s.id) limit 1;
    execute format('create trigger refuse_move before update of %1$I on %2$s for each row when (old.%1$I is distinct from new.%1$I) execute function partition.refuse_move(%2$L)',
      one.key_column, target);
  end if;
  return query select unnest(changes);
end
$$;
comment on function partition.manage(regclass, jsonb) is
  'Declares how a table is cut and kept, and makes its partitions up to the horizon. Can be repeated. Returns what changed, a line each; '
  'another interval or group counts from where the table is not covered yet, and rows that are there never move.';

create or replace function partition.make_fixed(set_id uuid, target regclass, schema_name name, base name) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  s partition.sets;
  one record;
  part text;
begin
  select * into strict s from partition.sets where id = set_id;
  for one in
    select partition.name_of(base, g.name) as name, partition.list_clause(s.id, g.name) as clause,
        case when s.sub_strategy = 'time' then format(' partition by range (%I)', s.sub_key) end as below
      from partition.groups g where s.strategy = 'list' and g.set_id = s.id
    union all
    select partition.name_of(base, 'h' || n), format('for values with (modulus %s, remainder %s)', s.interval_unit, n), null
      from generate_series(0, case when s.strategy = 'hash' then s.interval_unit::integer end - 1) n
  loop
    part := format('%I.%I', schema_name, one.name);
    if to_regclass(part) is null then
      execute format('create table %s partition of %s %s%s', part, target, one.clause, one.below);
      perform partition.dress(to_regclass(part), target);
      if one.below is null then
        insert into partition.parts (set_id, table_name, state) values (s.id, to_regclass(part)::text, 'attached');
      end if;
    end if;
  end loop;
end
$$;
comment on function partition.make_fixed(uuid, regclass, name, name) is 'Makes the partitions that no clock adds to: groups of a list, remainders of a hash.';

create or replace function partition.make_open_ends(set_id uuid) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  s partition.sets;
  b record;
  covered int8range;
  place record;
  one record;
  part text;
begin
  select * into strict s from partition.sets where id = set_id;
  select * into strict b from partition.branches_of(set_id) limit 1;
  covered := range_merge(partition.coverage_of(b.branch, b.strategy));
  select n.nspname as schema_name, c.relname into strict place from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = b.branch;
  for one in select 'past' as side, int8range(null, lower(covered)) as span union all select 'future', int8range(upper(covered), null) loop
    if not exists (select from partition.ranges_of(b.branch, b.strategy) r where not r.is_default and r.span && one.span) then
      part := partition.build(set_id, b.branch, place.relname || '_overflow', one.side)::text;
      execute format('alter table %s attach partition %s %s', b.branch, part, partition.range_clause(b.branch, b.strategy, one.span));
      insert into partition.parts (set_id, table_name, state) values (s.id, part, 'attached');
    end if;
  end loop;
end
$$;
comment on function partition.make_open_ends(uuid) is 'Makes the two open-ended partitions that take what no other takes.';
