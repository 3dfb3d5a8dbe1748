-- One row per trouble; none when all is well. Everything is read from the catalog, so it also sees what others did by hand.

create or replace function partition.has_rows(part regclass) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  found_one boolean;
begin
  execute format('select exists (select from %s)', part) into found_one;
  return found_one;
end
$$;
comment on function partition.has_rows(regclass) is 'Whether a table holds any row.';

create or replace function partition.differences(part regclass, parent regclass) returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select format('its owner is %s', pg_get_userbyid(p.relowner)) from pg_class p join pg_class t on t.oid = parent where p.oid = part and p.relowner <> t.relowner
  union all
  select 'row security is not forced' from pg_class p where p.oid = part and not (p.relrowsecurity and p.relforcerowsecurity)
  union all
  select format('%s may reach it past its table', string_agg(distinct case a.grantee when 0 then 'everybody' else pg_get_userbyid(a.grantee) end, ', '))
    from pg_class p cross join lateral aclexplode(p.relacl) a where p.oid = part and a.grantee <> p.relowner having count(*) > 0
  union all
  select format('it has the policy %s', y.polname) from pg_policy y where y.polrelid = part
  union all
  select format('its index %s is not valid', i.indexrelid::regclass) from pg_index i where i.indrelid = part and not i.indisvalid
  union all
  select format('the index %s of its table is missing', i.indexrelid::regclass) from pg_index i
   where i.indrelid = parent and not exists (select from pg_inherits h join pg_index x on x.indexrelid = h.inhrelid where h.inhparent = i.indexrelid and x.indrelid = part)
$$;
comment on function partition.differences(regclass, regclass) is 'How a partition differs from its table where it must not, in words.';

create or replace function partition.adoptions_ending() returns table (id uuid, table_name text, ends timestamptz, is_due boolean)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select c.id, c.table_name, e.ends, e.ends < clock_timestamp() + interval '6 hours'
    from partition.conversions c
    cross join lateral (select partition.instant_of(partition.position_of(c.plan ->> 'strategy', c.plan ->> 'end')) as ends) e
   where c.route = 'adopt' and c.state in ('prepared', 'verified') and c.plan ->> 'strategy' in ('time', 'uuid7')
     and e.ends < clock_timestamp() + interval '12 hours'
$$;
comment on function partition.adoptions_ending() is
  'Adoptions that were not swapped and whose table refuses new rows within 12 hours: from its bound on; due for being given up 6 hours before it.';

-- plinth:allow L59 it tells of the catalog and shows no rows of tenants; only its owner may read it
create or replace view partition.health as
with branches as (
  select s.id, s.table_name, s.guard, s.archive_mode, b.*, partition.now_of(b.branch, b.strategy, b.key_column) as place,
      partition.coverage_of(b.branch, b.strategy) as covered
    from partition.sets s cross join lateral partition.branches_of(s.id) b where b.branch is not null and not s.is_paused
), ranges as (
  select b.table_name, b.branch, b.strategy, b.unit, b.place, r.*, (select sum(pg_total_relation_size(t)) from partition.tree_of(r.part) t) as size_bytes
    from branches b cross join lateral partition.ranges_of(b.branch, b.strategy) r
), horizons as (
  select b.*, coalesce((select upper(r) from unnest(b.covered) r where r @> b.place), b.place) as ends from branches b
)
select h.table_name, case when h.ends - h.place < l.critical_hours * 3600000000 then 'critical' else 'warning' end as severity, 'covered' as finding,
    format('%s is ready until %s only', h.branch, partition.literal_of('time', 'timestamptz'::regtype, h.ends)) as detail
  from horizons h cross join lateral (select case h.unit when 'hour' then 2 else 24 end as critical_hours, case h.unit when 'hour' then 12 else 168 end as warning_hours) l
 where h.strategy <> 'id' and h.ends - h.place < l.warning_hours * 3600000000
union all
select b.table_name, case when upper(g) <= b.place then 'information' else 'warning' end, 'gap',
    format('%s has no partition %s', b.branch, partition.range_clause(b.branch, b.strategy, g))
  from branches b cross join lateral unnest(int8multirange(range_merge(b.covered)) - b.covered) g where b.covered <> '{}'
union all
select r.table_name, 'warning', case when r.is_default then 'default' else 'overflow' end, format('%s holds rows outside all ranges', r.part)
  from ranges r where (r.is_default or lower_inf(r.span) or upper_inf(r.span)) and partition.has_rows(r.part)
