-- name: read_tables
-- Tables and views of a database with what each column can hold, how large they are, and for columns of views where they come from.
-- The types are told apart as privacy.value_class() does, which is in oltp only.
-- Sizes are those of the last vacuum or analyze: functions that measure would wait for locks.
with recursive parts as (
  select i.inhparent as root, i.inhrelid as part from pg_inherits i join pg_class p on p.oid = i.inhparent where p.relkind = 'p'
  union all
  select t.root, i.inhrelid from parts t join pg_inherits i on i.inhparent = t.part
), sizes as (
  select t.root, sum(greatest(p.reltuples, 0)) as row_count, sum(greatest(p.relpages, 0)) as block_count
  from parts t join pg_class p on p.oid = t.part and p.relkind = 'r' group by t.root
)
select n.nspname as "schema_name!", c.relname as "table_name!", c.relkind in ('v', 'm') as "is_view!",
  coalesce(s.row_count, greatest(c.reltuples, 0))::float8 as "row_estimate!",
  coalesce(s.block_count, greatest(c.relpages, 0))::int8 as "block_count!",
  (select jsonb_agg(jsonb_build_object(
      'name', a.attname,
      'isArray', t.typcategory = 'A',
      'isSampled', b.typcategory = 'S' or b.typname in ('date', 'json', 'jsonb', 'hstore', 'xml', 'citext', 'int4', 'int8', 'numeric'),
      'holds', case
        when b.typname = 'uuid' then 'uuid'
        when b.typname in ('json', 'jsonb', 'hstore') then 'json'
        when b.typname = 'bytea' then 'bytes'
        when b.typname in ('macaddr', 'macaddr8') then 'hardware'
        when b.typname in ('geometry', 'geography') or b.typcategory = 'G' then 'shape'
        when b.typname = 'xml' or b.typcategory = 'S' or b.typname = 'citext' then 'text'
        when b.typname = 'date' then 'date'
        when b.typcategory = 'D' then 'time'
        when b.typcategory = 'N' then 'number'
        when b.typcategory = 'B' then 'boolean'
        when b.typcategory = 'I' then 'network'
        when b.typcategory = 'E' then 'enum'
        else 'other' end,
      'sources', case when c.relkind in ('v', 'm') then (
        select jsonb_agg(distinct jsonb_build_array(bn.nspname, bc.relname))
        from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
          join pg_class bc on bc.oid = d.refobjid and bc.oid <> c.oid join pg_namespace bn on bn.oid = bc.relnamespace
          join pg_attribute ba on ba.attrelid = bc.oid and ba.attnum = d.refobjsubid and ba.attname = a.attname
        where r.ev_class = c.oid) end) order by a.attnum)
    from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
      join pg_type b on b.oid = coalesce(nullif(e.typbasetype, 0), e.oid, nullif(t.typbasetype, 0), t.oid)
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as "columns?"
from pg_class c join pg_namespace n on n.oid = c.relnamespace left join sizes s on s.root = c.oid
where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
  and n.nspname !~ '^(pg_|information_schema$|partition_(detached|archived)$|migrate_trash_)'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 1, 2;

-- name: read_column_names
-- Of several tables, each named by its schema and itself at one place of the arrays.
select t.position::int as "position!", a.attname as "name!"
from unnest(:schemas::text[], :tables::text[]) with ordinality as t(schema, name, position)
join pg_namespace n on n.nspname = t.schema join pg_class c on c.relnamespace = n.oid and c.relname = t.name
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
order by t.position, a.attnum;
