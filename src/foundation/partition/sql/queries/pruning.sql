-- name: list_branching_tables
-- Tables that are looked after, with the names under which a statement can reach them: their own, and those of views that read them.
with recursive sets as (
  select s.table_name, c.oid from partition.sets s join pg_catalog.pg_class c on c.oid = to_regclass(s.table_name)
), reaching as (
  select table_name, oid from sets
  union
  select r.table_name, w.ev_class from reaching r
    join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = r.oid and d.classid = 'pg_catalog.pg_rewrite'::regclass
    join pg_catalog.pg_rewrite w on w.oid = d.objid
)
select r.table_name as "table_name!", array_agg(distinct c.relname::text) as "reached_by!"
  from reaching r join pg_catalog.pg_class c on c.oid = r.oid group by r.table_name order by r.table_name;

-- name: list_leaves
-- Tables that hold the rows of a set, each with the partition that is cut, kept and dropped as one.
select n.nspname::text || '.' || c.relname as "leaf!", p.relid::regclass::text as "part!"
  from partition.sets s
    cross join lateral pg_catalog.pg_partition_tree(to_regclass(s.table_name)) p
    cross join lateral pg_catalog.pg_partition_tree(p.relid) l
    join pg_catalog.pg_class c on c.oid = l.relid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where s.table_name = :table_name and l.isleaf and p.level = case when s.strategy = 'list' and s.sub_strategy = 'time' then 2 else 1 end;
