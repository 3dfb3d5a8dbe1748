// Made by `npm run generate` from sets.sql; do not edit.
// sources: dd5b6882db200ae689f768f4fc37d359
import { defineQuery } from '../../../../kernel/index.ts';

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
       coalesce(p.row_count, (select sum(greatest(c.reltuples, 0))::int8 from pg_catalog.pg_partition_tree(to_regclass(p.table_name)) t
         join pg_catalog.pg_class c on c.oid = t.relid)) as row_count,
       coalesce(p.size_bytes, (select sum(pg_total_relation_size(t.relid))::int8
         from pg_catalog.pg_partition_tree(to_regclass(p.table_name)) t)) as size_bytes
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
