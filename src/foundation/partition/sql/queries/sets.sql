-- name: list_sets
select s.id as "id!", s.table_name as "table_name!", s.strategy as "strategy!", s.key_column as "key_column!", s.interval_unit, s.sub_strategy,
       s.declaration as "declaration!", s.guard as "guard!", s.ahead_count as "ahead_count!", s.keep, s.archive_mode as "archive_mode!",
       s.is_paused as "is_paused!", s.blocked_by, s.maintained, s.retained,
       to_regclass(s.table_name) is not null as "exists!",
       (select partition.covered_until(c.oid::regclass) from pg_catalog.pg_class c where c.oid = to_regclass(s.table_name)) as covered_until,
       (select count(*)::int from partition.parts p where p.set_id = s.id and p.state = 'attached') as "attached!",
       (select count(*)::int from partition.parts p where p.set_id = s.id and p.state in ('detached', 'archived')) as "detached!",
       (select coalesce(sum(pg_total_relation_size(t.relid)), 0)::int8
          from pg_catalog.pg_partition_tree(to_regclass(s.table_name)) t) as "size_bytes!"
  from partition.sets s order by s.table_name;

-- name: find_set
select s.id as "id!", s.table_name as "table_name!", s.strategy as "strategy!", s.sub_strategy, s.key_column as "key_column!",
       partition.key_type(to_regclass(s.table_name))::text as "key_type"
  from partition.sets s where to_regclass(s.table_name) = to_regclass(:table_name);

-- name: list_parts
select p.id as "id!", s.table_name as "set_name!", p.table_name as "table_name!", p.lower_bound, p.upper_bound, p.group_name,
       p.state as "state!", p.blocked_by, p.created as "created!", p.detached, p.archived, p.dropped,
       coalesce(p.row_count, (select sum(greatest(c.reltuples, 0))::int8 from partition.tree_of(to_regclass(p.table_name)) t join pg_catalog.pg_class c on c.oid = t)) as row_count,
       coalesce(p.size_bytes, (select sum(pg_total_relation_size(t))::int8 from partition.tree_of(to_regclass(p.table_name)) t)) as size_bytes
  from partition.parts p join partition.sets s on s.id = p.set_id
 where :only_set?::text is null or to_regclass(s.table_name) = to_regclass(:only_set?)
 order by s.table_name, p.group_name nulls first, p.created;

-- name: ensure_range
select partition.ensure(to_regclass(:table_name), :lower_value::text, :upper_value::text) as "made!";

-- name: plan_declaration
select p as "change!" from partition.plan(to_regclass(:table_name), :declaration::jsonb) p where to_regclass(:table_name) is not null;

-- name: manage_table
select m as "change!" from partition.manage(to_regclass(:table_name), :declaration::jsonb) m where to_regclass(:table_name) is not null;

-- name: list_missing
select s.table_name as "table_name!", m.group_name, partition.range_clause(m.branch, b.strategy, m.span) as "range!"
  from partition.sets s cross join lateral partition.missing(s.table_name) m
    join lateral partition.branches_of(s.id) b on b.branch = m.branch
 where to_regclass(s.table_name) is not null order by s.table_name, m.span;

-- name: set_paused
update partition.sets set is_paused = :is_paused where to_regclass(table_name) = to_regclass(:table_name);

-- name: list_upkeep
-- Without a look at any table: one that is locked must not keep upkeep from the others.
select s.table_name as "table_name!", s.is_paused as "is_paused!", s.blocked_by,
       (select count(*)::int from partition.parts p where p.set_id = s.id and p.state = 'attached') as "attached!"
  from partition.sets s;

-- name: list_findings
select h.table_name as "table_name!", h.severity as "severity!", h.finding as "finding!", h.detail as "detail!" from partition.health h
 order by array_position(array['critical', 'warning', 'information'], h.severity), h.table_name, h.detail;
