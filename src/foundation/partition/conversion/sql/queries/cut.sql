-- name: cut_ranges
-- The intervals of a unit from the one that holds the lowest value up to an end, with the names of their partitions; only those that
-- meet no partition of `uncovered_of`, where it is given.
with recursive pieces as (
  select partition.floor_of(:unit, partition.position_of(:strategy, :lowest)) as place
  union all
  select partition.next_of(:unit, place) from pieces where partition.next_of(:unit, place) < partition.position_of(:strategy, :end)
)
select partition.name_of(:base, partition.suffix_of(:unit, place)) as "name!",
       partition.literal_of(:strategy, :type::regtype, place) as "lower!",
       partition.literal_of(:strategy, :type::regtype, partition.next_of(:unit, place)) as "upper!"
  from pieces
 where :uncovered_of?::text is null
    or not (partition.coverage_of(:uncovered_of?::text::regclass, :strategy) && int8range(place, partition.next_of(:unit, place)))
 order by place limit 2000;

-- name: horizon
-- The end of so many intervals after the one that holds the value.
with recursive steps as (
  select 0 as n, partition.next_of(:unit, partition.position_of(:strategy, :value)) as place
  union all
  select n + 1, partition.next_of(:unit, place) from steps where n < :ahead
)
select partition.literal_of(:strategy, :type::regtype, place) as "end!" from steps order by n desc limit 1;

-- name: later_of
select case when partition.position_of(:strategy, :one) > partition.position_of(:strategy, :other) then :one else :other end as "value!";

-- name: present_value
-- A time from now, as a value of a key that is cut by time.
select partition.literal_of(:strategy, :type::regtype, (extract(epoch from clock_timestamp()) * 1000000)::int8 + :later_ms::int8 * 1000) as "value!";

-- name: ahead_of
select partition.ahead_default(:unit) as ahead;

-- name: record_trade
-- Partitions that were looked after are replaced by others.
with gone as (
  update partition.parts set state = 'dropped', dropped = now() where table_name = any (:leaving::text[]) and state <> 'dropped'
  returning set_id, group_name
)
insert into partition.parts (set_id, table_name, group_name, state)
select g.set_id, c.name, g.group_name, 'attached' from (select distinct set_id, group_name from gone) g, unnest(:coming::text[]) as c(name);

-- name: manage_table
select partition.manage(pg_catalog.to_regclass(:table), :declaration::jsonb) as change;

-- name: pause_set
update partition.sets set is_paused = :is_paused where table_name = :table;
