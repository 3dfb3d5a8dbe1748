-- name: resolve_relation
-- What a name in a statement stands for: a partition for its table, a view for the columns of tables it reads. A name without a schema is
-- looked for in every schema; at worst an event too many is written.
with recursive used as (
  select c.oid as relation, 0 as attribute
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and case when :is_qualified::boolean then c.oid = to_regclass(:name::text)
      else c.relname = :name::text and s.nspname not in ('pg_catalog', 'information_schema') end
  union
  select d.refobjid, d.refobjsubid
  from used u
  join pg_catalog.pg_rewrite r on r.ev_class = u.relation
  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
    and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> u.relation and d.refobjsubid > 0
)
select distinct quote_ident(s.nspname) || '.' || quote_ident(t.relname) as "table_name!",
  -- Null: the columns are those the statement names.
  a.attname::text as "column_name?"
from used u
join pg_catalog.pg_class c on c.oid = u.relation and c.relkind not in ('v', 'm')
join pg_catalog.pg_class t on t.oid = coalesce(pg_partition_root(c.oid), c.oid)
join pg_catalog.pg_namespace s on s.oid = t.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = u.relation and a.attnum = u.attribute and u.attribute > 0;
