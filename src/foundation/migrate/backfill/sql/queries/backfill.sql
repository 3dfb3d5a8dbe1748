-- name: has_backfills
select pg_catalog.to_regclass('migrate.backfills') is not null as "exists!";

-- name: find_key
-- A table and the columns of its primary key in the key's order; no row when there is no such table.
select c.relkind::text as "relkind!",
       coalesce(array_agg(a.attname::text order by k.position) filter (where a.attname is not null), '{}') as "columns!",
       coalesce(array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by k.position) filter (where a.attname is not null), '{}')
         as "types!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       left join pg_catalog.pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
       left join lateral unnest(p.conkey) with ordinality as k(attnum, position) on true
       left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
 where n.nspname = :schema and c.relname = :name
 group by c.oid;

-- name: estimate_rows
-- Of a table with its partitions, as the last ANALYZE counted them.
select coalesce(sum(greatest(c.reltuples, 0)), 0)::int8 as "rows!"
  from pg_catalog.pg_class c
 where c.relkind = 'r'
   and (c.oid = pg_catalog.to_regclass(:table) or c.oid in (select t.relid from pg_catalog.pg_partition_tree(pg_catalog.to_regclass(:table)) t));

-- name: add_backfill
-- Nothing when the name is taken. On an empty table it is completed at once.
insert into migrate.backfills (id, name, tier, statement, table_name, priority, upper_bound, rows_total, batch_rows, state, completed)
values (:id, :name, :tier, :statement, :table_name, :priority, :upper_bound?::jsonb, :rows_total, :batch_rows,
        case when :upper_bound::jsonb is null then 'completed' else 'running' end, case when :upper_bound::jsonb is null then now() end)
on conflict on constraint backfills_name_key do nothing;

-- name: list_backfills
select b.id, b.name, b.tier, b.statement, b.table_name, b.priority, b.state, b.rows_seen, b.rows_changed, b.rows_total, b.rows_per_second,
       b.throttled, b.error, b.started, b.completed, b.batch_rows,
       (select count(*) from migrate.quarantine q where q.backfill_id = b.id and q.error is not null) as "quarantined!",
       (select count(*) from migrate.quarantine q where q.backfill_id = b.id and q.error is null) as "locked!"
  from migrate.backfills b
 order by b.priority desc, b.started, b.name;

-- name: find_backfill
select id, name, tier, statement, state, error from migrate.backfills where name = :name;

-- name: claim_batch
-- The backfill for the length of one batch: whoever else works on it waits here, and then sees the cursor moved.
select cursor, upper_bound, batch_rows, cursor is not null and cursor = upper_bound or upper_bound is null as "is_at_end!"
  from migrate.backfills where id = :id and state = 'running'
   for update;

-- name: advance_backfill
update migrate.backfills
   set cursor = coalesce(:cursor?::jsonb, cursor), rows_seen = rows_seen + :rows_seen, rows_changed = rows_changed + :rows_changed, batch_rows = coalesce(:batch_rows?, batch_rows),
       rows_per_second = case when :rows_seen > 0 then
         0.7 * coalesce(rows_per_second, :rows_seen / greatest(extract(epoch from clock_timestamp() - advanced)::float8, 0.001))
         + 0.3 * :rows_seen / greatest(extract(epoch from clock_timestamp() - advanced)::float8, 0.001) else rows_per_second end,
       throttled = null, advanced = clock_timestamp()
 where id = :id;

-- name: complete_backfill
update migrate.backfills set state = 'completed', completed = clock_timestamp(), throttled = null, error = null
 where id = :id and state = 'running';

-- name: pause_backfill
update migrate.backfills set state = 'paused', throttled = null, error = :error? where id = :id and state = 'running';

-- name: resume_backfill
update migrate.backfills set state = 'running', error = null where id = :id and state = 'paused';

-- name: say_throttled
update migrate.backfills set throttled = :cause where id = :id and throttled is distinct from :cause;

-- name: quarantine_rows
-- Keys as an array of keys, each an array of its columns as text.
insert into migrate.quarantine (backfill_id, key, error)
select :id, e.value, :error? from pg_catalog.jsonb_array_elements(:keys::jsonb) e
on conflict on constraint quarantine_backfill_id_key_pk do update set error = excluded.error, created = now();

-- name: count_failed
select count(*) as "count!" from migrate.quarantine where backfill_id = :id and error is not null;

-- name: take_locked
-- The rows that were locked when their batch came, some at a time; null when there are none.
select pg_catalog.jsonb_agg(r.key) as keys, count(*) as "count!"
  from (select key from migrate.quarantine where backfill_id = :id and error is null order by created, key limit :limit::int8) r;

-- name: release_rows
-- What is not needed there any more, given those that are.
delete from migrate.quarantine q
 where q.backfill_id = :id and q.key in (select e.value from pg_catalog.jsonb_array_elements(:keys::jsonb) e)
   and q.error is null
   and not exists (select from pg_catalog.jsonb_array_elements(:kept::jsonb) k where k.value = q.key);

-- name: list_quarantine
select q.key, q.error, q.created from migrate.quarantine q join migrate.backfills b on b.id = q.backfill_id
 where b.name = :name order by q.created, q.key limit :limit::int8;

-- name: retry_quarantine
-- The failed rows count as locked ones again, so that the second pass takes them.
with retried as (
  update migrate.quarantine set error = null where backfill_id = :id and error is not null returning key
), reopened as (
  update migrate.backfills set state = 'running', completed = null, error = null
   where id = :id and state = 'completed' and exists (select from retried)
)
select count(*) as "count!" from retried;

-- name: read_load
-- One look at everything a backfill has to give way to. Standbys and what other roles' sessions do are visible to pg_read_all_stats only.
select (select max(extract(epoch from r.replay_lag))::float8 from pg_catalog.pg_stat_replication r) as replay_lag_seconds,
       (select max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn))::float8 from pg_catalog.pg_stat_replication r)
         as replay_lag_bytes,
       array(select s.slot_name::text from pg_catalog.pg_replication_slots s
              where s.wal_status = 'unreserved' or s.wal_status <> 'lost' and s.safe_wal_size < 1073741824) as "endangered_slots!",
       pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::float8 as "wal_bytes!",
       extract(epoch from clock_timestamp())::float8 as "now_seconds!",
       coalesce((select t.n_dead_tup::float8 / nullif(t.n_live_tup + t.n_dead_tup, 0) from pg_catalog.pg_stat_all_tables t
                  where t.relid = pg_catalog.to_regclass(:table)), 0) as "dead_share!",
       exists (select from pg_catalog.pg_stat_progress_vacuum v where v.relid = pg_catalog.to_regclass(:table)) as "is_vacuumed!",
       (select count(*) from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
         where not l.granted and l.locktype <> 'advisory' and a.datname = pg_catalog.current_database()) as "lock_waiters!",
       (select count(*) from pg_catalog.pg_stat_activity a
         where a.state = 'active' and a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid()) as "active_sessions!";

-- name: shrink_batch
update migrate.backfills set batch_rows = greatest(1, batch_rows / 2) where id = :id;

-- name: next_backfill
-- The one to work on: a given one, or the most urgent. Nothing when none is due.
select id, name, tier, statement, table_name from migrate.backfills
 where state = 'running' and (:name?::text is null or name = :name)
 order by priority desc, started, name limit 1;
