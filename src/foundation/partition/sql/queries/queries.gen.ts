// Made by `npm run generate` from archives.sql, pruning.sql, retention.sql, sets.sql; do not edit.
// sources: 3a24a2a8a16cab0b78a68ad062a2639a
import { defineQuery } from '../../../../kernel/index.ts';

export type ExportSettingsParams = Record<string, never>;
export interface ExportSettingsRow {
  readonly settings: string | null;
}
/**
 * What is written has to be read alike anywhere and at any time.
 */
export const exportSettings = defineQuery<ExportSettingsParams, ExportSettingsRow>('partition.export_settings', [], `select concat(set_config('row_security', 'off', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
       set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
       set_config('search_path', 'pg_catalog, pg_temp', true)) as settings`);

export interface FindArchivableParams {
  readonly part_id: string;
}
export interface FindArchivableRow {
  readonly part_id: string;
  readonly set_id: string;
  readonly set_name: string;
  readonly part: string;
  readonly state: string;
  readonly lower_bound: string | null;
  readonly upper_bound: string | null;
  readonly group_name: string | null;
  readonly relation: string;
  readonly to_tier: string | null;
}
export const findArchivable = defineQuery<FindArchivableParams, FindArchivableRow>('partition.find_archivable', ['part_id'], `select p.id as "part_id", p.set_id as "set_id", s.table_name as "set_name", p.table_name as "part", p.state as "state", p.lower_bound, p.upper_bound,
       p.group_name, c.relname::text as "relation", s.declaration -> 'archive' ->> 'tier' as to_tier
  from partition.parts p join partition.sets s on s.id = p.set_id join pg_catalog.pg_class c on c.oid = to_regclass(p.table_name)
 where p.id = $1 and p.state in ('detached', 'archived')`);

export interface ListColumnsParams {
  readonly table_name: string;
}
export interface ListColumnsRow {
  readonly name: string;
  readonly type: string;
  readonly is_generated: boolean;
}
/**
 * Columns whose values are kept; generated ones are computed again.
 */
export const listColumns = defineQuery<ListColumnsParams, ListColumnsRow>('partition.list_columns', ['table_name'], `select a.attname::text as "name", format_type(a.atttypid, a.atttypmod) as "type", a.attgenerated <> '' as "is_generated"
  from pg_catalog.pg_attribute a where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum`);

export interface HashRowsParams {
  readonly table_name: string;
  readonly columns: string;
}
export interface HashRowsRow {
  readonly row_count: number;
  readonly content_hash: string;
}
export const hashRows = defineQuery<HashRowsParams, HashRowsRow>('partition.hash_rows', ['table_name', 'columns'], `select h.row_count as "row_count", h.content_hash as "content_hash" from partition.content_hash(to_regclass($1), $2::text) h`);

export interface InsertArchiveParams {
  readonly part_id: string;
  readonly location: string;
  readonly id: string;
  readonly manifest: string;
  readonly row_count: number;
  readonly size_bytes: number;
  readonly sha256: string | null;
  readonly content_hash: string;
}
export type InsertArchiveRow = Record<string, never>;
/**
 * What lay in the same place was a copy of the same partition, from before it was restored.
 */
export const insertArchive = defineQuery<InsertArchiveParams, InsertArchiveRow>('partition.insert_archive', ['part_id', 'location', 'id', 'manifest', 'row_count', 'size_bytes', 'sha256', 'content_hash'], `with gone as (delete from partition.archives where part_id = $1 and location = $2)
insert into partition.archives (id, part_id, location, manifest, row_count, size_bytes, sha256, content_hash)
values ($3, $1, $2, $4, $5, $6, $7, $8)`);

