-- Only what can no longer change is sealed: events of transactions below the oldest one that is running. So a block never waits for anybody,
-- and nothing that comes later can belong into it.

create or replace function audit.leaf(e audit.events) returns bytea
language sql stable parallel safe
begin atomic
  -- record_send is the binary format of the protocol: the same whatever the settings of the session, but for the encoding of the client.
  select int8send(e.id) || substr(sha256(record_send(row(
    e.created, e.id, e.era, e.xid, e.tenant_id, e.kind, e.action, e.is_success, e.target_type, e.target_id, e.row_count, e.keys, e.key_hashes,
    e.changes, e.user_id, e.member_role, e.database_user, e.application_name, e.client_address, e.origin, e.purpose, e.started,
    e.complexity_score, e.classification, e.compliance_flags, e.details))), 1, 16);
end;
comment on function audit.leaf(audit.events) is 'An event in a block: its id and the first half of the hash of all its columns. For sessions with encoding UTF8.';

create or replace function audit.block_hash(
  stream date, number integer, era smallint, from_xid xid8, to_xid xid8, event_count integer, root bytea, previous bytea, sealed timestamptz
) returns bytea
language sql immutable parallel safe
begin atomic
  select sha256(record_send(row(stream, number, era, from_xid, to_xid, event_count, root, previous, sealed)));
end;
comment on function audit.block_hash(date, integer, smallint, xid8, xid8, integer, bytea, bytea, timestamptz) is 'The hash of a block, by which the next one is chained to it.';

create or replace function audit.enter_era() returns smallint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  here constant bigint := (select c.system_identifier from pg_control_system() c);
  latest audit.eras;
begin
  select * into strict latest from audit.eras order by id desc limit 1;
  if latest.system_identifier = here then
    return latest.id;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('plinth audit seal', 0));
  insert into audit.eras (id, system_identifier)
    select max(e.id) + 1, here from audit.eras e having (select n.system_identifier from audit.eras n order by n.id desc limit 1) <> here;
  select * into strict latest from audit.eras order by id desc limit 1;
  execute format('alter table audit.events alter column era set default %s', latest.id);
  return latest.id;
end
$$;
comment on function audit.enter_era() is 'The era of this cluster; begins one where the database has come from another cluster. Then it waits for writers for a moment.';

create or replace function audit.seal(most integer default 100000) returns setof audit.blocks
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
as $$
declare
  now_era constant smallint := audit.enter_era();
  one_era smallint;
  sealed_to xid8;
  final xid8;
  cut xid8;
begin
  perform pg_advisory_xact_lock(hashtextextended('plinth audit seal', 0));
  for one_era in select e.id from audit.eras e order by e.id loop
    select coalesce(max(b.to_xid), '0') into sealed_to from audit.blocks b where b.era = one_era;
    -- A cluster that is gone has no running transactions.
    final := case one_era when now_era then pg_snapshot_xmin(pg_current_snapshot()) else '9223372036854775807' end;
    -- Of what has piled up a part each time; but a transaction whole.
    select e.xid into cut from audit.events e where e.era = one_era and e.xid >= sealed_to and e.xid < final order by e.xid offset most limit 1;
    cut := case when cut is null then final else greatest(cut, (sealed_to::text::bigint + 1)::text::xid8) end;
    return query
      insert into audit.blocks (stream, number, era, from_xid, to_xid, event_count, leaves, root, previous, hash, sealed)
      select p.stream, p.number, one_era, p.from_xid, cut, p.event_count, p.leaves, p.root, p.previous,
        audit.block_hash(p.stream, p.number, one_era, p.from_xid, cut, p.event_count, p.root, p.previous, p.sealed), p.sealed
      from (
        select n.stream, coalesce(h.number, 0) + 1 as number, case when h.era = one_era then h.to_xid else '0' end as from_xid,
          n.event_count, n.leaves, sha256(n.leaves) as root, coalesce(h.hash, '') as previous, clock_timestamp() as sealed
        from (
          -- In order of ids, with which leaves begin: 24 bytes are sorted, not events.
          select l.stream, count(*)::integer as event_count, string_agg(l.leaf, '' order by l.leaf) as leaves
          from (
            select audit.stream_of(e.created) as stream, audit.leaf(e) as leaf
            from audit.events e where e.era = one_era and e.xid >= sealed_to and e.xid < cut
            offset 0
          ) l
          group by l.stream
        ) n left join lateral (
          select b.number, b.era, b.to_xid, b.hash from audit.blocks b where b.stream = n.stream order by b.number desc limit 1
        ) h on true
        offset 0
      ) p
      returning *;
  end loop;
end
$$;
comment on function audit.seal(integer) is
  'Seals what has become final since the last time, at most so many events but a transaction whole. Returns the new blocks; none where there was nothing.';
