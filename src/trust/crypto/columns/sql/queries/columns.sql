-- name: list_columns
-- Types of the key's columns in their order, as many as the catalog still has.
select e.schema_name, e.table_name, e.column_name, e.key_columns, e.purpose, e.index_column, e.index_kind, e.sealed_as,
       coalesce(array_agg(pg_catalog.format_type(a.atttypid, null) order by k.place) filter (where a.attname is not null and s.attname is not null), '{}')
         as "key_types!"
  from crypto.encrypted_columns e
       cross join lateral unnest(e.key_columns) with ordinality as k(name, place)
       left join pg_catalog.pg_class c
         on c.relname = e.table_name and c.relnamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = e.schema_name)
       left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = k.name and not a.attisdropped
       left join pg_catalog.pg_attribute s on s.attrelid = c.oid and s.attname = e.column_name and not s.attisdropped
 group by e.schema_name, e.table_name, e.column_name
 order by e.schema_name, e.table_name, e.column_name;
