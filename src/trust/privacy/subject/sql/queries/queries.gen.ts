// Made by `npm run generate` from links.sql, purge.sql, requests.sql; do not edit.
// sources: 6626094a73d6aa60e23f250fb8b63a86
import { defineQuery } from '../../../../../kernel/index.ts';

export type ListLinksParams = Record<string, never>;
export interface ListLinksRow {
  readonly tier: string;
  readonly schema_name: string;
  readonly table_name: string;
  readonly matches: unknown;
  readonly yields: unknown;
  readonly method: string;
  readonly anonymised: string[];
  readonly reason: string | null;
}
export const listLinks = defineQuery<ListLinksParams, ListLinksRow>('privacy/subject.list_links', [], `select l.tier, l.schema_name, l.table_name, l.matches, l.yields, l.method, l.anonymised, l.reason
  from privacy.subject_links l
 order by 1, 2, 3`);

export interface PutLinkParams {
  readonly tier: string;
  readonly target: string;
  readonly matches: string;
  readonly method: string;
  readonly yields: string;
  readonly anonymised: readonly string[];
  readonly reason: string | null;
}
export interface PutLinkRow {
  readonly done: string | null;
}
export const putLink = defineQuery<PutLinkParams, PutLinkRow>('privacy/subject.put_link', ['tier', 'target', 'matches', 'method', 'yields', 'anonymised', 'reason'], `select privacy.link_subject($1::text, $2::text, $3::jsonb, $4::text, $5::jsonb, $6::text[], $7::text) as "done"`);

export type FindHorizonParams = Record<string, never>;
export interface FindHorizonRow {
  readonly horizon: string;
}
/**
 * Everything that is committed by now; whoever reads with an older view may still see what was erased.
 */
export const findHorizon = defineQuery<FindHorizonParams, FindHorizonRow>('privacy/subject.find_horizon', [], `select pg_snapshot_xmax(pg_current_snapshot())::text as "horizon"`);

export interface ListOldViewsParams {
  readonly horizon: string;
}
export interface ListOldViewsRow {
  readonly holder: string;
}
/**
 * Who may keep rows that were erased before `horizon` from leaving: in words, oldest first. Views count in this database, but a transaction
 * that has written counts in any: each view that is made while it runs, that of the rewrite too, looks as far back as it. A vacuum at work
 * looks at no old rows.
 */
export const listOldViews = defineQuery<ListOldViewsParams, ListOldViewsRow>('privacy/subject.list_old_views', ['horizon'], `select o.holder as "holder"
  from (
    select format('%s (process %s in %s, for %s)', coalesce(nullif(a.application_name, ''), a.backend_type), a.pid, coalesce(a.datname, 'no database'),
                  date_trunc('second', clock_timestamp() - coalesce(a.xact_start, a.backend_start))) as holder,
           greatest(age(a.backend_xid), case when a.datname = current_database() or a.datname is null then age(a.backend_xmin) end) as held
      from pg_catalog.pg_stat_activity a
     where a.pid <> pg_backend_pid() and not exists (select from pg_catalog.pg_stat_progress_vacuum v where v.pid = a.pid)
    union all
    select format('prepared transaction %s in %s', p.gid, p.database), age(p.transaction) from pg_catalog.pg_prepared_xacts p
    union all
    select format('replication slot %s', s.slot_name), greatest(age(s.xmin), age(s.catalog_xmin)) from pg_catalog.pg_replication_slots s
     where s.database is null or s.database = current_database()
    union all
    -- One that ends or begins in this moment is in none of these lists.
    select 'a transaction that is ending', age(pg_snapshot_xmin(pg_current_snapshot())::xid)
  ) o
 where o.held > age($1::text::xid8::xid)
 order by o.held desc`);

export interface FindTableParams {
  readonly schema: string;
  readonly table: string;
}
export interface FindTableRow {
  readonly size_bytes: number;
  readonly kind: string;
}
export const findTable = defineQuery<FindTableParams, FindTableRow>('privacy/subject.find_table', ['schema', 'table'], `select pg_total_relation_size(c.oid) as "size_bytes", c.relkind::text as "kind"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname = $1 and c.relname = $2`);

export interface ListAboveParams {
  readonly schemas: readonly string[];
  readonly tables: readonly string[];
}
export interface ListAboveRow {
  readonly schema: string;
  readonly table: string;
  readonly kind: string;
}
/**
 * The partitioned tables that these are parts of, whose statistics are their own, and the materialised views that are made of any of
 * them, each after what it is made of.
 */
