-- name: list_sizes
-- Where a table was never counted, as many rows as fit: 28 bytes is the least one takes.
select q.name as "name!", pg_catalog.pg_table_size(c.oid) as "table_bytes!", pg_catalog.pg_indexes_size(c.oid) as "index_bytes!",
       case when c.reltuples >= 0 then c.reltuples::int8 else pg_catalog.pg_table_size(c.oid) / 28 end as "rows!"
  from unnest(:names::text[]) as q(name) join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(q.name)
 where c.relkind in ('r', 'm');

-- name: list_dependants
-- Views, policies, triggers, foreign keys and functions that stand on the tables by the catalog's own word.
with touched as (
  select c.oid, q.name from unnest(:names::text[]) as q(name) join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(q.name)
)
select distinct t.name as "on_table!", 'view' as "kind!", v.oid::regclass::text as "object!"
  from touched t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
  join pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = d.objid
  join pg_catalog.pg_class v on v.oid = w.ev_class and v.oid <> t.oid
union
select t.name, 'policy', p.polname || ' on ' || p.polrelid::regclass::text
  from touched t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
  join pg_catalog.pg_policy p on d.classid = 'pg_catalog.pg_policy'::regclass and p.oid = d.objid
union
select t.name, 'trigger', g.tgname || ' on ' || g.tgrelid::regclass::text
  from touched t join pg_catalog.pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
union
select t.name, 'foreign key', k.conname || ' on ' || k.conrelid::regclass::text
  from touched t join pg_catalog.pg_constraint k on k.contype = 'f' and k.conparentid = 0 and t.oid in (k.confrelid, k.conrelid)
union
select t.name, 'function', d.objid::regprocedure::text
  from touched t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
 where d.classid = 'pg_catalog.pg_proc'::regclass
 order by 1, 2, 3;

-- name: list_function_bodies
-- Functions whose text may name one of the tables; the scanner tells.
select p.oid::regprocedure::text as "name!", p.prosrc as "body!"
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' and p.prosqlbody is null and p.prosrc ilike any(:patterns::text[])
 order by 1;

-- name: save_report
insert into migrate.impact_reports (id, plan_hash, environment, risk, body, created)
values (:id, :plan_hash, :environment, :risk, :body, :created);

-- name: find_last_report
select body from migrate.impact_reports order by created desc, id desc limit 1;
