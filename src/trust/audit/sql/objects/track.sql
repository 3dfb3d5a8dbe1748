-- Triggers are written for each table, with its columns in them: nothing is looked up while rows are written. They fire once per statement,
-- on its transition tables, also for a session that calls itself a replica. What costs is setting up a plan and each operator in it, so for
-- one row that keeps its key there is a shorter one than for all else, and no function in it is volatile: then it stays one level.

create or replace function audit.columns_of(target regclass, only_columns text[], classified jsonb)
returns table (name text, number smallint, type text, key_place integer, is_tenant boolean, is_kept boolean, level text, flags text[], is_concealed boolean,
  is_exact boolean, is_zoned boolean, is_plain boolean)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  with key as (
    select u.attnum, u.place from pg_index i cross join lateral unnest(i.indkey::smallint[]) with ordinality u(attnum, place)
    where i.indrelid = target and i.indisprimary
  ), found as (
    select a.attname::text as name, a.attnum as number, a.atttypid as type_id, format_type(a.atttypid, a.atttypmod) as type, k.place::integer as key_place,
      a.attname = 'tenant_id' and a.atttypid = 'uuid'::regtype and a.attnotnull as is_tenant,
      coalesce(classified -> a.attname::text, classified -> '*') as said, coalesce(c.collisdeterministic, true) as is_deterministic,
      a.atttypid in ('bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'uuid'::regtype, 'date'::regtype, 'timestamp'::regtype,
        'timestamptz'::regtype) as is_scalar
    from pg_attribute a left join key k on k.attnum = a.attnum left join pg_collation c on c.oid = a.attcollation
    where a.attrelid = target and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
  ), judged as (
    -- What nobody has decided about may be anything. Rows have to be found, so keys are told that are numbers, uuids or times.
    select f.*, f.said ->> 'level' as level,
      not f.is_tenant and coalesce(f.said ->> 'level' not in ('public', 'internal'), f.key_place is null or not f.is_scalar) as is_concealed
    from found f
  )
  select j.name, j.number, j.type, j.key_place, j.is_tenant, only_columns is null or j.name = any (only_columns), j.level,
    array(select jsonb_array_elements_text(case jsonb_typeof(j.said -> 'flags') when 'array' then j.said -> 'flags' else '[]' end)), j.is_concealed,
    -- Equal by their operator is equal in every respect.
    j.is_scalar or j.type_id = 'bytea'::regtype or j.type_id in ('text'::regtype, 'varchar'::regtype) and j.is_deterministic,
    j.type_id = 'timestamptz'::regtype,
    -- What stands of them in JSON depends on no setting of the session, or on its time zone only.
    j.type_id in ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) and j.key_place is null and not j.is_concealed
      or j.type_id in ('bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'uuid'::regtype, 'numeric'::regtype, 'text'::regtype,
        'varchar'::regtype, 'bpchar'::regtype, 'json'::regtype, 'jsonb'::regtype)
  from judged j
  order by j.number
$$;
comment on function audit.columns_of(regclass, text[], jsonb) is
  'The columns of a table, as its triggers need them. Concealed is all that nobody calls public or internal, save keys that are numbers, uuids or times. '
  'A column that is computed when it is read has nothing to keep.';

create or replace function audit.value_of(alias text, name text, is_concealed boolean) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select format(case when is_concealed then 'audit.conceal(%s.%I::text, h.inner_block, h.outer_block)' else '%s.%I' end, alias, name)
$$;
comment on function audit.value_of(text, text, boolean) is 'The expression for a value as the trail keeps it; of a concealed one beside audit.key_join().';

create or replace function audit.key_join(tenant text) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  -- `limit` keeps it a look into the index, where a join would read the keys of all tenants.
  select format(' left join lateral (select k.inner_block, k.outer_block from audit.hash_keys k where k.tenant_id = %s limit 1) h on true', tenant)
$$;
comment on function audit.key_join(text) is 'Joins `h`: the key of the hashes of a tenant, whose expression is given.';

