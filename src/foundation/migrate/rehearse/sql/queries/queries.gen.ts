// Made by `npm run generate` from footprint.sql, rehearsals.sql; do not edit.
// sources: cad0b2c05fc5ea0875b77532fefccc75
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

export interface HasExtensionParams {
  readonly name: string;
}
export interface HasExtensionRow {
  readonly is_available: boolean;
}
export const hasExtension = defineQuery<HasExtensionParams, HasExtensionRow>('migrate/rehearse.has_extension', ['name'], `select exists (select from pg_catalog.pg_available_extensions e where e.name = $1) as "is_available"`);

export type ServerMajorParams = Record<string, never>;
export interface ServerMajorRow {
  readonly major: number;
}
export const serverMajor = defineQuery<ServerMajorParams, ServerMajorRow>('migrate/rehearse.server_major', [], `select (pg_catalog.current_setting('server_version_num')::integer / 10000) as "major"`);

export type HasProofTablesParams = Record<string, never>;
export interface HasProofTablesRow {
  readonly exists: boolean;
}
export const hasProofTables = defineQuery<HasProofTablesParams, HasProofTablesRow>('migrate/rehearse.has_proof_tables', [], `select pg_catalog.to_regclass('migrate.approvals') is not null as "exists"`);

export interface SaveRehearsalParams {
  readonly id: string;
  readonly plan_hash: string;
  readonly digest: string;
  readonly body: string;
  readonly taken: Date;
}
export type SaveRehearsalRow = Record<string, never>;
export const saveRehearsal = defineQuery<SaveRehearsalParams, SaveRehearsalRow>('migrate/rehearse.save_rehearsal', ['id', 'plan_hash', 'digest', 'body', 'taken'], `insert into migrate.rehearsals (id, plan_hash, digest, body, taken)
values ($1, $2, $3, $4, $5)`);

export type FindLastRehearsalParams = Record<string, never>;
export interface FindLastRehearsalRow {
  readonly body: unknown;
}
export const findLastRehearsal = defineQuery<FindLastRehearsalParams, FindLastRehearsalRow>('migrate/rehearse.find_last_rehearsal', [], `select body from migrate.rehearsals order by taken desc, id desc limit 1`);

export interface FindRehearsalParams {
  readonly plan_hash: string;
}
export interface FindRehearsalRow {
  readonly body: unknown;
}
/**
 * The last one of a plan.
 */
export const findRehearsal = defineQuery<FindRehearsalParams, FindRehearsalRow>('migrate/rehearse.find_rehearsal', ['plan_hash'], `select body from migrate.rehearsals where plan_hash = $1 order by taken desc, id desc limit 1`);