union all
select r.table_name, 'critical', 'detach pending', format('the rows of %s are invisible until its detach is finished', r.part) from ranges r where r.is_pending
union all
select r.table_name, 'warning', 'bound', format('%s begins or ends within an interval of %s', r.part, r.unit)
  from ranges r where not r.is_default and ((not lower_inf(r.span) and partition.floor_of(r.unit, lower(r.span)) <> lower(r.span))
    or (not upper_inf(r.span) and partition.floor_of(r.unit, upper(r.span)) <> upper(r.span)))
union all
select r.table_name, 'warning', 'skew', format('%s has %s times the size of the median', max(r.part::text) filter (where r.size_bytes = r.largest), round(max(r.size_bytes) / max(r.median)))
  from (select x.*, max(x.size_bytes) over w as largest, m.median from ranges x
      join lateral (select percentile_cont(0.5) within group (order by y.size_bytes)::numeric as median from ranges y
        where y.branch = x.branch and not y.is_default and lower(y.span) <= y.place) m on true
     where not x.is_default and lower(x.span) <= x.place window w as (partition by x.branch)) r
 where r.median > 0 group by r.table_name, r.branch having max(r.size_bytes) > 5 * max(r.median) and max(r.size_bytes) > 100 * 1024 * 1024
union all
select s.table_name, 'warning', 'differs', format('%s: %s', t.relid::regclass, d)
  from partition.sets s cross join lateral pg_partition_tree(to_regclass(s.table_name)) t cross join lateral partition.differences(t.relid, t.parentrelid) d
 where t.level > 0
union all
select s.table_name, 'warning', 'index', format('the index %s is not valid', i.indexrelid::regclass)
  from partition.sets s join pg_index i on i.indrelid = to_regclass(s.table_name) where not i.indisvalid
union all
select s.table_name, 'warning', 'statistics', 'the table has never been analysed as a whole'
  from partition.sets s join pg_class c on c.oid = to_regclass(s.table_name) where c.reltuples < 0 and s.created < now() - interval '1 day'
union all
select s.table_name, case when n.parts > 1000 then 'critical' else 'warning' end, 'number', format('it has %s partitions', n.parts)
  from partition.sets s cross join lateral (select count(*) as parts from pg_partition_tree(to_regclass(s.table_name)) t where t.isleaf) n where n.parts > 500
union all
select s.table_name, 'warning', 'upkeep', coalesce('upkeep could not make it ready: ' || s.blocked_by, 'upkeep has not looked at it for three hours')
  from partition.sets s where not s.is_paused and s.interval_unit is not null and s.strategy <> 'hash'
    and (s.blocked_by is not null or coalesce(s.maintained, s.created) < now() - interval '3 hours')
union all
select a.table_name, case when a.is_due then 'critical' else 'warning' end, 'adoption',
    format('it refuses new rows from %s on unless its adoption is swapped; upkeep gives the adoption up 6 hours before', partition.literal_of('time', 'timestamptz'::regtype, partition.position_of('time', a.ends::text)))
  from partition.adoptions_ending() a
union all
select s.table_name, 'critical', 'gone', 'the table is not there any more' from partition.sets s where to_regclass(s.table_name) is null
union all
select s.table_name, 'warning', 'retention', format('%s stays past its line: %s', p.table_name, p.blocked_by)
  from partition.parts p join partition.sets s on s.id = p.set_id where p.blocked_by is not null and p.state <> 'dropped'
union all
select s.table_name, 'warning', 'archive', format('the archive %s was not read back', a.location)
  from partition.archives a join partition.parts p on p.id = a.part_id join partition.sets s on s.id = p.set_id where a.verified is null and p.state <> 'dropped'
    and not exists (select from partition.archives v where v.part_id = a.part_id and v.verified is not null)
union all
select s.table_name, 'critical', 'archive', format('the archive %s is damaged and its partition is dropped', a.location)
  from partition.archives a join partition.parts p on p.id = a.part_id join partition.sets s on s.id = p.set_id where a.verified is null and p.state = 'dropped'
    and not exists (select from partition.archives v where v.part_id = a.part_id and v.verified is not null)
union all
select s.table_name, 'information', 'foreign key', format('%s of %s points here: 4 to 9 times the cost of a key to a plain table', c.conname, c.conrelid::regclass)
  from partition.sets s join pg_constraint c on c.confrelid = to_regclass(s.table_name) and c.contype = 'f' and c.conparentid = 0;
comment on view partition.health is 'What is wrong with partitioned tables, or will be soon; no row when all is well.';
comment on column partition.health.table_name is 'The table.';
comment on column partition.health.severity is 'information, warning or critical.';
comment on column partition.health.finding is 'What kind of trouble, in one or two words.';
comment on column partition.health.detail is 'What it is, for people.';