create or replace function audit.key_of(alias text, target regclass, classified jsonb) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select case count(*) when 0 then $s$''::text$s$ when 1 then format('(%s)::text', min(k.value))
    else format('json_build_array(%s)::text', string_agg(k.value, ', ' order by k.key_place)) end
  from (
    select c.key_place, audit.value_of(alias, c.name, c.is_concealed) as value, c.is_tenant, bool_and(c.is_tenant) over () as is_only_tenant
    from audit.columns_of(target, null, classified) c where c.key_place is not null
  ) k where not k.is_tenant or k.is_only_tenant
$$;
comment on function audit.key_of(text, regclass, jsonb) is
  'The expression for the key of a row: the text of a single column, of several a JSON array, without tenant_id. Empty as long as a table has no key.';

create or replace function audit.settings_for(target regclass, classified jsonb) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select case when bool_or(c.is_zoned or not c.is_plain) then $s$ set timezone = 'UTC'$s$ else '' end
    || case when bool_and(c.is_plain) then '' else $s$ set datestyle = 'ISO' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex'$s$ end
  from audit.columns_of(target, null, classified) c
$$;
comment on function audit.settings_for(regclass, jsonb) is 'Settings of its triggers, so that a value has one text, whoever writes it. Each costs something, so only where a type asks for it.';

create or replace function audit.statement_for(target regclass, action text, is_single boolean, only_columns text[], classified jsonb) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  is_update constant boolean := action = 'update';
  -- The side that names the row: after an update the new one.
  side constant text := case when action in ('insert', 'update') then 'n' else 'o' end;
  source constant text := case action when 'truncate' then target::text when 'delete' then 'old_rows' else 'new_rows' end;
  -- Of one row the value itself, of many all of them in one order.
  listed constant text := case when is_single then 'json_build_array(%s)' else 'json_agg(%s)' end;
  ever constant text := case when is_single then '(%s)' else 'bool_or(%s)' end;
  column_of record;
  n integer := 0;
  has_tenant boolean := false;
  is_concealing boolean := false;
  taken text[] := '{}';
  differing text[] := '{}';
  moving text[] := '{}';
  is_key boolean;
  touching text;
  entries text[] := '{}';
  touched jsonb := '{}';
  level_of text;
  flags_of text;
  item text;
  rows_from text;