export interface NoteVerifiedParams {
  readonly id: string;
  readonly took_ms: number;
}
export type NoteVerifiedRow = Record<string, never>;
export const noteVerified = defineQuery<NoteVerifiedParams, NoteVerifiedRow>('partition.note_verified', ['id', 'took_ms'], `with proven as (update partition.archives set verified = clock_timestamp() where id = $1 returning part_id),
  moved as (update partition.parts p set state = 'archived', archived = clock_timestamp(), blocked_by = null
    from proven where p.id = proven.part_id and p.state = 'detached' returning p.set_id, p.table_name)
insert into partition.actions (set_id, table_name, action, duration_ms) select set_id, table_name, 'archive', $2::int from moved`);

export interface NoteUnverifiedParams {
  readonly id: string;
}
export type NoteUnverifiedRow = Record<string, never>;
export const noteUnverified = defineQuery<NoteUnverifiedParams, NoteUnverifiedRow>('partition.note_unverified', ['id'], `update partition.archives set verified = null where id = $1`);

export type ListArchivesParams = Record<string, never>;
export interface ListArchivesRow {
  readonly id: string;
  readonly set_name: string;
  readonly part: string;
  readonly lower_bound: string | null;
  readonly upper_bound: string | null;
  readonly state: string;
  readonly location: string;
  readonly row_count: number;
  readonly size_bytes: number;
  readonly archived: Date;
  readonly verified: Date | null;
  readonly restored: Date | null;
}
export const listArchives = defineQuery<ListArchivesParams, ListArchivesRow>('partition.list_archives', [], `select a.id as "id", s.table_name as "set_name", p.table_name as "part", p.lower_bound, p.upper_bound, p.state as "state", a.location as "location",
       a.row_count as "row_count", a.size_bytes as "size_bytes", a.archived as "archived", a.verified, a.restored
  from partition.archives a join partition.parts p on p.id = a.part_id join partition.sets s on s.id = p.set_id order by a.archived`);

export interface FindArchiveParams {
  readonly id: string;
}
export interface FindArchiveRow {
  readonly id: string;
  readonly part_id: string;
  readonly manifest: unknown;
  readonly location: string;
  readonly set_name: string;
  readonly state: string;
  readonly part: string;
}
export const findArchive = defineQuery<FindArchiveParams, FindArchiveRow>('partition.find_archive', ['id'], `select a.id as "id", a.part_id as "part_id", a.manifest as "manifest", a.location as "location", s.table_name as "set_name", p.state as "state",
       p.table_name as "part"
  from partition.archives a join partition.parts p on p.id = a.part_id join partition.sets s on s.id = p.set_id where a.id = $1`);

export interface NoteRestoredParams {
  readonly id: string;
  readonly table_name: string;
  readonly took_ms: number;
}
export type NoteRestoredRow = Record<string, never>;
export const noteRestored = defineQuery<NoteRestoredParams, NoteRestoredRow>('partition.note_restored', ['id', 'table_name', 'took_ms'], `with restored as (update partition.archives set restored = clock_timestamp() where id = $1 returning part_id),
  back as (update partition.parts p set state = 'detached', detached = clock_timestamp(), dropped = null, table_name = $2
    from restored where p.id = restored.part_id returning p.set_id, p.table_name)
insert into partition.actions (set_id, table_name, action, duration_ms) select set_id, table_name, 'restore', $3::int from back`);

export interface DressPartParams {
  readonly part: string;
  readonly parent: string;
}
export interface DressPartRow {
  readonly dress: string | null;
}
export const dressPart = defineQuery<DressPartParams, DressPartRow>('partition.dress_part', ['part', 'parent'], `select partition.dress(to_regclass($1), to_regclass($2))`);

export interface SealTableParams {
  readonly table_name: string;
}
export interface SealTableRow {
  readonly seal: string | null;
}
export const sealTable = defineQuery<SealTableParams, SealTableRow>('partition.seal_table', ['table_name'], `select partition.seal(to_regclass($1), to_regclass($1))`);

export interface SizeTableParams {
  readonly table_name: string;
}
export interface SizeTableRow {
  readonly size_bytes: number;
}
export const sizeTable = defineQuery<SizeTableParams, SizeTableRow>('partition.size_table', ['table_name'], `select pg_total_relation_size(to_regclass($1)) as "size_bytes"`);

