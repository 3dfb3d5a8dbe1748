// Made by `npm run generate` from footprint.sql; do not edit.
// sources: baa1cf4a04338369ba6f62c5d72fc994
import { defineQuery } from '../../../../../kernel/index.ts';

export type ListRelationsParams = Record<string, never>;
export interface ListRelationsRow {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
  readonly file_node: number;
  readonly scans: number;
}
/**
 * Relations outside the system schemas, with what changes when one is rewritten (its file) or read from end to end (its scans: those
 * that were reported and those of the open transaction).
 */
export const listRelations = defineQuery<ListRelationsParams, ListRelationsRow>('migrate/rehearse.list_relations', [], `select c.oid::int8 as "id", format('%I.%I', n.nspname, c.relname) as "name", c.relkind as "kind",
       coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::int8 as "file_node",
       coalesce(pg_catalog.pg_stat_get_numscans(c.oid), 0) + coalesce(pg_catalog.pg_stat_get_xact_numscans(c.oid), 0) as "scans"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'm', 'v', 'i', 'I', 'S', 'f')`);

export interface ListHeldLocksParams {
  readonly backend_pid: number;
}
export interface ListHeldLocksRow {
  readonly id: number;
  readonly mode: string;
}
/**
 * What a backend holds on relations of this database, or waits for.
 */
export const listHeldLocks = defineQuery<ListHeldLocksParams, ListHeldLocksRow>('migrate/rehearse.list_held_locks', ['backend_pid'], `select l.relation::int8 as "id", l.mode as "mode"
  from pg_catalog.pg_locks l
 where l.pid = $1 and l.locktype = 'relation'
   and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())`);

export interface IsBlockedByParams {
  readonly by: number;
  readonly backend_pid: number;
}
export interface IsBlockedByRow {
  readonly is_blocked: boolean;
}
export const isBlockedBy = defineQuery<IsBlockedByParams, IsBlockedByRow>('migrate/rehearse.is_blocked_by', ['by', 'backend_pid'], `select $1 = any(pg_catalog.pg_blocking_pids($2)) as "is_blocked"`);

export type ReportScansParams = Record<string, never>;
export interface ReportScansRow {
  readonly pg_stat_force_next_flush: string | null;
}
/**
 * Makes the scans of finished transactions visible now; otherwise they may wait for a second.
 */
export const reportScans = defineQuery<ReportScansParams, ReportScansRow>('migrate/rehearse.report_scans', [], `select pg_catalog.pg_stat_force_next_flush()`);
