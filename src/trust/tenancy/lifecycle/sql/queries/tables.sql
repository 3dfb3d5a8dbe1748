-- name: plain_settings
-- What is written has to be read alike anywhere and at any time.
select concat(set_config('row_security', 'off', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
       set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
       set_config('search_path', 'pg_catalog, pg_temp', true)) as settings;

-- name: list_protected_tables
-- Tables with tenants' rows in this database, with what it takes to copy, order and empty them.
select n.nspname as schema_name, c.relname as table_name,
  coalesce((select jsonb_agg(jsonb_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'isRequired', a.attnotnull and not a.atthasdef and a.attidentity = '',
      'sequence', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)) order by a.attnum)
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '[]') as "columns!",
  coalesce((select array_agg(a.attname::text order by k.place)
    from pg_index i, unnest(i.indkey) with ordinality k(attnum, place)
    join pg_attribute a on a.attnum = k.attnum
    where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid), '{}') as "key_columns!",
  coalesce((select array_agg(tn.nspname || '.' || t.relname) filter (where not f.condeferrable) from pg_constraint f
    join pg_class t on t.oid = f.confrelid join pg_namespace tn on tn.oid = t.relnamespace
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0), '{}') as "references!",
  coalesce((select array_agg(tn.nspname || '.' || t.relname) filter (where f.condeferrable) from pg_constraint f
    join pg_class t on t.oid = f.confrelid join pg_namespace tn on tn.oid = t.relnamespace
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0), '{}') as "deferrable!",
  -- Columns that name a person of the registry.
  coalesce((select array_agg(distinct a.attname::text) from pg_constraint f
    cross join lateral unnest(f.conkey, f.confkey) k(own, other)
    join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.own
    join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.other
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0
      and (f.confrelid = to_regclass('tenancy.tenant_users') and b.attname = 'user_id' or f.confrelid = to_regclass('tenancy.users') and b.attname = 'id')), '{}') as "user_columns!",
  -- Nobody writes there through a tenant's context.
  d.insert_role = 'none' and d.update_role = 'none' and d.delete_role = 'none' as "is_record!",
  -- The column by whose time or number the table is cut, where partition looks after it.
  case when s.strategy = 'list' then s.sub_key when s.strategy <> 'hash' then s.key_column end as "cut_by?",
  case when s.strategy = 'list' then s.sub_strategy when s.strategy <> 'hash' then s.strategy end as "cut_how?"
from tenancy.protected_tables d
join pg_namespace n on n.nspname = d.schema_name
join pg_class c on c.relnamespace = n.oid and c.relname = d.table_name and c.relkind in ('r', 'p')
left join partition.sets s on to_regclass(s.table_name) = c.oid
where not d.schema_name = any (:left_alone::text[])
order by 1, 2;

-- name: list_tenant_columns
-- Every table that could hold a row of a tenant, protected or not; partitions with their table. Records about tenants, which are
-- sealed (row security that nobody passes) and not protected, are not among them.
select n.nspname as schema_name, c.relname as table_name
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and a.atttypid = 'uuid'::regtype and not a.attisdropped
where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and not n.nspname = any (:left_alone::text[])
  and (not (c.relrowsecurity and c.relforcerowsecurity) or exists (select from pg_policy p where p.polrelid = c.oid)
    or exists (select from tenancy.protected_tables d where d.schema_name = n.nspname and d.table_name = c.relname))
order by 1, 2;

-- name: ensure_range
select partition.ensure(to_regclass(:table_name), :lower, :upper) as made;

-- name: list_parts
-- Partitions of a table, as those who may forbid that rows go know them; none where partition does not look after it.
select p.table_name as "part!", coalesce(p.lower_bound, '-infinity') as "lower!", coalesce(p.upper_bound, 'infinity') as "upper!"
from partition.parts p join partition.sets s on s.id = p.set_id
where to_regclass(s.table_name) = to_regclass(:table_name) and p.state = 'attached';

-- name: is_unmeasured
-- Whether no vacuum or analyze has ever counted its rows.
select c.reltuples < 0 as "is_unmeasured!" from pg_catalog.pg_class c where c.oid = to_regclass(:table_name);
