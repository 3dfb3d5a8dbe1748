-- name: look_at_lead
-- An advisory lock with a bigint key is kept as its two halves.
select exists (
    select from pg_catalog.pg_locks k
     where k.locktype = 'advisory' and k.objsubid = 1 and k.granted
       and k.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
       and k.classid::int8 = :key::int8 >> 32 and k.objid::int8 = :key::int8 & 4294967295
  ) as "is_held!",
  coalesce(l.expires < pg_catalog.clock_timestamp(), false) as "is_overdue!",
  l.holder
from (values (1)) v left join queue.queue_leaders l on l.name = :name;

-- name: end_overdue
-- Whoever took the lock since then is left alone.
select pg_catalog.pg_terminate_backend(a.pid)
from pg_catalog.pg_locks k
  join pg_catalog.pg_stat_activity a on a.pid = k.pid
  join queue.queue_leaders l on l.name = :name and l.expires < pg_catalog.clock_timestamp() and a.backend_start < l.expires
where k.locktype = 'advisory' and k.objsubid = 1 and k.granted and a.datname = pg_catalog.current_database()
  and k.database = a.datid and k.classid::int8 = :key::int8 >> 32 and k.objid::int8 = :key::int8 & 4294967295;

-- name: backend_of
select pg_catalog.pg_backend_pid() as "pid!";

-- name: end_blockers
select pg_catalog.pg_terminate_backend(p.pid) from pg_catalog.unnest(pg_catalog.pg_blocking_pids(:pid::integer)) p (pid);

-- name: begin_term
select queue.begin_term(:name, :holder::uuid, :lasts_ms::integer) as "term!";

-- name: hold_term
-- The renewal of the leader itself does not wait for it, the beginning of another term does.
select l.term from queue.queue_leaders l where l.name = :name and l.term = :term::bigint for key share;

-- name: renew_term
update queue.queue_leaders l
   set expires = pg_catalog.clock_timestamp() + :lasts_ms::integer * interval '1 ms'
 where l.name = :name and l.term = :term::bigint;
