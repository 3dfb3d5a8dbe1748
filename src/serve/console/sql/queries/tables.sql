-- name: list_tables
-- Tables of people, not of PostgreSQL; a partitioned table once, with the size of all its partitions.
select n.nspname as schema,
       c.relname as "table",
       obj_description(c.oid, 'pg_class') as "comment?",
       -- reltuples is -1 until the first vacuum or analyze: unknown is not zero.
       leaves.row_estimate as "row_estimate?",
       leaves.size_bytes as "size_bytes!",
       exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as has_tenants,
       c.relkind = 'p' as "is_partitioned!"
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 cross join lateral (
         -- The tree is empty for a table that is not partitioned.
         select case when bool_or(leaf.reltuples < 0) then null else coalesce(sum(leaf.reltuples), 0) end::float8 as row_estimate,
                coalesce(sum(pg_total_relation_size(leaf.oid)), 0)::int8 as size_bytes
           from (select c.oid as relid where c.relkind = 'r'
                 union all
                 select part.relid from pg_partition_tree(c.oid) as part where part.isleaf) as part
           join pg_class as leaf on leaf.oid = part.relid
       ) as leaves
 where c.relkind in ('r', 'p')
   and not c.relispartition
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
 order by n.nspname, c.relname;

-- name: find_table
select c.oid::int8 as "id!",
       obj_description(c.oid, 'pg_class') as "comment?",
       exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as has_tenants,
       c.relrowsecurity as is_row_security_enabled,
       c.relforcerowsecurity as is_row_security_forced
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where n.nspname = :schema
   and c.relname = :table
   and c.relkind in ('r', 'p')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema';

-- name: list_columns
select a.attname as name,
       format_type(a.atttypid, a.atttypmod) as "type!",
       not a.attnotnull as "is_nullable!",
       pg_get_expr(d.adbin, d.adrelid) as "default_expression?",
       col_description(a.attrelid, a.attnum) as "comment?"
  from pg_attribute as a
  left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = :table_id
   and a.attnum > 0
   and not a.attisdropped
 order by a.attnum;

-- name: list_indexes
select c.relname as "name!",
       pg_get_indexdef(i.indexrelid) as "definition!",
       i.indisunique as is_unique,
       i.indisprimary as is_primary,
       i.indisvalid as is_valid,
       parts.size_bytes as "size_bytes!",
       parts.scans as "scans!"
  from pg_index as i
  join pg_class as c on c.oid = i.indexrelid
 cross join lateral (
         select coalesce(sum(pg_relation_size(part.relid)), 0)::int8 as size_bytes,
                coalesce(sum(pg_stat_get_numscans(part.relid)), 0)::int8 as scans
           from (select i.indexrelid as relid union select tree.relid from pg_partition_tree(i.indexrelid) as tree) as part
       ) as parts
 where i.indrelid = :table_id
 order by i.indisprimary desc, c.relname;

-- name: list_constraints
select conname as name, contype::text as "kind!", pg_get_constraintdef(oid, true) as "definition!", convalidated as is_validated
  from pg_constraint
 where conrelid = :table_id and contype <> 'n'
 order by array_position(array['p', 'u', 'f', 'c', 'x']::text[], contype::text), conname;

-- name: list_policies
select polname as name,
       polcmd::text as "verb!",
       pg_get_expr(polqual, polrelid) as "using_expression?",
       pg_get_expr(polwithcheck, polrelid) as "check_expression?"
  from pg_policy
 where polrelid = :table_id
 order by polcmd, polname;

-- name: list_key_columns
select a.attname as name
  from pg_index as i
 cross join unnest(i.indkey::int2[]) with ordinality as k (attnum, position)
  join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
 where i.indrelid = :table_id and i.indisprimary
 order by k.position;