export const listAbove = defineQuery<ListAboveParams, ListAboveRow>('privacy/subject.list_above', ['schemas', 'tables'], `with recursive above as (
  select c.oid, c.relkind, 0 as depth
    from unnest($1::text[], $2::text[]) as p (schema_name, table_name)
    join pg_catalog.pg_namespace n on n.nspname = p.schema_name
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = p.table_name
  union
  select r.oid, r.relkind, a.depth + 1
    from above a
    cross join lateral (
      select i.inhparent as oid from pg_catalog.pg_inherits i where i.inhrelid = a.oid
      union
      select w.ev_class from pg_catalog.pg_depend d join pg_catalog.pg_rewrite w on w.oid = d.objid
       where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = a.oid
    ) x
    join pg_catalog.pg_class r on r.oid = x.oid and r.oid <> a.oid
)
select n.nspname as "schema", c.relname as "table", c.relkind::text as "kind"
  from (select a.oid, max(a.depth) as depth from above a where a.depth > 0 and a.relkind in ('p', 'm') group by 1) a
  join pg_catalog.pg_class c on c.oid = a.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'p' or c.relispopulated
 order by a.depth, 1, 2`);

export interface BeginErasureParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly identifier_kind: string;
  readonly identifier_hash: Buffer;
  readonly purpose: string;
  readonly sealed_identifier: Buffer;
  readonly sealed_person: Buffer;
}
export interface BeginErasureRow {
  readonly id: string;
}
/**
 * No row: one for this person is under way already.
 */
export const beginErasure = defineQuery<BeginErasureParams, BeginErasureRow>('privacy/subject.begin_erasure', ['tenant_id', 'id', 'identifier_kind', 'identifier_hash', 'purpose', 'sealed_identifier', 'sealed_person'], `insert into privacy.requests (tenant_id, id, kind, identifier_kind, identifier_hash, purpose, sealed_identifier, sealed_person)
values ($1, $2, 'erase', $3, $4, $5, $6, $7)
on conflict (tenant_id, identifier_kind, identifier_hash) where kind = 'erase' and state <> 'completed' do nothing
returning id`);

export interface NoteExportParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly identifier_kind: string;
  readonly identifier_hash: Buffer;
  readonly purpose: string;
}
export type NoteExportRow = Record<string, never>;
export const noteExport = defineQuery<NoteExportParams, NoteExportRow>('privacy/subject.note_export', ['tenant_id', 'id', 'identifier_kind', 'identifier_hash', 'purpose'], `insert into privacy.requests (tenant_id, id, kind, identifier_kind, identifier_hash, purpose, state, completed)
values ($1, $2, 'export', $3, $4, $5, 'completed', now())`);

export interface FindOpenErasureParams {
  readonly tenant_id: string;
  readonly identifier_kind: string;
  readonly identifier_hash: Buffer;
}
export interface FindOpenErasureRow {
  readonly id: string;
}
export const findOpenErasure = defineQuery<FindOpenErasureParams, FindOpenErasureRow>('privacy/subject.find_open_erasure', ['tenant_id', 'identifier_kind', 'identifier_hash'], `select r.id from privacy.requests r
 where r.tenant_id = $1 and r.identifier_kind = $2 and r.identifier_hash = $3
   and r.kind = 'erase' and r.state <> 'completed'`);

export interface FindRequestParams {
  readonly id: string;
}
export interface FindRequestRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly kind: string;
  readonly identifier_kind: string;
  readonly identifier_hash: Buffer;
  readonly purpose: string;
  readonly state: string;
  readonly sealed_person: Buffer | null;
  readonly certificate: unknown;
  readonly created: Date;
}
export const findRequest = defineQuery<FindRequestParams, FindRequestRow>('privacy/subject.find_request', ['id'], `select r.tenant_id, r.id, r.kind, r.identifier_kind, r.identifier_hash, r.purpose, r.state, r.sealed_person, r.certificate, r.created
  from privacy.requests r where r.id = $1`);

export interface PutPersonParams {
  readonly sealed_person: Buffer;
  readonly tenant_id: string;
  readonly id: string;
}
export type PutPersonRow = Record<string, never>;
export const putPerson = defineQuery<PutPersonParams, PutPersonRow>('privacy/subject.put_person', ['sealed_person', 'tenant_id', 'id'], `update privacy.requests set sealed_person = $1, updated = now() where tenant_id = $2 and id = $3 and state <> 'completed'`);

export interface HoldRequestParams {
  readonly held_by: string;
  readonly tenant_id: string;
  readonly id: string;
}
export type HoldRequestRow = Record<string, never>;
export const holdRequest = defineQuery<HoldRequestParams, HoldRequestRow>('privacy/subject.hold_request', ['held_by', 'tenant_id', 'id'], `update privacy.requests set state = 'held', held_by = $1, updated = now() where tenant_id = $2 and id = $3`);

