-- name: list_relations
-- Relations outside the system schemas, with what changes when one is rewritten (its file) or read from end to end (its scans: those
-- that were reported and those of the open transaction).
select c.oid::int8 as "id!", format('%I.%I', n.nspname, c.relname) as "name!", c.relkind as "kind!",
       coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::int8 as "file_node!",
       coalesce(pg_catalog.pg_stat_get_numscans(c.oid), 0) + coalesce(pg_catalog.pg_stat_get_xact_numscans(c.oid), 0) as "scans!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'm', 'v', 'i', 'I', 'S', 'f');

-- name: list_held_locks
-- What a backend holds on relations of this database, or waits for.
select l.relation::int8 as "id!", l.mode as "mode!"
  from pg_catalog.pg_locks l
 where l.pid = :backend_pid and l.locktype = 'relation'
   and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database());

-- name: is_blocked_by
select :by = any(pg_catalog.pg_blocking_pids(:backend_pid)) as "is_blocked!";

-- name: report_scans
-- Makes the scans of finished transactions visible now; otherwise they may wait for a second.
select pg_catalog.pg_stat_force_next_flush();

-- name: has_extension
select exists (select from pg_catalog.pg_available_extensions e where e.name = :name) as "is_available!";

-- name: server_major
select (pg_catalog.current_setting('server_version_num')::integer / 10000) as "major!";
