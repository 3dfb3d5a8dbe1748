-- A partitioned table cannot have a unique index without the column it is cut by. A table of claims can: one row for each value that is
-- taken, kept by triggers of the table it stands beside, cut or not. Nobody but the triggers writes it and nobody reads it.

create or replace function partition.claim_name(target regclass, columns text[]) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select format('%I.%I', n.nspname, partition.name_of(c.relname || '_' || array_to_string(columns, '_'), 'claims'))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target
$$;
comment on function partition.claim_name(regclass, text[]) is 'Where the claims of some columns of a table stand; there, too, is the function of their triggers.';

create or replace function partition.claims_in(declaration jsonb) returns table (columns text[])
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select array(select jsonb_array_elements_text(u)) from jsonb_array_elements(declaration -> 'unique') u
$$;
comment on function partition.claims_in(jsonb) is 'Columns of each uniqueness a declaration asks for beyond its partitions.';

create or replace function partition.claim_columns(columns text[], prefix text) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select string_agg(prefix || quote_ident(c), ', ' order by o) from unnest(columns) with ordinality u(c, o)
$$;
comment on function partition.claim_columns(text[], text) is 'A list of columns, each with a prefix such as "new.".';

create or replace function partition.has_claims(target regclass, columns text[]) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select to_regclass(partition.claim_name(target, columns)) is not null
     and exists (select from pg_trigger where tgrelid = target and tgname = partition.name_of(array_to_string(columns, '_'), 'claim_rows'))
$$;
comment on function partition.has_claims(regclass, text[]) is 'Whether a table keeps claims of these columns.';

create or replace function partition.open_claims(target regclass, columns text[], key_column text) returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  claims constant text := partition.claim_name(target, columns);
  base constant text := array_to_string(columns, '_');
  all_columns constant text[] := columns || key_column;
  here record;
begin
  if partition.has_claims(target, columns) then
    return claims;
  end if;
  select c.relname, pg_get_userbyid(c.relowner) as owner_name into strict here from pg_class c where c.oid = target;
  -- Left behind by a table of that name.
  execute format('drop table if exists %s', claims);
  execute format('create table %s as select %s from %s with no data', claims, partition.claim_columns(all_columns, ''), target);
  execute format('alter table %s add constraint %I primary key (%s)', claims, partition.name_of(here.relname || '_' || base, 'claims_key'),
    partition.claim_columns(columns, ''));
  execute format('create index %I on %s (%I)', partition.name_of(here.relname || '_' || base, 'claims_idx'), claims, key_column);
  execute format('comment on table %s is %L', claims, format('Values of %s that rows of %s have; kept by its triggers.', base, target));
  perform partition.seal(to_regclass(claims), target);

  -- As the owner: whoever writes the table has no right to write here.
  execute format($function$
create or replace function %1$s() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
begin
  if tg_op = 'TRUNCATE' then
    truncate %1$s;
    return null;
  end if;
  if tg_op <> 'INSERT' and (%2$s) is not null then
    delete from %1$s c where (%3$s) = (%2$s) and c.%6$I = old.%6$I;
  end if;
  if tg_op <> 'DELETE' and (%4$s) is not null then
    insert into %1$s (%5$s) values (%7$s);
  end if;
  return null;
end
$body$
$function$, claims, partition.claim_columns(columns, 'old.'), partition.claim_columns(columns, 'c.'), partition.claim_columns(columns, 'new.'),
    partition.claim_columns(all_columns, ''), key_column, partition.claim_columns(all_columns, 'new.'));
  execute format('comment on function %s() is %L', claims, format('Keeps the claims of %s like the rows of %s.', base, target));
  execute format('revoke all on function %s() from public', claims);
  execute format('alter function %s() owner to %I', claims, here.owner_name);
  execute format('create trigger %I after insert or delete on %s for each row execute function %s()', partition.name_of(base, 'claim_rows'), target, claims);
  execute format('create trigger %I after update on %s for each row when ((%s) is distinct from (%s)) execute function %s()',
    partition.name_of(base, 'claim_updates'), target, partition.claim_columns(all_columns, 'old.'), partition.claim_columns(all_columns, 'new.'), claims);
  execute format('create trigger %I after truncate on %s for each statement execute function %s()', partition.name_of(base, 'claim_all'), target, claims);
  return claims;
end
$$;
comment on function partition.open_claims(regclass, text[], text) is
  'Keeps claims of some columns of a table from now on; rows that are there have none yet. SHARE ROW EXCLUSIVE on the table. Gives the name of the claims.';

create or replace function partition.fill_claims(target regclass, columns text[], key_column text, rows_of regclass) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('insert into %s (%s) select %2$s from %s where (%s) is not null', partition.claim_name(target, columns),
    partition.claim_columns(columns || key_column, ''), rows_of, partition.claim_columns(columns, ''));
exception when unique_violation then
  declare
    taken text;
  begin
    get stacked diagnostics taken = pg_exception_detail;
    raise exception 'values of % are in another row of % already', rows_of, target using errcode = 'PN001', detail = taken,
      hint = format('%s Change or delete one of the two.', taken);
  end;
end
$$;
comment on function partition.fill_claims(regclass, text[], text, regclass) is 'Claims the values of rows that are there, in this transaction.';

create or replace function partition.close_claims(target regclass, columns text[]) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  kind text;
begin
  foreach kind in array array['claim_rows', 'claim_updates', 'claim_all'] loop
    execute format('drop trigger if exists %I on %s', partition.name_of(array_to_string(columns, '_'), kind), target);
  end loop;
  execute format('drop function if exists %s()', partition.claim_name(target, columns));
  execute format('drop table if exists %s', partition.claim_name(target, columns));