begin
  for column_of in select * from audit.columns_of(target, only_columns, classified) loop
    continue when not (column_of.is_kept or column_of.key_place is not null or column_of.is_tenant);
    n := n + 1;
    has_tenant := has_tenant or column_of.is_tenant;
    is_concealing := is_concealing or column_of.is_concealed;
    if is_update then
      item := format(case when column_of.is_exact then 'o.%1$I is distinct from n.%1$I' else 'o.%1$I::text collate "C" is distinct from n.%1$I::text collate "C"' end, column_of.name);
      is_key := column_of.key_place is not null or column_of.is_tenant;
      if is_key then
        moving := moving || item;
      else
        differing := differing || item;
      end if;
      -- Under its new key a row begins anew: then all of it is told.
      touching := format(case when is_single or is_key then 'r.d%s' else '(r.d%s or r.is_moving)' end, n);
      if not (is_single and is_key) then
        taken := taken || format('%s as o%s, %s as n%s, %s as d%s', audit.value_of('o', column_of.name, column_of.is_concealed), n, audit.value_of('n', column_of.name, column_of.is_concealed), n, item, n);
        entries := entries || format('case when %s then %L || %s || %L || %s || %L end', format(ever, touching), to_json(column_of.name)::text || ':{"old":',
          format(listed, 'r.o' || n), ',"new":', format(listed, 'r.n' || n), '}');
      end if;
      item := case when is_single and is_key then 'false' else 'r.d' || n end;
    else
      -- The key stands beside, once.
      if column_of.key_place is null and not column_of.is_tenant then
        taken := taken || format('%s as v%s', audit.value_of(side, column_of.name, column_of.is_concealed), n);
        entries := entries || format('%L, json_build_object(%L, %s)', column_of.name, case side when 'n' then 'new' else 'old' end, format(listed, 'r.v' || n));
      end if;
      item := 'true';
    end if;
    foreach level_of in array array_remove(column_of.level || column_of.flags, null) loop
      touched := jsonb_set(touched, array[level_of], coalesce(touched -> level_of, '[]') || to_jsonb(item));
    end loop;
  end loop;

  -- The highest level and the flags of the columns that were touched.
  select string_agg(format('when %s then %L', t.condition, t.word), ' ' order by t.place) filter (where t.place is not null),
      string_agg(format('case when %s then %L end', t.condition, t.word), ', ' order by t.word) filter (where t.place is null)
    into level_of, flags_of
    from (
      select w.key as word, array_position(array['restricted', 'confidential', 'internal', 'public'], w.key) as place,
        case when is_update then format(ever, (select string_agg(i, ' or ') from jsonb_array_elements_text(w.value) i)) else 'true' end as condition
      from jsonb_each(touched) w
    ) t;

  if has_tenant then
    taken := taken || format('%s.tenant_id', side);
  end if;
  taken := taken || format('%s as key', audit.key_of(side, target, classified));
  if is_update and not is_single then
    taken := taken || format('%s as former_key', audit.key_of('o', target, classified)) || format('%s as is_moving', coalesce(nullif(array_to_string(moving, ' or '), ''), 'false'));
  end if;
  if not is_single then
    taken := taken || format('(%s - 1) / 1000 as chunk', case when is_update then 'n.plinth_place' else 'row_number() over ()' end);
  end if;
  rows_from := format('select %s from %s%s%s', array_to_string(taken, ', '),
    case when not is_update then format('%s %s', source, side)
      when is_single then 'old_rows o cross join new_rows n'
      -- Both sides are filled row by row: the same place is the same row, also where its key has changed.
      else '(select x.*, row_number() over () as plinth_place from old_rows x) o join (select x.*, row_number() over () as plinth_place from new_rows x) n on n.plinth_place = o.plinth_place' end,
    case when is_concealing then audit.key_join(case when has_tenant then side || '.tenant_id' else quote_literal('00000000-0000-0000-0000-000000000000') end) else '' end,
    case when not is_update then '' when is_single then format(' where (%s) and not (%s)', coalesce(nullif(array_to_string(differing, ' or '), ''), 'false'), coalesce(nullif(array_to_string(moving, ' or '), ''), 'false'))
      else format(' where %s', coalesce(nullif(array_to_string(differing || moving, ' or '), ''), 'false')) end);

  return format('insert into audit.events (tenant_id, kind, action, target_type, target_id, row_count, keys, key_hashes, changes, user_id, member_role, '
      'origin, classification, compliance_flags)
    select %s, ''change'', %L, ''table'', %L, %s, %s, %s, %s, c.user_id, c.member_role, audit.origin(), %s, %s
    from (%s) r left join audit.context() c on true
    %s',
    case when has_tenant then 'r.tenant_id' else 'coalesce(c.tenant_id, ''00000000-0000-0000-0000-000000000000'')' end,
    action, target,
    case when is_single then '1' else 'count(*)' end,
    case when is_single then 'array[r.key]' else 'array_agg(r.key)' end,
    case when is_single then 'array[audit.key_hash(r.key)]' when not is_update then 'array_agg(audit.key_hash(r.key))'
      else 'array_agg(audit.key_hash(r.key)) || array_agg(audit.key_hash(r.former_key)) filter (where r.key <> r.former_key)' end,
    case when is_update then format('(''{'' || concat_ws('','', %s) || ''}'')::json', coalesce(nullif(array_to_string(entries, ', '), ''), 'null'))
      else format('json_build_object(%s)', array_to_string(entries, ', ')) end,
    coalesce('case ' || level_of || ' end', 'null'),
    coalesce('array_remove(array[' || flags_of || '], null)', 'null'),
    rows_from,
    case when is_single then format('where not exists (select from %s offset 1)', source)
      else format('group by %sr.chunk, c.tenant_id, c.user_id, c.member_role', case when has_tenant then 'r.tenant_id, ' else '' end) end);
end
$$;
comment on function audit.statement_for(regclass, text, boolean, text[], jsonb) is 'The statement with which a trigger writes the events of a statement on one row, or on many.';

create or replace function audit.shape_of(target regclass, only_columns text[], classified jsonb) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(string_agg(c::text, ' ' order by c.number), '') from audit.columns_of(target, only_columns, classified) c
$$;
comment on function audit.shape_of(regclass, text[], jsonb) is 'All that the triggers of a table are made from but its name.';

