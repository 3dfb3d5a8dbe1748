-- name: seal
select b.stream::text as "stream!", b.number as "number!", b.event_count as "event_count!" from audit.seal(:most) b;

-- name: list_heads
-- One per month, by steps over the index.
with recursive months as (
  (select b.stream from audit.blocks b order by b.stream limit 1)
  union all
  select (select b.stream from audit.blocks b where b.stream > m.stream order by b.stream limit 1) from months m where m.stream is not null
)
select h.stream::text as "stream!", h.number as "number!", encode(h.hash, 'hex') as "hash!"
from months m cross join lateral (select b.* from audit.blocks b where b.stream = m.stream order by b.number desc limit 1) h
order by 1;

-- name: list_unlike_anchors
-- What was anchored and is not so in the database, the first of each month.
select distinct on (a.stream) a.place as "place!", a.stream::text as "stream!", a.number as "number!", b.hash is not null as "is_there!",
  (select max(m.number) from audit.blocks m where m.stream = a.stream) as last_number
from unnest(:streams::date[], :numbers::integer[], :hashes::text[]) with ordinality a (stream, number, hash, place)
  left join audit.blocks b on b.stream = a.stream and b.number = a.number
where b.hash is null or encode(b.hash, 'hex') <> a.hash
order by a.stream, a.number;

-- name: check_chain
select c.stream::text as "stream!", c.number as "number!", c.finding as "finding!" from audit.check_chain() c;

-- name: check_events
select c.stream::text as "stream!", c.number, c.event_id, c.finding as "finding!",
  (select format('%s %s%s of %s', e.kind, e.action, ' ' || e.target_id, to_char(e.created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    -- plinth:allow unpruned it may have been moved to any month
    from audit.events e where e.id = c.event_id limit 1) as event
from audit.check_events() c;

-- name: count_trail
select (select b.sealed from audit.blocks b order by b.stream desc, b.number desc limit 1) as sealed_last, (select coalesce(sum(b.event_count), 0)::int8 from audit.blocks b) as "sealed!", (select count(*)::int8 from audit.blocks b) as "blocks!",
  (select count(*)::int8
   from (select r.id as era, coalesce(max(b.to_xid), '0') as to_xid from audit.eras r left join audit.blocks b on b.era = r.id group by r.id) s
     -- plinth:allow unpruned by the index on transactions
     join audit.events e on e.era = s.era and e.xid >= s.to_xid) as "unsealed!";

-- name: has_unsealed
select exists (
  select from (select r.id as era, coalesce(max(b.to_xid), '0') as to_xid from audit.eras r left join audit.blocks b on b.era = r.id group by r.id) s
    join audit.events e on e.era = s.era and e.xid >= s.to_xid
  -- plinth:allow unpruned the bounds are those of one partition
  where e.created >= :from::timestamptz and e.created < :to::timestamptz
) as "has!";

-- name: guard_partitions
-- TRUNCATE fires the triggers of the table it names: each partition needs one of its own. Those to come are made months ahead.
select format('create trigger refuse_truncate before truncate on %s for each statement execute function audit.refuse()', p.relid) as "create!",
  format('alter table %s enable always trigger refuse_truncate', p.relid) as "enable!"
from pg_catalog.pg_partition_tree('audit.events') p
where p.isleaf and not exists (select from pg_catalog.pg_trigger t where t.tgrelid = p.relid and t.tgname = 'refuse_truncate');

-- name: clean_key_index
-- The keys of new events wait in a list; whoever makes it too long has to sort it in. Better we do.
select coalesce(sum(gin_clean_pending_list(i.indexrelid)), 0)::int8 as "pages!"
from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_am a on a.oid = c.relam
where a.amname = 'gin' and i.indrelid in (select p.relid from pg_catalog.pg_partition_tree('audit.events') p where p.isleaf);
