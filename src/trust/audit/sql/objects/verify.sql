create or replace function audit.check_chain() returns table (stream date, number integer, finding text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  with chain as (
    select b.*, lag(b.number) over w as number_before, lag(b.hash) over w as hash_before, lag(b.era) over w as era_before, lag(b.to_xid) over w as to_before
    from audit.blocks b window w as (partition by b.stream order by b.number)
  )
  select c.stream, c.number, f.finding
  from chain c cross join lateral (
    select 'the blocks before it are gone' as finding where c.number <> coalesce(c.number_before, 0) + 1
    union all select 'it is not chained to the block before' where c.previous <> coalesce(c.hash_before, '') and c.number = coalesce(c.number_before, 0) + 1
    union all select 'its hash is not that of its content'
      where c.hash <> audit.block_hash(c.stream, c.number, c.era, c.from_xid, c.to_xid, c.event_count, c.root, c.previous, c.sealed)
    union all select 'its range does not follow that of the block before'
      where c.from_xid <> case when c.era_before = c.era then c.to_before else '0' end and c.number = coalesce(c.number_before, 0) + 1
    union all select 'its leaves were changed' where sha256(c.leaves) is distinct from c.root
  ) f
  order by c.stream, c.number
$$;
comment on function audit.check_chain() is 'What is wrong with the blocks themselves; nothing when the chain holds.';

create or replace function audit.check_block(block audit.blocks) returns table (event_id bigint, finding text)
language sql stable
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
as $$
  with sealed as materialized (
    select l.leaf, row_number() over (partition by l.leaf) as copy
    from generate_series(0, length(block.leaves) / 24 - 1) i cross join lateral (select substr(block.leaves, 24 * i + 1, 24) as leaf) l
  ), here as materialized (
    select l.leaf, row_number() over (partition by l.leaf) as copy
    from audit.events e cross join lateral (select audit.leaf(e) as leaf) l
    where e.created >= block.stream::timestamp at time zone 'UTC' and e.created < (block.stream + interval '1 month') at time zone 'UTC'
      and e.era = block.era and e.xid >= block.from_xid and e.xid < block.to_xid
  ), differing as (
    select ('x' || encode(substr(coalesce(s.leaf, h.leaf), 1, 8), 'hex'))::bit(64)::bigint as id, s.leaf is null as is_extra
    from sealed s full join here h on h.leaf = s.leaf and h.copy = s.copy where s.leaf is null or h.leaf is null
  )
  -- Sealed and not here: it was changed if there is one of this id, wherever it was moved to. Here and not sealed: inserted, unless that one.
  select d.id, case when not bool_and(d.is_extra) then
      case when bool_or(d.is_extra) or exists (select from audit.events e where e.id = d.id) then 'changed' else 'removed' end
    else 'inserted' end
  from differing d group by d.id order by d.id
$$;
comment on function audit.check_block(audit.blocks) is 'Which events differ from what was sealed in a block.';

create or replace function audit.check_events() returns table (stream date, number integer, event_id bigint, finding text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
as $$
declare
  now_era constant smallint := (select max(l.id) from audit.eras l);
  next_xid constant xid8 := pg_snapshot_xmax(pg_current_snapshot());
  empty_months date[] := '{}';
  b audit.blocks;
begin
  for b in
    select s.* from audit.blocks s cross join lateral (
      select sha256(string_agg(l.leaf, '' order by l.leaf)) as root
      from (
        select audit.leaf(e) as leaf from audit.events e
        where e.created >= s.stream::timestamp at time zone 'UTC' and e.created < (s.stream + interval '1 month') at time zone 'UTC'
          and e.era = s.era and e.xid >= s.from_xid and e.xid < s.to_xid
        offset 0
      ) l
    ) h where h.root is distinct from s.root
    order by s.stream, s.number
  loop
    if not exists (select from audit.events e
        where e.created >= b.stream::timestamp at time zone 'UTC' and e.created < (b.stream + interval '1 month') at time zone 'UTC') then
      -- Whether the month was allowed to leave is known outside of the database only.
      if b.stream <> all (empty_months) then
        empty_months := empty_months || b.stream;
        return query select b.stream, null::integer, null::bigint, 'empty'::text;
      end if;
    else
      return query select b.stream, b.number, c.event_id, c.finding from audit.check_block(b) c;
    end if;
  end loop;

  -- As many as were sealed, and those that are to be: then there is none beside them.
  if (select count(*) from audit.events) = coalesce((select sum(s.event_count) from audit.blocks s where s.stream <> all (empty_months)), 0) + (
      select count(*) from audit.eras l left join (select s.era, max(s.to_xid) as to_xid from audit.blocks s group by s.era) r on r.era = l.id
        join audit.events e on e.era = l.id and e.xid >= coalesce(r.to_xid, '0') and (e.xid < next_xid or e.era < now_era)) then
    return;
  end if;
  return query
    select audit.stream_of(e.created), null::integer, e.id, 'inserted'::text
    from audit.events e
      left join (select s.era, max(s.to_xid) as to_xid from audit.blocks s group by s.era) r on r.era = e.era
      left join (select s.stream, s.era, max(s.to_xid) as to_xid from audit.blocks s group by s.stream, s.era) h
        on h.era = e.era and h.stream = audit.stream_of(e.created)
    -- Beside all blocks, though all was sealed up to there: it came later, with a transaction that had ended. Or of a transaction, or a cluster,
    -- that is still to come: it would never be sealed.
    where e.xid < r.to_xid and (h.to_xid is null or e.xid >= h.to_xid) or e.era > now_era or e.era = now_era and e.xid >= next_xid
    order by 1, 3;
end
$$;
comment on function audit.check_events() is
  'Which events differ from what was sealed: changed, removed, inserted; an event that was moved counts as changed. `empty` is a month without a single event, though blocks of it are there.';
