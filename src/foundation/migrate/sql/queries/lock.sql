-- name: try_lock
-- Never waits: a waiter inside the lock would deadlock with CREATE INDEX CONCURRENTLY.
select pg_catalog.pg_try_advisory_lock(:key::int8) as "is_held!";

-- name: prove_lock
-- Whether this is still the session that took the lock, and the lock is still there.
select pg_catalog.pg_backend_pid() as "backend_pid!",
       exists (select from pg_catalog.pg_locks l
                where l.locktype = 'advisory' and l.pid = pg_catalog.pg_backend_pid() and l.granted
                  and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
                  and l.classid = (:key::int8 >> 32)::oid and l.objid = (:key::int8 & 4294967295)::oid and l.objsubid = 1) as "is_held!";

-- name: find_holder
select a.pid as "pid!", coalesce(host(a.client_addr), 'this host') as "host!", a.application_name as "application_name!",
       coalesce(left(a.query, 200), '') as "query!", extract(epoch from clock_timestamp() - a.backend_start)::float8 as "age_seconds!"
  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where l.locktype = 'advisory' and l.granted
   and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
   and l.classid = (:key::int8 >> 32)::oid and l.objid = (:key::int8 & 4294967295)::oid and l.objsubid = 1;

-- name: list_blockers
-- Who keeps the backend waiting right now.
select a.pid as "pid!", a.backend_type as "backend_type!", coalesce(a.application_name, '') as "application_name!",
       coalesce(a.state, a.backend_type) as "state!", coalesce(left(a.query, 200), '') as "query!",
       coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::float8 as "age_seconds!"
  from pg_catalog.unnest(pg_catalog.pg_blocking_pids(:backend_pid)) as b(pid) join pg_catalog.pg_stat_activity a on a.pid = b.pid;

-- name: find_old_transaction
-- The oldest transaction of this database that a concurrent build would have to wait for, when it is older than the limit.
select a.pid as "pid!", a.backend_type as "backend_type!", coalesce(a.application_name, '') as "application_name!",
       coalesce(a.state, a.backend_type) as "state!", coalesce(left(a.query, 200), '') as "query!",
       extract(epoch from clock_timestamp() - a.xact_start)::float8 as "age_seconds!"
  from pg_catalog.pg_stat_activity a
 where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid() and a.backend_xmin is not null
   and a.xact_start < clock_timestamp() - make_interval(secs => :older_than_seconds::float8)
 order by a.xact_start limit 1;