export interface ExistsTableParams {
  readonly table_name: string;
}
export interface ExistsTableRow {
  readonly exists: boolean;
}
export const existsTable = defineQuery<ExistsTableParams, ExistsTableRow>('partition.exists_table', ['table_name'], `select to_regclass($1) is not null as "exists"`);

export interface PrintNameParams {
  readonly table_name: string;
}
export interface PrintNameRow {
  readonly name: string;
}
/**
 * As all other names in the tables of this schema are written.
 */
export const printName = defineQuery<PrintNameParams, PrintNameRow>('partition.print_name', ['table_name'], `select to_regclass($1)::text as "name"`);

export type ListBranchingTablesParams = Record<string, never>;
export interface ListBranchingTablesRow {
  readonly table_name: string;
  readonly reached_by: string[];
}
/**
 * Tables that are looked after, with the names under which a statement can reach them: their own, and those of views that read them.
 */
export const listBranchingTables = defineQuery<ListBranchingTablesParams, ListBranchingTablesRow>('partition.list_branching_tables', [], `with recursive sets as (
  select s.table_name, c.oid from partition.sets s join pg_catalog.pg_class c on c.oid = to_regclass(s.table_name)
), reaching as (
  select table_name, oid from sets
  union
  select r.table_name, w.ev_class from reaching r
    join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = r.oid and d.classid = 'pg_catalog.pg_rewrite'::regclass
    join pg_catalog.pg_rewrite w on w.oid = d.objid
)
select r.table_name as "table_name", array_agg(distinct c.relname::text) as "reached_by"
  from reaching r join pg_catalog.pg_class c on c.oid = r.oid group by r.table_name order by r.table_name`);

export interface ListLeavesParams {
  readonly table_name: string;
}
export interface ListLeavesRow {
  readonly leaf: string;
  readonly part: string;
}
/**
 * Tables that hold the rows of a set, each with the partition that is cut, kept and dropped as one.
 */
export const listLeaves = defineQuery<ListLeavesParams, ListLeavesRow>('partition.list_leaves', ['table_name'], `select n.nspname::text || '.' || c.relname as "leaf", p.relid::regclass::text as "part"
  from partition.sets s
    cross join lateral pg_catalog.pg_partition_tree(to_regclass(s.table_name)) p
    cross join lateral pg_catalog.pg_partition_tree(p.relid) l
    join pg_catalog.pg_class c on c.oid = l.relid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where s.table_name = $1 and l.isleaf and p.level = case when s.strategy = 'list' and s.sub_strategy = 'time' then 2 else 1 end`);

export type SeePartsParams = Record<string, never>;
export interface SeePartsRow {
  readonly see_parts: string | null;
}
export const seeParts = defineQuery<SeePartsParams, SeePartsRow>('partition.see_parts', [], `select partition.see_parts()`);

export interface ListDueParams {
  readonly only_set: string | null;
}
export interface ListDueRow {
  readonly set_name: string;
  readonly set_id: string;
  readonly part_id: string;
  readonly branch: string;
  readonly part: string;
  readonly lower_bound: string | null;
  readonly upper_bound: string | null;
  readonly overdue_since: Date | null;
  readonly gate: string | null;
  readonly rows: number;
  readonly size_bytes: number;
}
export const listDue = defineQuery<ListDueParams, ListDueRow>('partition.list_due', ['only_set'], `select s.table_name as "set_name", d.set_id as "set_id", d.part_id as "part_id", d.branch::text as "branch", d.part::text as "part",
       p.lower_bound, p.upper_bound, d.overdue_since, partition.gate_of(d.set_id, d.part, d.overdue_since) as gate,
       (select coalesce(sum(greatest(c.reltuples, 0)), 0)::int8 from pg_catalog.pg_partition_tree(d.part) t
         join pg_catalog.pg_class c on c.oid = t.relid) as "rows",
       (select coalesce(sum(pg_total_relation_size(t.relid)), 0)::int8 from pg_catalog.pg_partition_tree(d.part) t) as "size_bytes"
  from partition.due($1::text) d join partition.sets s on s.id = d.set_id join partition.parts p on p.id = d.part_id`);

