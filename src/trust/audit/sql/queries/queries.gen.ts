// Made by `npm run generate` from trail.sql; do not edit.
// sources: a648e0b745939886286c7a0b7b804e43
import { defineQuery } from '../../../../kernel/index.ts';

export interface RecordEventsParams {
  readonly entries: string;
}
export type RecordEventsRow = Record<string, never>;
export const recordEvents = defineQuery<RecordEventsParams, RecordEventsRow>('audit.record_events', ['entries'], `insert into audit.events (tenant_id, kind, action, is_success, target_type, target_id, row_count, keys, key_hashes, user_id, origin, purpose, started,
  complexity_score, classification, compliance_flags, details)
select coalesce(e.tenant_id, '00000000-0000-0000-0000-000000000000'), e.kind, e.action, e.is_success, e.target_type, e.target_id, e.row_count, e.keys,
  (select array_agg(audit.key_hash(k)) from unnest(e.keys) k), e.user_id, e.origin, e.purpose,
  clock_timestamp() - e.duration_ms * interval '1 millisecond', e.complexity_score, e.classification,
  e.compliance_flags, e.details
from jsonb_to_recordset($1::jsonb) as e (tenant_id uuid, kind text, action text, is_success boolean, target_type text, target_id text, row_count bigint,
  keys text[], user_id uuid, origin jsonb, purpose text, duration_ms real, complexity_score smallint, classification text, compliance_flags text[], details jsonb)`);

export type EnterEraParams = Record<string, never>;
export interface EnterEraRow {
  readonly era: number;
}
export const enterEra = defineQuery<EnterEraParams, EnterEraRow>('audit.enter_era', [], `select audit.enter_era() as "era"`);

export interface FindTableParams {
  readonly table: string;
}
export interface FindTableRow {
  readonly table: string;
}
export const findTable = defineQuery<FindTableParams, FindTableRow>('audit.find_table', ['table'], `select c.oid::regclass::text as "table" from pg_catalog.pg_class c where c.oid = to_regclass($1)`);

export interface TrackTableParams {
  readonly table: string;
  readonly columns: readonly string[] | null;
  readonly classified: string | null;
}
export interface TrackTableRow {
  readonly is_made: boolean;
}
export const trackTable = defineQuery<TrackTableParams, TrackTableRow>('audit.track_table', ['table', 'columns', 'classified'], `select audit.track(to_regclass($1), $2::text[], $3::jsonb) as "is_made"`);

export interface UntrackTableParams {
  readonly table: string;
}
export interface UntrackTableRow {
  readonly was_tracked: boolean;
}
export const untrackTable = defineQuery<UntrackTableParams, UntrackTableRow>('audit.untrack_table', ['table'], `select audit.untrack(to_regclass($1)) as "was_tracked"`);

export type RefreshTrackedParams = Record<string, never>;
export interface RefreshTrackedRow {
  readonly table: string;
  readonly is_mended: boolean;
}
export const refreshTracked = defineQuery<RefreshTrackedParams, RefreshTrackedRow>('audit.refresh_tracked', [], `select r.name as "table", r.is_mended as "is_mended" from audit.refresh() r`);

export type ListTrackedParams = Record<string, never>;
export interface ListTrackedRow {
  readonly table_name: string;
  readonly only_columns: string[] | null;
  readonly created: Date;
  readonly concealed: string[];
  readonly undecided: string[];
}
export const listTracked = defineQuery<ListTrackedParams, ListTrackedRow>('audit.list_tracked', [], `select t.table_name, t.only_columns, t.created, coalesce(c.concealed, '{}') as "concealed", coalesce(c.undecided, '{}') as "undecided"
from audit.tracked_tables t cross join lateral (
  select array_agg(c.name order by c.name) as concealed, array_agg(c.name order by c.name) filter (where c.level is null) as undecided
  from audit.columns_of(to_regclass(t.table_name), t.only_columns, t.classified) c where c.is_concealed and (c.is_kept or c.key_place is not null)
) c
order by t.table_name`);

export interface ShredHashKeyParams {
  readonly tenant_id: string;
}
export type ShredHashKeyRow = Record<string, never>;
export const shredHashKey = defineQuery<ShredHashKeyParams, ShredHashKeyRow>('audit.shred_hash_key', ['tenant_id'], `delete from audit.hash_keys k where k.tenant_id = $1`);