export interface ReleaseRequestParams {
  readonly tenant_id: string;
  readonly id: string;
}
export type ReleaseRequestRow = Record<string, never>;
export const releaseRequest = defineQuery<ReleaseRequestParams, ReleaseRequestRow>('privacy/subject.release_request', ['tenant_id', 'id'], `update privacy.requests set state = 'running', held_by = null, updated = now() where tenant_id = $1 and id = $2 and state = 'held'`);

export interface CompleteRequestParams {
  readonly certificate: string;
  readonly completed: Date;
  readonly tenant_id: string;
  readonly id: string;
}
export type CompleteRequestRow = Record<string, never>;
export const completeRequest = defineQuery<CompleteRequestParams, CompleteRequestRow>('privacy/subject.complete_request', ['certificate', 'completed', 'tenant_id', 'id'], `update privacy.requests
   set state = 'completed', held_by = null, sealed_identifier = null, sealed_person = null, certificate = $1::json, updated = now(), completed = $2
 where tenant_id = $3 and id = $4`);

export interface NoteFindingParams {
  readonly tenant_id: string;
  readonly request_id: string;
  readonly store: string;
  readonly place: string;
  readonly method: string;
  readonly found_count: number;
  readonly reason: string | null;
  readonly tables: string;
}
export type NoteFindingRow = Record<string, never>;
/**
 * What was found first stands; what is found later beside it is added, and its files are due again.
 */
export const noteFinding = defineQuery<NoteFindingParams, NoteFindingRow>('privacy/subject.note_finding', ['tenant_id', 'request_id', 'store', 'place', 'method', 'found_count', 'reason', 'tables'], `insert into privacy.request_steps as s (tenant_id, request_id, store, place, method, found_count, reason, tables)
values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)
on conflict (tenant_id, request_id, store, place) do update
   set found_count = greatest(s.found_count, excluded.found_count), tables = s.tables || excluded.tables,
       verified = case when excluded.method = 'keep' then s.verified end`);

export interface NotePurgeParams {
  readonly purged: string;
  readonly tenant_id: string;
  readonly request_id: string;
}
export type NotePurgeRow = Record<string, never>;
export const notePurge = defineQuery<NotePurgeParams, NotePurgeRow>('privacy/subject.note_purge', ['purged', 'tenant_id', 'request_id'], `update privacy.request_steps s
   set tables = s.tables || (select coalesce(jsonb_object_agg(p.key, p.value), '{}') from jsonb_each($1::jsonb) p where s.tables ? p.key)
 where s.tenant_id = $2 and s.request_id = $3`);

export interface VerifyStepsParams {
  readonly tenant_id: string;
  readonly request_id: string;
  readonly store: string;
}
export type VerifyStepsRow = Record<string, never>;
export const verifySteps = defineQuery<VerifyStepsParams, VerifyStepsRow>('privacy/subject.verify_steps', ['tenant_id', 'request_id', 'store'], `update privacy.request_steps set verified = now() where tenant_id = $1 and request_id = $2 and store = $3`);

export interface ListStepsParams {
  readonly tenant_id: string;
  readonly request_id: string;
}
export interface ListStepsRow {
  readonly store: string;
  readonly place: string;
  readonly method: string;
  readonly found_count: number;
  readonly reason: string | null;
  readonly tables: unknown;
  readonly verified: Date | null;
}
export const listSteps = defineQuery<ListStepsParams, ListStepsRow>('privacy/subject.list_steps', ['tenant_id', 'request_id'], `select s.store, s.place, s.method, s.found_count, s.reason, s.tables, s.verified
  from privacy.request_steps s where s.tenant_id = $1 and s.request_id = $2
 order by s.store, s.place`);

export type ListRequestsParams = Record<string, never>;
export interface ListRequestsRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly kind: string;
  readonly identifier_kind: string;
  readonly identifier_hash: string;
  readonly purpose: string;
  readonly state: string;
  readonly held_by: string | null;
  readonly created: Date;
  readonly completed: Date | null;
  readonly places: number;
  readonly rows: number;
}
export const listRequests = defineQuery<ListRequestsParams, ListRequestsRow>('privacy/subject.list_requests', [], `select r.tenant_id, r.id, r.kind, r.identifier_kind, encode(r.identifier_hash, 'hex') as "identifier_hash", r.purpose, r.state, r.held_by, r.created,
       r.completed, count(s.place) as "places", coalesce(sum(s.found_count), 0)::int8 as "rows"
  from privacy.requests r left join privacy.request_steps s on s.tenant_id = r.tenant_id and s.request_id = r.id
 group by r.tenant_id, r.id
 order by r.created desc, r.id desc`);