end
$$;
comment on function partition.close_claims(regclass, text[]) is 'Keeps no claims of these columns any more.';

create or replace function partition.check_claims(target regclass, declaration jsonb) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  one text[];
  wrong text;
begin
  if not declaration ? 'unique' then
    return;
  elsif jsonb_typeof(declaration -> 'unique') <> 'array'
    or exists (select from jsonb_array_elements(declaration -> 'unique') u where jsonb_typeof(u) <> 'array' or u = '[]') then
    perform partition.refuse(target, format('unique is %s', declaration -> 'unique'), 'For example "unique": [["tenant_id", "email"]].');
  elsif declaration ->> 'by' not in ('time', 'uuid7', 'id') then
    perform partition.refuse(target, format('unique is declared of a table cut by %s', declaration ->> 'by'),
      'Claims are kept where the first level is a range: with a partition that leaves, they leave.');
  end if;
  for one in select c.columns from partition.claims_in(declaration) c loop
    select c into wrong from unnest(one) c
     where not exists (select from pg_attribute a where a.attrelid = target and a.attname = c and a.attnum > 0 and not a.attisdropped) limit 1;
    if wrong is not null then
      perform partition.refuse(target, format('there is no column %s to be unique', wrong), 'Name columns of the table.');
    elsif declaration ->> 'key' = any (one) then
      perform partition.refuse(target, format('unique (%s) contains %s', array_to_string(one, ', '), declaration ->> 'key'),
        'Make it a unique constraint of the table; that needs no claims.');
    end if;
  end loop;
end
$$;
comment on function partition.check_claims(regclass, jsonb) is 'Refuses a uniqueness that does not make sense or needs no claims.';

create or replace function partition.manage_claims(target regclass, declaration jsonb, before jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  most_rows constant bigint := 1000000;
  one text[];
begin
  for one in select c.columns from partition.claims_in(before) c except select c.columns from partition.claims_in(declaration) c loop
    perform partition.close_claims(target, one);
  end loop;
  for one in select c.columns from partition.claims_in(declaration) c where not partition.has_claims(target, c.columns) loop
    if (select sum(greatest(c.reltuples, 0)) from pg_partition_tree(target) t join pg_class c on c.oid = t.relid where t.isleaf) > most_rows then
      perform partition.refuse(target, format('writers would wait while %s rows or more are claimed', most_rows),
        format('Do it in a quiet hour, in one transaction: select partition.open_claims(%1$L, %2$L, %3$L); select partition.fill_claims(%1$L, %2$L, %3$L, %1$L);',
          target, one, declaration ->> 'key'));
    end if;
    perform partition.open_claims(target, one, declaration ->> 'key');
    perform partition.fill_claims(target, one, declaration ->> 'key', target);
  end loop;
end
$$;
comment on function partition.manage_claims(regclass, jsonb, jsonb) is
  'Makes the claims a declaration asks for, with those of rows that are there, and drops those it asks for no more.';

create or replace function partition.free_claims(set_id uuid, span int8range, at_most integer) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  s partition.sets;
  b record;
  one text[];
  lower_limit text;
  upper_limit text;
  freed integer;
  total integer := 0;
begin
  select * into strict s from partition.sets where id = set_id;
  select * into b from partition.branches_of(s.id) limit 1;
  lower_limit := partition.literal_of(b.strategy, partition.key_type(b.branch), lower(span));
  upper_limit := partition.literal_of(b.strategy, partition.key_type(b.branch), upper(span));
  for one in select c.columns from partition.claims_in(s.declaration) c loop
    execute format('delete from %1$s where ctid = any (array(select ctid from %1$s where %2$s and %3$s limit $1))', partition.claim_name(b.branch, one),
        coalesce(quote_ident(b.key_column) || ' >= ' || quote_literal(lower_limit), 'true'),
        coalesce(quote_ident(b.key_column) || ' < ' || quote_literal(upper_limit), 'true'))
      using at_most;
    get diagnostics freed = row_count;
    total := total + freed;
  end loop;
  return total;
end
$$;
comment on function partition.free_claims(uuid, int8range, integer) is
  'Deletes claims of rows with keys in a range; at most so many of each uniqueness, null for all. Returns how many. The caller knows that there are no such rows.';

create or replace function partition.free_left_claims(set_id uuid, at_most integer) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  s partition.sets;
  covered int8multirange;
  gap int8range;
  freed integer := 0;
begin
  select * into strict s from partition.sets where id = set_id;
  if jsonb_array_length(coalesce(s.declaration -> 'unique', '[]')) = 0 or to_regclass(s.table_name) is null then
    return 0;
  end if;
  -- Nothing is attached while it is decided where no rows can be.
  perform partition.lock_set(s.id);
  select coalesce(range_agg(case when r.is_default then '(,)' else r.span end), '{}') into covered
    from partition.branches_of(s.id) b cross join lateral partition.ranges_of(b.branch, b.strategy) r;
  for gap in select unnest('{(,)}'::int8multirange - covered) loop
    freed := freed + partition.free_claims(s.id, gap, at_most);
    exit when freed >= at_most;
  end loop;
  return freed;
end
$$;
comment on function partition.free_left_claims(uuid, integer) is
  'Deletes claims of rows that left with their partitions, however it left; about so many at once. Returns how many, 0 when none are left.';
