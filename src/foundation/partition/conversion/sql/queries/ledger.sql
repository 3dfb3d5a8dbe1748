-- name: add_conversion
insert into partition.conversions (id, table_name, route, state, plan)
values (:id, :table_name, :route, 'planned', :plan);

-- name: find_conversion
select id, table_name, route, state, plan, is_paused, error, snapshot_before, snapshot_after, started, swapped, finished, undone
  from partition.conversions where id = :id;

-- name: find_open_conversion
-- The one of a table that is neither finished nor undone.
select id, table_name, route, state, plan, is_paused, error, snapshot_before, snapshot_after, started, swapped, finished, undone
  from partition.conversions where table_name = :table_name and state not in ('finished', 'undone');

-- name: list_conversions
select id, table_name, route, state, plan, is_paused, error, snapshot_before, snapshot_after, started, swapped, finished, undone
  from partition.conversions order by started desc, id desc limit 200;

-- name: move_conversion
-- A guarded move: no row when it is not in that state any more.
update partition.conversions
   set state = :to_state, error = null,
       swapped = case when :to_state = 'swapped' then now() else swapped end,
       finished = case when :to_state = 'finished' then now() else finished end,
       undone = case when :to_state = 'undone' then now() else undone end
 where id = :id and state = :from_state;

-- name: set_plan
update partition.conversions set plan = :plan where id = :id;

-- name: set_paused
update partition.conversions set is_paused = :is_paused where id = :id and state not in ('finished', 'undone');

-- name: set_error
update partition.conversions set error = :error? where id = :id;

-- name: record_snapshots
update partition.conversions set snapshot_before = :snapshot_before, snapshot_after = :snapshot_after where id = :id;

-- name: replace_ranges
-- The report of one verification takes the place of the one before.
with gone as (delete from partition.conversion_ranges where conversion_id = :id)
insert into partition.conversion_ranges
  (conversion_id, number, lower_key, upper_key, rows_source, rows_target, hash_source, hash_target, least_key, greatest_key, state)
select :id, r.number, r.lower_key, r.upper_key, r.rows_source, r.rows_target, r.hash_source, r.hash_target, r.least_key, r.greatest_key, r.state
  from pg_catalog.jsonb_to_recordset(:ranges::jsonb) as r(number int, lower_key text, upper_key text, rows_source int8, rows_target int8,
    hash_source text, hash_target text, least_key text, greatest_key text, state text)
on conflict on constraint conversion_ranges_conversion_id_number_pk do update
  set lower_key = excluded.lower_key, upper_key = excluded.upper_key, rows_source = excluded.rows_source, rows_target = excluded.rows_target,
      hash_source = excluded.hash_source, hash_target = excluded.hash_target, least_key = excluded.least_key,
      greatest_key = excluded.greatest_key, state = excluded.state, verified = now();

-- name: list_ranges
select number, lower_key, upper_key, rows_source, rows_target, hash_source, hash_target, least_key, greatest_key, state, verified
  from partition.conversion_ranges where conversion_id = :id order by number;

-- name: open_claims
select partition.open_claims(pg_catalog.to_regclass(:table), :columns::text[], :key_column) as "claims!";

-- name: close_claims
select partition.close_claims(pg_catalog.to_regclass(:table), :columns::text[]);

-- name: list_due_adoptions
select table_name as "table_name!", ends as "ends!" from partition.adoptions_ending() where is_due order by ends;

-- name: find_old_holder
-- The oldest transaction that holds a lock on one of these tables, when it is older than the limit.
select a.pid as "pid!", coalesce(a.application_name, '') as "application_name!", coalesce(a.state, '') as "state!",
       coalesce(left(a.query, 200), '') as "query!", extract(epoch from clock_timestamp() - a.xact_start)::float8 as "age_seconds!"
  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where l.locktype = 'relation' and l.granted and l.relation in (select pg_catalog.to_regclass(t.name) from unnest(:tables::text[]) as t(name)) and a.pid <> pg_catalog.pg_backend_pid()
   and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
   and a.xact_start < clock_timestamp() - make_interval(secs => :older_than_seconds::float8)
 order by a.xact_start limit 1;

-- name: size_of_tables
-- Of tables with their partitions, indexes and large values.
select coalesce(sum(pg_catalog.pg_total_relation_size(p.relid)), 0)::int8 as "bytes!"
  from (select pg_catalog.to_regclass(t.name) from unnest(:tables::text[]) as t(name)
        union select p.relid from unnest(:tables::text[]) as t(name), pg_catalog.pg_partition_tree(pg_catalog.to_regclass(t.name)) p) p(relid);