export interface FindPartParams {
  readonly table_name: string;
}
export interface FindPartRow {
  readonly part_id: string;
  readonly set_id: string;
  readonly set_name: string;
  readonly part: string;
  readonly state: string;
  readonly lower_bound: string | null;
  readonly upper_bound: string | null;
  readonly branch: string | null;
}
export const findPart = defineQuery<FindPartParams, FindPartRow>('partition.find_part', ['table_name'], `select p.id as "part_id", p.set_id as "set_id", s.table_name as "set_name", p.table_name as "part", p.state as "state", p.lower_bound, p.upper_bound,
       i.inhparent::regclass::text as branch
  from partition.parts p join partition.sets s on s.id = p.set_id left join pg_catalog.pg_inherits i on i.inhrelid = to_regclass(p.table_name)
 where to_regclass(p.table_name) = to_regclass($1) and p.state <> 'dropped'`);

export type ListInterruptedParams = Record<string, never>;
export interface ListInterruptedRow {
  readonly part_id: string;
  readonly part: string;
  readonly branch: string | null;
  readonly is_pending: boolean;
}
/**
 * What an interrupted detach left: rows of a pending one are invisible already, and its table can lose no other.
 */
export const listInterrupted = defineQuery<ListInterruptedParams, ListInterruptedRow>('partition.list_interrupted', [], `select p.id as "part_id", p.table_name as "part", i.inhparent::regclass::text as branch, coalesce(i.inhdetachpending, false) as "is_pending"
  from partition.parts p left join pg_catalog.pg_inherits i on i.inhrelid = to_regclass(p.table_name)
 where p.state = 'detach_pending' or i.inhdetachpending`);

export interface IsPendingParams {
  readonly part: string;
}
export interface IsPendingRow {
  readonly is_pending: boolean;
}
export const isPending = defineQuery<IsPendingParams, IsPendingRow>('partition.is_pending', ['part'], `select i.inhdetachpending as "is_pending" from pg_catalog.pg_inherits i where i.inhrelid = to_regclass($1)`);

export interface HasDefaultParams {
  readonly branch: string;
}
export interface HasDefaultRow {
  readonly has: boolean;
}
export const hasDefault = defineQuery<HasDefaultParams, HasDefaultRow>('partition.has_default', ['branch'], `select exists (select from pg_catalog.pg_partitioned_table p where p.partrelid = to_regclass($1) and p.partdefid <> 0) as "has"`);

export interface ListOldReadersParams {
  readonly branch: string;
  readonly older_than_seconds: number;
}
export interface ListOldReadersRow {
  readonly pid: number;
  readonly application_name: string;
  readonly state: string;
  readonly age_seconds: number;
}
/**
 * Transactions that a detach would have to wait for, older than the limit.
 */
export const listOldReaders = defineQuery<ListOldReadersParams, ListOldReadersRow>('partition.list_old_readers', ['branch', 'older_than_seconds'], `select a.pid as "pid", a.application_name as "application_name", coalesce(a.state, '') as "state",
       extract(epoch from clock_timestamp() - a.xact_start)::float8 as "age_seconds"
  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where l.relation = to_regclass($1) and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
   and a.pid <> pg_backend_pid() and a.xact_start < clock_timestamp() - make_interval(secs => $2::float8)
 order by a.xact_start limit 1`);

export interface BeginDetachParams {
  readonly part_id: string;
}
export interface BeginDetachRow {
  readonly begin_detach: string | null;
}
export const beginDetach = defineQuery<BeginDetachParams, BeginDetachRow>('partition.begin_detach', ['part_id'], `select partition.begin_detach($1)`);

