-- name: see_parts
select partition.see_parts();

-- name: list_due
select s.table_name as "set_name!", d.set_id as "set_id!", d.part_id as "part_id!", d.branch::text as "branch!", d.part::text as "part!",
       p.lower_bound, p.upper_bound, d.overdue_since, partition.gate_of(d.set_id, d.part, d.overdue_since) as gate,
       (select coalesce(sum(greatest(c.reltuples, 0)), 0)::int8 from pg_catalog.pg_partition_tree(d.part) t
         join pg_catalog.pg_class c on c.oid = t.relid) as "rows!",
       (select coalesce(sum(pg_total_relation_size(t.relid)), 0)::int8 from pg_catalog.pg_partition_tree(d.part) t) as "size_bytes!"
  from partition.due(:only_set?::text) d join partition.sets s on s.id = d.set_id join partition.parts p on p.id = d.part_id;

-- name: find_part
select p.id as "part_id!", p.set_id as "set_id!", s.table_name as "set_name!", p.table_name as "part!", p.state as "state!", p.lower_bound, p.upper_bound,
       i.inhparent::regclass::text as branch
  from partition.parts p join partition.sets s on s.id = p.set_id left join pg_catalog.pg_inherits i on i.inhrelid = to_regclass(p.table_name)
 where to_regclass(p.table_name) = to_regclass(:table_name) and p.state <> 'dropped';

-- name: list_interrupted
-- What an interrupted detach left: rows of a pending one are invisible already, and its table can lose no other.
select p.id as "part_id!", p.table_name as "part!", i.inhparent::regclass::text as branch, coalesce(i.inhdetachpending, false) as "is_pending!"
  from partition.parts p left join pg_catalog.pg_inherits i on i.inhrelid = to_regclass(p.table_name)
 where p.state = 'detach_pending' or i.inhdetachpending;

-- name: is_pending
select i.inhdetachpending as "is_pending!" from pg_catalog.pg_inherits i where i.inhrelid = to_regclass(:part);

-- name: has_default
select exists (select from pg_catalog.pg_partitioned_table p where p.partrelid = to_regclass(:branch) and p.partdefid <> 0) as "has!";

-- name: list_old_readers
-- Transactions that a detach would have to wait for, older than the limit.
select a.pid as "pid!", a.application_name as "application_name!", coalesce(a.state, '') as "state!",
       extract(epoch from clock_timestamp() - a.xact_start)::float8 as "age_seconds!"
  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where l.relation = to_regclass(:branch) and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
   and a.pid <> pg_backend_pid() and a.xact_start < clock_timestamp() - make_interval(secs => :older_than_seconds::float8)
 order by a.xact_start limit 1;

-- name: begin_detach
select partition.begin_detach(:part_id);

-- name: mark_pending
update partition.parts set state = 'detach_pending' where id = :part_id and state = 'attached';

-- name: settle_detach
select partition.settle_detach(:part_id, :waited_ms::int, :took_ms::int) as "part!";

-- name: set_part_blocked
update partition.parts set blocked_by = :blocked_by? where id = :part_id;

-- name: carry_rows
select partition.carry(:part_id, :batch::int) as "moved!";

-- name: free_left_claims
-- Of all sets that keep claims, so many rows of each at once.
select coalesce(sum(partition.free_left_claims(s.id, :at_most::int)), 0)::int8 as "freed!"
  from partition.sets s where s.declaration ? 'unique' and (:only_set?::text is null or s.table_name = :only_set?);

-- name: reattach_part
select partition.reattach(:part_id) as "part!";

-- name: list_droppable
-- Detached and past their days of grace, in databases of their own or as files that were read back.
select p.id as "part_id!", p.set_id as "set_id!", s.table_name as "set_name!", p.table_name as "part!", p.state as "state!", s.archive_mode as "archive_mode!",
       p.lower_bound, p.upper_bound, p.row_count, p.size_bytes, p.detached
  from partition.parts p join partition.sets s on s.id = p.set_id
 where p.state in ('detached', 'archived') and s.archive_mode <> 'table' and not s.is_paused
   and p.detached <= clock_timestamp() - make_interval(secs => :grace_seconds::float8)
   and (:only_set?::text is null or s.table_name = :only_set?)
 order by p.detached;

-- name: drop_part
select partition.drop_part(:part_id, :waited_ms::int);

-- name: note_retention
update partition.sets set retained = clock_timestamp() where not is_paused and (:only_set?::text is null or table_name = :only_set?);
