-- name: list_table_sizes
-- Rows as the planner estimates them (-1: rows, but never analysed) and bytes without indexes; a partitioned table is the sum of its parts.
select n.nspname as "schema!", c.relname as "name!", s.row_count as "rows!", s.bytes as "bytes!"
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace,
       lateral (
         select (case when bool_or(p.reltuples < 0 and pg_catalog.pg_table_size(p.oid) > 0) then -1 else sum(greatest(p.reltuples, 0)) end)::int8 as row_count,
                sum(pg_catalog.pg_table_size(p.oid))::int8 as bytes
           from pg_catalog.pg_class p
          where (c.relkind <> 'p' and p.oid = c.oid) or (c.relkind = 'p' and p.oid in (select t.relid from pg_catalog.pg_partition_tree(c.oid) t where t.isleaf))
       ) s
 where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
 order by n.nspname, c.relname;

-- name: read_server_version
select current_setting('server_version_num')::int4 / 10000 as "major!";