create or replace function audit.has_triggers(target regclass) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select count(*) = 4
  from (values ('insert'), ('update'), ('delete'), ('truncate')) a (action)
    join pg_trigger g on g.tgrelid = target and g.tgname = 'plinth_audit_' || a.action and g.tgenabled = 'A'
      and g.tgfoid = to_regprocedure(format('audit.%I()', partition.name_of(target::text, a.action)))
$$;
comment on function audit.has_triggers(regclass) is 'Whether all triggers of a tracked table are there, are its own, and fire in every session.';

create or replace function audit.make_triggers(target regclass, only_columns text[], classified jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
declare
  one record;
  body text;
begin
  for one in
    select a.action, format('audit.%I', partition.name_of(target::text, a.action)) as function_name, 'plinth_audit_' || a.action as trigger_name, a.tables
    from (values ('insert', 'referencing new table as new_rows'), ('update', 'referencing old table as old_rows new table as new_rows'),
      ('delete', 'referencing old table as old_rows'), ('truncate', null)) a (action, tables)
  loop
    body := audit.statement_for(target, one.action, false, only_columns, classified) || ';';
    if one.action <> 'truncate' then
      body := format(E'%s;\n  if not found then\n    %s\n  end if;', audit.statement_for(target, one.action, true, only_columns, classified), body);
    end if;
    -- A plan is kept, and was made for as few rows as the first statement had: a nested loop over the next, larger one would never end.
    execute format('create or replace function %s() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off%s as %L',
      one.function_name, audit.settings_for(target, classified), format(E'begin\n  %s\n  return null;\nend', body));
    execute format('revoke all on function %s() from public', one.function_name);
    execute format('comment on function %s() is %L', one.function_name, format('Writes each %s of %s to the trail. Made by audit.track().', one.action, target));
    -- Where it is there already, the table needs no lock.
    continue when audit.has_triggers(target);
    execute format('create or replace trigger %I %s %s on %s %s for each statement execute function %s()', one.trigger_name,
      case one.action when 'truncate' then 'before' else 'after' end, one.action, target, one.tables, one.function_name);
    execute format('alter table %s enable always trigger %I', target, one.trigger_name);
  end loop;
end
$$;
comment on function audit.make_triggers(regclass, text[], jsonb) is 'Writes the triggers of a table and their functions, or writes them anew.';

create or replace function audit.drop_functions(table_name text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
declare
  action text;
begin
  foreach action in array array['insert', 'update', 'delete', 'truncate'] loop
    execute format('drop function if exists audit.%I()', partition.name_of(table_name, action));
  end loop;
end
$$;
comment on function audit.drop_functions(text) is 'Removes what the triggers of a table of this name called.';

create or replace function audit.track(target regclass, only_columns text[] default null, classified jsonb default null) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  before constant audit.tracked_tables := (select t from audit.tracked_tables t where t.table_name = target::text);
  is_new constant boolean := before.table_name is null;
  -- A column that the one who classifies knows nothing of stays what it was said to be.
  facts constant jsonb := coalesce(before.classified, '{}') || coalesce(classified, '{}');
  place record;
  missing text;
  wanted text;
begin
  select c.relkind, c.relispartition, n.nspname into strict place from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target;
  if is_new and (place.relkind not in ('r', 'p') or place.relispartition) then
    raise exception '% is %', target, case when place.relispartition then 'a partition' else 'not a table' end using errcode = 'PA002',
      hint = 'Track the table that is written to; what it is cut into comes with it.';
  elsif place.nspname = 'audit' then
    raise exception '% is the trail itself', target using errcode = 'PA002', hint = 'It is sealed: plinth audit verify.';
  elsif is_new and not exists (select from pg_index i where i.indrelid = target and i.indisprimary) then
    raise exception '% has no primary key', target using errcode = 'PA002', hint = 'Add one: the trail names rows by it.';
  end if;
  select w into missing from unnest(only_columns) w where w not in (select c.name from audit.columns_of(target, null, '{}') c) limit 1;
  if missing is not null then
    raise exception '% has no column % that could be tracked', target, missing using errcode = 'PA002',
      hint = format('It has %s.', (select string_agg(c.name, ', ') from audit.columns_of(target, null, '{}') c));
  end if;
  wanted := audit.shape_of(target, only_columns, facts);
  if before.shape is not distinct from wanted and audit.has_triggers(target) then
    return false;
  end if;
  insert into audit.tracked_tables as t (table_name, only_columns, classified, shape, numbers)
    values (target::text, track.only_columns, facts, wanted, (select jsonb_object_agg(c.name, c.number) from audit.columns_of(target, null, '{}') c))
    on conflict (table_name) do update
      set only_columns = excluded.only_columns, classified = excluded.classified, shape = excluded.shape, numbers = excluded.numbers, updated = now();
  perform audit.make_triggers(target, only_columns, facts);
  insert into audit.events (kind, action, target_type, target_id, details)
    values ('operation', case when before.shape is not distinct from wanted then 'audit.mend' else 'audit.track' end, 'table', target::text,
      jsonb_build_object('columns', track.only_columns, 'classified', facts));
  return true;
end
$$;
comment on function audit.track(regclass, text[], jsonb) is
  'Writes all changes of a table to the trail from now on, of all its columns or some. `classified` is {"column": {"level": …, "flags": […]}}, "*" all '
  'others; columns that are not in it stay as they were. Can be repeated; true when triggers were made. The first time it waits for writers of the table for a moment.';

create or replace function audit.untrack(target regclass) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
declare
  action text;
begin
  foreach action in array array['insert', 'update', 'delete', 'truncate'] loop
    execute format('drop trigger if exists %I on %s', 'plinth_audit_' || action, target);
  end loop;
  perform audit.drop_functions(target::text);
  delete from audit.tracked_tables t where t.table_name = target::text;
  if not found then
    return false;
  end if;
  insert into audit.events (kind, action, target_type, target_id) values ('operation', 'audit.untrack', 'table', target::text);
  return true;
end
$$;
comment on function audit.untrack(regclass) is 'Ends the tracking of a table; what is in the trail stays. False when it was not tracked.';

create or replace function audit.remake(before audit.tracked_tables, target regclass) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  -- The number of a column is never given again: under another name it is the same one.
  renamed constant jsonb := (
    select coalesce(jsonb_object_agg(o.key, c.name), '{}')
    from jsonb_each(before.numbers) o join audit.columns_of(target, null, '{}') c on to_jsonb(c.number) = o.value
    where not before.numbers ? c.name and o.key not in (select n.name from audit.columns_of(target, null, '{}') n)
  );
  kept text[];
begin
  if before.only_columns is not null then
    kept := array(select c.name from audit.columns_of(target, null, '{}') c
      where c.name in (select coalesce(renamed ->> k, k) from unnest(before.only_columns) k) order by c.number);
  end if;
  -- Left of a table that was dropped.
  delete from audit.tracked_tables t where t.table_name = target::text and t.table_name <> before.table_name;
  update audit.tracked_tables t
    set table_name = target::text, shape = '',
      classified = (select coalesce(jsonb_object_agg(coalesce(renamed ->> f.key, f.key), f.value), '{}') from jsonb_each(before.classified) f)
    where t.table_name = before.table_name and (renamed <> '{}' or t.table_name <> target::text);
  if not audit.track(target, kept) then
    return false;
  end if;
  if before.table_name <> target::text then
    perform audit.drop_functions(before.table_name);
    insert into audit.events (kind, action, target_type, target_id, details)
      values ('operation', 'audit.rename', 'table', target::text, jsonb_build_object('before', before.table_name));
  end if;
  return true;
end
$$;
comment on function audit.remake(audit.tracked_tables, regclass) is
  'Brings the triggers of a tracked table in line with it: columns that came, went, or have another name or type, and its own name. False when they were.';

create or replace function audit.carrier_of(tracked text) returns regclass
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(to_regclass(tracked), (
    select g.tgrelid from pg_trigger g join pg_proc p on p.oid = g.tgfoid
    where g.tgname = 'plinth_audit_insert' and p.pronamespace = 'audit'::regnamespace and p.proname = partition.name_of(tracked, 'insert') limit 1))
$$;
comment on function audit.carrier_of(text) is 'The table of that name; where there is none, the one that had it: its triggers are still there. Null for one that was dropped.';

create or replace function audit.follow(tables oid[]) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- What it makes is the platform's doing and no drift, whoever changed the table.
set application_name = 'plinth:audit.follow'
as $$
declare
  one audit.tracked_tables;
begin
  for one in
    select t.* from audit.tracked_tables t cross join lateral (select audit.carrier_of(t.table_name) as oid offset 0) c
    where c.oid = any (tables) and (t.table_name <> c.oid::text or t.shape <> audit.shape_of(c.oid, t.only_columns, t.classified))
  loop
    perform audit.remake(one, audit.carrier_of(one.table_name));
  end loop;
end
$$;
comment on function audit.follow(oid[]) is 'Makes triggers anew that name what a change of the schema has just taken away from these tables; called by its event trigger.';
revoke execute on function audit.follow(oid[]) from public;

create or replace function audit.refresh() returns table (name text, is_mended boolean)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $$
declare
  one audit.tracked_tables;
  target regclass;
begin
  for one in select * from audit.tracked_tables t order by t.table_name loop
    target := audit.carrier_of(one.table_name);
    if target is null then
      delete from audit.tracked_tables t where t.table_name = one.table_name;
      perform audit.drop_functions(one.table_name);
      insert into audit.events (kind, action, target_type, target_id) values ('operation', 'audit.lost', 'table', one.table_name);
      continue;
    end if;
    is_mended := target::text = one.table_name and not audit.has_triggers(target);
    if audit.remake(one, target) then
      name := target::text;
      return next;
    end if;
  end loop;
end
$$;
comment on function audit.refresh() is
  'Makes the triggers of tables anew that differ from what they were made from, and those that somebody removed or disabled (`is_mended`); returns which.';

create or replace function audit.key_of_row(one anyelement) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex'
as $$
declare
  target constant regclass := (select y.typrelid::regclass from pg_type y where y.oid = pg_typeof(one));
  facts constant jsonb := (select t.classified from audit.tracked_tables t where t.table_name = target::text);
  key text;
begin
  if facts is null then
    return null;
  end if;
  execute format('select %s from (select ($1).*) r%s', audit.key_of('r', target, facts), audit.key_join(case
      when exists (select from audit.columns_of(target, null, facts) c where c.is_tenant) then 'r.tenant_id' else quote_literal('00000000-0000-0000-0000-000000000000') end))
    into key using one;
  return key;
end
$$;
comment on function audit.key_of_row(anyelement) is 'By what the trail names a row of a tracked table; null where the table is not tracked.';

create or replace function audit.current_row(target regclass, key text, tenant uuid) returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex'
as $$
declare
  t audit.tracked_tables;
  statement text;
begin
  select * into strict t from audit.tracked_tables k where k.table_name = target::text;
  select format('select json_build_object(%s)::text from %s r%s where %s and %s',
      string_agg(format('%L, %s', c.name, c.value), ', ') filter (where c.is_kept and c.key_place is null and not c.is_tenant), target,
      audit.key_join(case when bool_or(c.is_tenant) then 'r.tenant_id' else quote_literal('00000000-0000-0000-0000-000000000000') end),
      -- As the index has it, where the key stands in clear.
      coalesce(string_agg(case when c.is_concealed then format('%s = %s', c.value, c.given) else format('r.%I = (%s)::%s', c.name, c.given, c.type) end, ' and ')
        filter (where c.is_named), 'false'),
      case when bool_or(c.is_tenant) then '($2 is null or r.tenant_id = $2)' else '($2 is null or true)' end)
    into statement
    from (
      select k.*, case when count(*) filter (where k.is_named) over () = 1 then '$1' else format('$1::json ->> %s', k.nth - 1) end as given
      from (
        select x.*, audit.value_of('r', x.name, x.is_concealed) as value, x.key_place is not null and (not x.is_tenant or x.is_alone) as is_named,
          row_number() over (partition by x.key_place is not null and (not x.is_tenant or x.is_alone) order by x.key_place) as nth
        from (select y.*, bool_and(y.is_tenant) filter (where y.key_place is not null) over () as is_alone from audit.columns_of(target, t.only_columns, t.classified) y) x
      ) k
    ) c;
  return query execute statement using key, tenant;
end
$$;
comment on function audit.current_row(regclass, text, uuid) is 'The row with a key as it is now, its values written as the trail would; nothing where there is none.';
