-- name: find_horizon
-- Everything that is committed by now; whoever reads with an older view may still see what was erased.
select pg_snapshot_xmax(pg_current_snapshot())::text as "horizon!";

-- name: list_old_views
-- Who may keep rows that were erased before `horizon` from leaving: in words, oldest first. Views count in this database, but a transaction
-- that has written counts in any: each view that is made while it runs, that of the rewrite too, looks as far back as it. A vacuum at work
-- looks at no old rows.
select o.holder as "holder!"
  from (
    select format('%s (process %s in %s, for %s)', coalesce(nullif(a.application_name, ''), a.backend_type), a.pid, coalesce(a.datname, 'no database'),
                  date_trunc('second', clock_timestamp() - coalesce(a.xact_start, a.backend_start))) as holder,
           greatest(age(a.backend_xid), case when a.datname = current_database() or a.datname is null then age(a.backend_xmin) end) as held
      from pg_catalog.pg_stat_activity a
     where a.pid <> pg_backend_pid() and not exists (select from pg_catalog.pg_stat_progress_vacuum v where v.pid = a.pid)
    union all
    select format('prepared transaction %s in %s', p.gid, p.database), age(p.transaction) from pg_catalog.pg_prepared_xacts p
    union all
    select format('replication slot %s', s.slot_name), greatest(age(s.xmin), age(s.catalog_xmin)) from pg_catalog.pg_replication_slots s
     where s.database is null or s.database = current_database()
    union all
    -- One that ends or begins in this moment is in none of these lists.
    select 'a transaction that is ending', age(pg_snapshot_xmin(pg_current_snapshot())::xid)
  ) o
 where o.held > age(:horizon::text::xid8::xid)
 order by o.held desc;

-- name: find_table
select pg_total_relation_size(c.oid) as "size_bytes!", c.relkind::text as "kind!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname = :schema and c.relname = :table;

-- name: list_above
-- The partitioned tables that these are parts of, whose statistics are their own, and the materialised views that are made of any of
-- them, each after what it is made of.
with recursive above as (
  select c.oid, c.relkind, 0 as depth
    from unnest(:schemas::text[], :tables::text[]) as p (schema_name, table_name)
    join pg_catalog.pg_namespace n on n.nspname = p.schema_name
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = p.table_name
  union
  select r.oid, r.relkind, a.depth + 1
    from above a
    cross join lateral (
      select i.inhparent as oid from pg_catalog.pg_inherits i where i.inhrelid = a.oid
      union
      select w.ev_class from pg_catalog.pg_depend d join pg_catalog.pg_rewrite w on w.oid = d.objid
       where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = a.oid
    ) x
    join pg_catalog.pg_class r on r.oid = x.oid and r.oid <> a.oid
)
select n.nspname as "schema!", c.relname as "table!", c.relkind::text as "kind!"
  from (select a.oid, max(a.depth) as depth from above a where a.depth > 0 and a.relkind in ('p', 'm') group by 1) a
  join pg_catalog.pg_class c on c.oid = a.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'p' or c.relispopulated
 order by a.depth, 1, 2;