export interface MarkPendingParams {
  readonly part_id: string;
}
export type MarkPendingRow = Record<string, never>;
export const markPending = defineQuery<MarkPendingParams, MarkPendingRow>('partition.mark_pending', ['part_id'], `update partition.parts set state = 'detach_pending' where id = $1 and state = 'attached'`);

export interface SettleDetachParams {
  readonly part_id: string;
  readonly waited_ms: number;
  readonly took_ms: number;
}
export interface SettleDetachRow {
  readonly part: string;
}
export const settleDetach = defineQuery<SettleDetachParams, SettleDetachRow>('partition.settle_detach', ['part_id', 'waited_ms', 'took_ms'], `select partition.settle_detach($1, $2::int, $3::int) as "part"`);

export interface SetPartBlockedParams {
  readonly blocked_by: string | null;
  readonly part_id: string;
}
export type SetPartBlockedRow = Record<string, never>;
export const setPartBlocked = defineQuery<SetPartBlockedParams, SetPartBlockedRow>('partition.set_part_blocked', ['blocked_by', 'part_id'], `update partition.parts set blocked_by = $1 where id = $2`);

export interface CarryRowsParams {
  readonly part_id: string;
  readonly batch: number;
}
export interface CarryRowsRow {
  readonly moved: number;
}
export const carryRows = defineQuery<CarryRowsParams, CarryRowsRow>('partition.carry_rows', ['part_id', 'batch'], `select partition.carry($1, $2::int) as "moved"`);

export interface FreeLeftClaimsParams {
  readonly at_most: number;
  readonly only_set: string | null;
}
export interface FreeLeftClaimsRow {
  readonly freed: number;
}
/**
 * Of all sets that keep claims, so many rows of each at once.
 */
export const freeLeftClaims = defineQuery<FreeLeftClaimsParams, FreeLeftClaimsRow>('partition.free_left_claims', ['at_most', 'only_set'], `select coalesce(sum(partition.free_left_claims(s.id, $1::int)), 0)::int8 as "freed"
  from partition.sets s where s.declaration ? 'unique' and ($2::text is null or s.table_name = $2)`);

export interface ReattachPartParams {
  readonly part_id: string;
}
export interface ReattachPartRow {
  readonly part: string;
}
export const reattachPart = defineQuery<ReattachPartParams, ReattachPartRow>('partition.reattach_part', ['part_id'], `select partition.reattach($1) as "part"`);

export interface ListDroppableParams {
  readonly grace_seconds: number;
  readonly only_set: string | null;
}
export interface ListDroppableRow {
  readonly part_id: string;
  readonly set_id: string;
  readonly set_name: string;
  readonly part: string;
  readonly state: string;
  readonly archive_mode: string;
  readonly lower_bound: string | null;
  readonly upper_bound: string | null;
  readonly row_count: number | null;
  readonly size_bytes: number | null;
  readonly detached: Date | null;
}
/**
 * Detached and past their days of grace, in databases of their own or as files that were read back.
 */
export const listDroppable = defineQuery<ListDroppableParams, ListDroppableRow>('partition.list_droppable', ['grace_seconds', 'only_set'], `select p.id as "part_id", p.set_id as "set_id", s.table_name as "set_name", p.table_name as "part", p.state as "state", s.archive_mode as "archive_mode",
       p.lower_bound, p.upper_bound, p.row_count, p.size_bytes, p.detached
  from partition.parts p join partition.sets s on s.id = p.set_id
 where p.state in ('detached', 'archived') and s.archive_mode <> 'table' and not s.is_paused
   and p.detached <= clock_timestamp() - make_interval(secs => $1::float8)
   and ($2::text is null or s.table_name = $2)
 order by p.detached`);

export interface DropPartParams {
  readonly part_id: string;
  readonly waited_ms: number;
}
export interface DropPartRow {
  readonly drop_part: string | null;
}
export const dropPart = defineQuery<DropPartParams, DropPartRow>('partition.drop_part', ['part_id', 'waited_ms'], `select partition.drop_part($1, $2::int)`);

