// Made by `npm run generate` from move.sql; do not edit.
// sources: 587f7a4beda6bd5e72dd83ac4d2995fa
import { defineQuery } from '../../../../../kernel/index.ts';

export type HasMovesParams = Record<string, never>;
export interface HasMovesRow {
  readonly exists: boolean;
}
export const hasMoves = defineQuery<HasMovesParams, HasMovesRow>('migrate/move.has_moves', [], `select pg_catalog.to_regclass('migrate.moves') is not null as "exists"`);

export interface FindTableParams {
  readonly schema: string;
  readonly name: string;
}
export interface FindTableRow {
  readonly rows: number;
  readonly bytes: number;
  readonly key_names: string[];
  readonly key_types: string[];
  readonly key_collations: string[];
  readonly columns: string[];
  readonly generated: string[];
}
/**
 * A table with its key and its columns in order; no row when there is none. Collations by name, the database's own for the default.
 */
export const findTable = defineQuery<FindTableParams, FindTableRow>('migrate/move.find_table', ['schema', 'name'], `select greatest(c.reltuples, 0)::int8 as "rows", pg_catalog.pg_table_size(c.oid) as "bytes", k.names as "key_names", k.types as "key_types",
       k.collations as "key_collations",
       array(select a.attname::text from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as "columns",
       array(select a.attname::text from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated <> '') as "generated"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       join pg_catalog.pg_database d on d.datname = pg_catalog.current_database(), lateral (
         select coalesce(array_agg(a.attname::text order by i.position), '{}') as names,
                coalesce(array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by i.position), '{}') as types,
                coalesce(array_agg(case a.attcollation when 0 then '' when 100 then d.datcollate || ' ' || d.datlocprovider::text else o.collname::text end
                                   order by i.position), '{}') as collations
           from pg_catalog.pg_constraint p cross join unnest(p.conkey) with ordinality i(attnum, position)
                join pg_catalog.pg_attribute a on a.attrelid = p.conrelid and a.attnum = i.attnum
                left join pg_catalog.pg_collation o on o.oid = a.attcollation
          where p.conrelid = c.oid and p.contype = 'p') k
 where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')`);

export interface AddMoveParams {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly definition: string;
  readonly batch_rows: number;
  readonly rows_total: number;
}
export type AddMoveRow = Record<string, never>;
export const addMove = defineQuery<AddMoveParams, AddMoveRow>('migrate/move.add_move', ['id', 'name', 'tier', 'definition', 'batch_rows', 'rows_total'], `insert into migrate.moves (id, name, tier, definition, batch_rows, rows_total)
values ($1, $2, $3, $4::jsonb, $5, $6)
on conflict on constraint moves_name_key do nothing`);

export type ListMovesParams = Record<string, never>;
export interface ListMovesRow {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly definition: unknown;
  readonly state: string;
  readonly cursor: unknown;
  readonly upper_bound: unknown;
  readonly batch_rows: number;
  readonly rows_copied: number;
  readonly rows_applied: number;
  readonly rows_total: number;
  readonly discrepancies: number | null;
  readonly pause_ms: number | null;
  readonly started: Date;
  readonly verified: Date | null;
  readonly switched: Date | null;
}
export const listMoves = defineQuery<ListMovesParams, ListMovesRow>('migrate/move.list_moves', [], `select id, name, tier, definition, state, cursor, upper_bound, batch_rows, rows_copied, rows_applied, rows_total, discrepancies, pause_ms,
       started, verified, switched
  from migrate.moves order by started, name`);

export interface BeginCopyingParams {
  readonly upper_bound: string | null;
  readonly id: string;
}
export type BeginCopyingRow = Record<string, never>;
/**
 * Also begins again, after everything may have changed.
 */
export const beginCopying = defineQuery<BeginCopyingParams, BeginCopyingRow>('migrate/move.begin_copying', ['upper_bound', 'id'], `update migrate.moves set state = 'copying', cursor = null, upper_bound = $1::jsonb, rows_copied = 0
 where id = $2 and state <> 'switched'`);

export interface AdvanceCopyParams {
  readonly cursor: string;
  readonly rows: number;
  readonly batch_rows: number;
  readonly id: string;
  readonly from: string | null;
}
export type AdvanceCopyRow = Record<string, never>;
/**
 * Only from where this range began: whoever copied it meanwhile wins.
 */
export const advanceCopy = defineQuery<AdvanceCopyParams, AdvanceCopyRow>('migrate/move.advance_copy', ['cursor', 'rows', 'batch_rows', 'id', 'from'], `update migrate.moves set cursor = $1::jsonb, rows_copied = rows_copied + $2, batch_rows = $3
 where id = $4 and state = 'copying' and cursor is not distinct from $5::jsonb`);

export interface FollowParams {
  readonly id: string;
}
export type FollowRow = Record<string, never>;
export const follow = defineQuery<FollowParams, FollowRow>('migrate/move.follow', ['id'], `update migrate.moves set state = 'following' where id = $1 and state = 'copying'`);

export interface AddAppliedParams {
  readonly rows: number;
  readonly id: string;
}
export type AddAppliedRow = Record<string, never>;
export const addApplied = defineQuery<AddAppliedParams, AddAppliedRow>('migrate/move.add_applied', ['rows', 'id'], `update migrate.moves set rows_applied = rows_applied + $1 where id = $2`);

export interface RecordComparisonParams {
  readonly discrepancies: number;
  readonly id: string;
}
export type RecordComparisonRow = Record<string, never>;
export const recordComparison = defineQuery<RecordComparisonParams, RecordComparisonRow>('migrate/move.record_comparison', ['discrepancies', 'id'], `update migrate.moves set verified = clock_timestamp(), discrepancies = $1 where id = $2`);

export interface SwitchMoveParams {
  readonly pause_ms: number | null;
  readonly id: string;
}
export type SwitchMoveRow = Record<string, never>;
export const switchMove = defineQuery<SwitchMoveParams, SwitchMoveRow>('migrate/move.switch_move', ['pause_ms', 'id'], `update migrate.moves set state = 'switched', switched = clock_timestamp(), pause_ms = $1 where id = $2 and state = 'following'`);

export interface FindMoveParams {
  readonly id: string;
}
export interface FindMoveRow {
  readonly state: string;
  readonly cursor: unknown;
  readonly upper_bound: unknown;
  readonly batch_rows: number;
  readonly rows_copied: number;
  readonly rows_total: number;
}
export const findMove = defineQuery<FindMoveParams, FindMoveRow>('migrate/move.find_move', ['id'], `select state, cursor, upper_bound, batch_rows, rows_copied, rows_total from migrate.moves where id = $1`);

export interface HasTriggerParams {
  readonly relation: string;
  readonly name: string;
}
export interface HasTriggerRow {
  readonly exists: boolean;
}
export const hasTrigger = defineQuery<HasTriggerParams, HasTriggerRow>('migrate/move.has_trigger', ['relation', 'name'], `select exists (select from pg_catalog.pg_trigger t where t.tgrelid = pg_catalog.to_regclass($1) and t.tgname = $2) as "exists"`);