export type FindHorizonParams = Record<string, never>;
export interface FindHorizonRow {
  readonly horizon: string;
}
export const findHorizon = defineQuery<FindHorizonParams, FindHorizonRow>('audit.find_horizon', [], `select pg_snapshot_xmax(pg_current_snapshot())::text as "horizon"`);

export interface FindOlderViewParams {
  readonly horizon: string;
}
export interface FindOlderViewRow {
  readonly holder: string | null;
}
/**
 * Who may still see what was deleted before: a view in this database, or a transaction anywhere that has written.
 */
export const findOlderView = defineQuery<FindOlderViewParams, FindOlderViewRow>('audit.find_older_view', ['horizon'], `select coalesce(
  (select format('%s (process %s)', coalesce(nullif(a.application_name, ''), a.backend_type), a.pid) from pg_catalog.pg_stat_activity a
   where a.datname = current_database() and a.pid <> pg_backend_pid() and age(a.backend_xmin) > age($1::text::xid8::xid) limit 1),
  case when pg_snapshot_xmin(pg_current_snapshot()) < $1::text::xid8 then 'a transaction that has written' end) as holder`);

export interface ListKeyColumnsParams {
  readonly table: string;
}
export interface ListKeyColumnsRow {
  readonly name: string;
  readonly type: string;
}
export const listKeyColumns = defineQuery<ListKeyColumnsParams, ListKeyColumnsRow>('audit.list_key_columns', ['table'], `select c.name as "name", c.type as "type" from audit.columns_of(to_regclass($1), null, '{}') c
where c.key_place is not null and not c.is_tenant order by c.key_place`);

export interface ListRowChangesParams {
  readonly key: string;
  readonly key_columns: readonly string[];
  readonly table: string;
  readonly tenant_id: string | null;
}
export interface ListRowChangesRow {
  readonly id: number;
  readonly created: Date;
  readonly transaction: string;
  readonly action: string;
  readonly tenant_id: string;
  readonly user_id: string | null;
  readonly database_user: string;
  readonly is_now: boolean;
  readonly was_before: boolean;
  readonly columns: string | null;
}
/**
 * Where an update changed the key, the columns of it stand among the changes.
 */
export const listRowChanges = defineQuery<ListRowChangesParams, ListRowChangesRow>('audit.list_row_changes', ['key', 'key_columns', 'table', 'tenant_id'], `select e.id as "id", e.created as "created", e.era || ' ' || e.xid::text as "transaction", e.action as "action", e.tenant_id as "tenant_id", e.user_id,
  e.database_user as "database_user", p.key = $1 as "is_now", f.key = $1 as "was_before",
  (select json_object_agg(c.key, json_build_object('old', c.value -> 'old' -> p.position, 'new', c.value -> 'new' -> p.position))
    from json_each(e.changes) c)::text as columns
from audit.events e
  cross join lateral (select u.key, u.place::integer - 1 as position from unnest(e.keys) with ordinality u (key, place)) p
  cross join lateral (
    select case when cardinality($2::text[]) = 1 then coalesce(e.changes -> ($2::text[])[1] -> 'old' ->> p.position, p.key)
      else (select '[' || string_agg(coalesce((e.changes -> k.name -> 'old' -> p.position)::text, (p.key::json -> (k.place::integer - 1))::text), ', ' order by k.place) || ']'
        from unnest($2::text[]) with ordinality k (name, place)) end as key
  ) f
-- plinth:allow unpruned a row may be as old as the trail
where e.kind = 'change' and e.target_id = $3 and e.key_hashes @> array[audit.key_hash($1)] and $1 in (p.key, f.key)
  and ($4::uuid is null or e.tenant_id = $4::uuid)
order by e.id`);

export interface ReadCurrentRowParams {
  readonly table: string;
  readonly key: string;
  readonly tenant_id: string | null;
}
export interface ReadCurrentRowRow {
  readonly row: string;
}
export const readCurrentRow = defineQuery<ReadCurrentRowParams, ReadCurrentRowRow>('audit.read_current_row', ['table', 'key', 'tenant_id'], `select r as "row" from audit.current_row(to_regclass($1), $2, $3::uuid) r`);