export interface NoteRetentionParams {
  readonly only_set: string | null;
}
export type NoteRetentionRow = Record<string, never>;
export const noteRetention = defineQuery<NoteRetentionParams, NoteRetentionRow>('partition.note_retention', ['only_set'], `update partition.sets set retained = clock_timestamp() where not is_paused and ($1::text is null or table_name = $1)`);

export type ListSetsParams = Record<string, never>;
export interface ListSetsRow {
  readonly id: string;
  readonly table_name: string;
  readonly strategy: string;
  readonly key_column: string;
  readonly interval_unit: string | null;
  readonly sub_strategy: string | null;
  readonly declaration: unknown;
  readonly guard: string;
  readonly ahead_count: number;
  readonly keep: string | null;
  readonly archive_mode: string;
  readonly is_paused: boolean;
  readonly blocked_by: string | null;
  readonly maintained: Date | null;
  readonly retained: Date | null;
  readonly exists: boolean;
  readonly covered_until: string | null;
  readonly attached: number;
  readonly detached: number;
  readonly size_bytes: number;
}
export const listSets = defineQuery<ListSetsParams, ListSetsRow>('partition.list_sets', [], `select s.id as "id", s.table_name as "table_name", s.strategy as "strategy", s.key_column as "key_column", s.interval_unit, s.sub_strategy,
       s.declaration as "declaration", s.guard as "guard", s.ahead_count as "ahead_count", s.keep, s.archive_mode as "archive_mode",
       s.is_paused as "is_paused", s.blocked_by, s.maintained, s.retained,
       to_regclass(s.table_name) is not null as "exists",
       (select partition.covered_until(c.oid::regclass) from pg_catalog.pg_class c where c.oid = to_regclass(s.table_name)) as covered_until,
       (select count(*)::int from partition.parts p where p.set_id = s.id and p.state = 'attached') as "attached",
       (select count(*)::int from partition.parts p where p.set_id = s.id and p.state in ('detached', 'archived')) as "detached",
       (select coalesce(sum(pg_total_relation_size(t.relid)), 0)::int8
          from pg_catalog.pg_partition_tree(to_regclass(s.table_name)) t) as "size_bytes"
  from partition.sets s order by s.table_name`);

export interface FindSetParams {
  readonly table_name: string;
}
export interface FindSetRow {
  readonly id: string;
  readonly table_name: string;
  readonly strategy: string;
  readonly sub_strategy: string | null;
  readonly key_column: string;
  readonly key_type: string | null;
}
export const findSet = defineQuery<FindSetParams, FindSetRow>('partition.find_set', ['table_name'], `select s.id as "id", s.table_name as "table_name", s.strategy as "strategy", s.sub_strategy, s.key_column as "key_column",
       partition.key_type(to_regclass(s.table_name))::text as "key_type"
  from partition.sets s where to_regclass(s.table_name) = to_regclass($1)`);

export interface ListPartsParams {
  readonly only_set: string | null;
}
export interface ListPartsRow {
  readonly id: string;
  readonly set_name: string;
  readonly table_name: string;
  readonly lower_bound: string | null;
  readonly upper_bound: string | null;
  readonly group_name: string | null;
  readonly state: string;
  readonly blocked_by: string | null;
  readonly created: Date;
  readonly detached: Date | null;
  readonly archived: Date | null;
  readonly dropped: Date | null;
  readonly row_count: number | null;
  readonly size_bytes: number | null;
}
export const listParts = defineQuery<ListPartsParams, ListPartsRow>('partition.list_parts', ['only_set'], `select p.id as "id", s.table_name as "set_name", p.table_name as "table_name", p.lower_bound, p.upper_bound, p.group_name,
       p.state as "state", p.blocked_by, p.created as "created", p.detached, p.archived, p.dropped,
       coalesce(p.row_count, (select sum(greatest(c.reltuples, 0))::int8 from partition.tree_of(to_regclass(p.table_name)) t join pg_catalog.pg_class c on c.oid = t)) as row_count,
       coalesce(p.size_bytes, (select sum(pg_total_relation_size(t))::int8 from partition.tree_of(to_regclass(p.table_name)) t)) as size_bytes
  from partition.parts p join partition.sets s on s.id = p.set_id
 where $1::text is null or to_regclass(s.table_name) = to_regclass($1)
 order by s.table_name, p.group_name nulls first, p.created`);

