-- name: record_events
insert into audit.events (tenant_id, kind, action, is_success, target_type, target_id, row_count, keys, key_hashes, user_id, origin, purpose, started,
  complexity_score, classification, compliance_flags, details)
select coalesce(e.tenant_id, '00000000-0000-0000-0000-000000000000'), e.kind, e.action, e.is_success, e.target_type, e.target_id, e.row_count, e.keys,
  (select array_agg(audit.key_hash(k)) from unnest(e.keys) k), e.user_id, e.origin, e.purpose,
  clock_timestamp() - e.duration_ms * interval '1 millisecond', e.complexity_score, e.classification,
  e.compliance_flags, e.details
from jsonb_to_recordset(:entries::jsonb) as e (tenant_id uuid, kind text, action text, is_success boolean, target_type text, target_id text, row_count bigint,
  keys text[], user_id uuid, origin jsonb, purpose text, duration_ms real, complexity_score smallint, classification text, compliance_flags text[], details jsonb);

-- name: enter_era
select audit.enter_era() as "era!";

-- name: find_table
select c.oid::regclass::text as "table!" from pg_catalog.pg_class c where c.oid = to_regclass(:table);

-- name: track_table
select audit.track(to_regclass(:table), :columns?::text[], :classified?::jsonb) as "is_made!";

-- name: untrack_table
select audit.untrack(to_regclass(:table)) as "was_tracked!";

-- name: refresh_tracked
select r.name as "table!", r.is_mended as "is_mended!" from audit.refresh() r;

-- name: list_tracked
select t.table_name, t.only_columns, t.created, coalesce(c.concealed, '{}') as "concealed!", coalesce(c.undecided, '{}') as "undecided!"
from audit.tracked_tables t cross join lateral (
  select array_agg(c.name order by c.name) as concealed, array_agg(c.name order by c.name) filter (where c.level is null) as undecided
  from audit.columns_of(to_regclass(t.table_name), t.only_columns, t.classified) c where c.is_concealed and (c.is_kept or c.key_place is not null)
) c
order by t.table_name;

-- name: shred_hash_key
delete from audit.hash_keys k where k.tenant_id = :tenant_id;

-- name: find_horizon
select pg_snapshot_xmax(pg_current_snapshot())::text as "horizon!";

-- name: find_older_view
-- Who may still see what was deleted before: a view in this database, or a transaction anywhere that has written.
select coalesce(
  (select format('%s (process %s)', coalesce(nullif(a.application_name, ''), a.backend_type), a.pid) from pg_catalog.pg_stat_activity a
   where a.datname = current_database() and a.pid <> pg_backend_pid() and age(a.backend_xmin) > age(:horizon::text::xid8::xid) limit 1),
  case when pg_snapshot_xmin(pg_current_snapshot()) < :horizon::text::xid8 then 'a transaction that has written' end) as holder;

-- name: list_key_columns
select c.name as "name!", c.type as "type!" from audit.columns_of(to_regclass(:table), null, '{}') c
where c.key_place is not null and not c.is_tenant order by c.key_place;

-- name: list_row_changes
-- Where an update changed the key, the columns of it stand among the changes.
select e.id as "id!", e.created as "created!", e.era || ' ' || e.xid::text as "transaction!", e.action as "action!", e.tenant_id as "tenant_id!", e.user_id,
  e.database_user as "database_user!", p.key = :key as "is_now!", f.key = :key as "was_before!",
  (select json_object_agg(c.key, json_build_object('old', c.value -> 'old' -> p.position, 'new', c.value -> 'new' -> p.position))
    from json_each(e.changes) c)::text as columns
from audit.events e
  cross join lateral (select u.key, u.place::integer - 1 as position from unnest(e.keys) with ordinality u (key, place)) p
  cross join lateral (
    select case when cardinality(:key_columns::text[]) = 1 then coalesce(e.changes -> (:key_columns::text[])[1] -> 'old' ->> p.position, p.key)
      else (select '[' || string_agg(coalesce((e.changes -> k.name -> 'old' -> p.position)::text, (p.key::json -> (k.place::integer - 1))::text), ', ' order by k.place) || ']'
        from unnest(:key_columns::text[]) with ordinality k (name, place)) end as key
  ) f
-- plinth:allow unpruned a row may be as old as the trail
where e.kind = 'change' and e.target_id = :table and e.key_hashes @> array[audit.key_hash(:key)] and :key in (p.key, f.key)
  and (:tenant_id?::uuid is null or e.tenant_id = :tenant_id?::uuid)
order by e.id;

-- name: read_current_row
select r as "row!" from audit.current_row(to_regclass(:table), :key, :tenant_id?::uuid) r;