export interface EnsureRangeParams {
  readonly table_name: string;
  readonly lower_value: string;
  readonly upper_value: string;
}
export interface EnsureRangeRow {
  readonly made: number;
}
export const ensureRange = defineQuery<EnsureRangeParams, EnsureRangeRow>('partition.ensure_range', ['table_name', 'lower_value', 'upper_value'], `select partition.ensure(to_regclass($1), $2::text, $3::text) as "made"`);

export interface PlanDeclarationParams {
  readonly table_name: string;
  readonly declaration: string;
}
export interface PlanDeclarationRow {
  readonly change: string;
}
export const planDeclaration = defineQuery<PlanDeclarationParams, PlanDeclarationRow>('partition.plan_declaration', ['table_name', 'declaration'], `select p as "change" from partition.plan(to_regclass($1), $2::jsonb) p where to_regclass($1) is not null`);

export interface ManageTableParams {
  readonly table_name: string;
  readonly declaration: string;
}
export interface ManageTableRow {
  readonly change: string;
}
export const manageTable = defineQuery<ManageTableParams, ManageTableRow>('partition.manage_table', ['table_name', 'declaration'], `select m as "change" from partition.manage(to_regclass($1), $2::jsonb) m where to_regclass($1) is not null`);

export type ListMissingParams = Record<string, never>;
export interface ListMissingRow {
  readonly table_name: string;
  readonly group_name: string | null;
  readonly range: string;
}
export const listMissing = defineQuery<ListMissingParams, ListMissingRow>('partition.list_missing', [], `select s.table_name as "table_name", m.group_name, partition.range_clause(m.branch, b.strategy, m.span) as "range"
  from partition.sets s cross join lateral partition.missing(s.table_name) m
    join lateral partition.branches_of(s.id) b on b.branch = m.branch
 where to_regclass(s.table_name) is not null order by s.table_name, m.span`);

export interface SetPausedParams {
  readonly is_paused: boolean;
  readonly table_name: string;
}
export type SetPausedRow = Record<string, never>;
export const setPaused = defineQuery<SetPausedParams, SetPausedRow>('partition.set_paused', ['is_paused', 'table_name'], `update partition.sets set is_paused = $1 where to_regclass(table_name) = to_regclass($2)`);

export type ListUpkeepParams = Record<string, never>;
export interface ListUpkeepRow {
  readonly table_name: string;
  readonly is_paused: boolean;
  readonly blocked_by: string | null;
  readonly attached: number;
}
/**
 * Without a look at any table: one that is locked must not keep upkeep from the others.
 */
export const listUpkeep = defineQuery<ListUpkeepParams, ListUpkeepRow>('partition.list_upkeep', [], `select s.table_name as "table_name", s.is_paused as "is_paused", s.blocked_by,
       (select count(*)::int from partition.parts p where p.set_id = s.id and p.state = 'attached') as "attached"
  from partition.sets s`);

export type ListFindingsParams = Record<string, never>;
export interface ListFindingsRow {
  readonly table_name: string;
  readonly severity: string;
  readonly finding: string;
  readonly detail: string;
}
export const listFindings = defineQuery<ListFindingsParams, ListFindingsRow>('partition.list_findings', [], `select h.table_name as "table_name", h.severity as "severity", h.finding as "finding", h.detail as "detail" from partition.health h
 order by array_position(array['critical', 'warning', 'information'], h.severity), h.table_name, h.detail`);
