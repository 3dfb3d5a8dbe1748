// Made by `npm run generate` from hba.sql; do not edit.
// sources: 2c6b99ab12c3b3b0b03b4b3c5d3d1ee1
import { defineQuery } from '../../../../../kernel/index.ts';

export type ReadServerParams = Record<string, never>;
export interface ReadServerRow {
  readonly has_tls: boolean;
}
export const readServer = defineQuery<ReadServerParams, ReadServerRow>('access/network.read_server', [], `select pg_catalog.current_setting('ssl') = 'on' as "has_tls"`);

export type FindHbaFileParams = Record<string, never>;
export interface FindHbaFileRow {
  readonly hba_file: string;
}
/**
 * Only superusers are told.
 */
export const findHbaFile = defineQuery<FindHbaFileParams, FindHbaFileRow>('access/network.find_hba_file', [], `select pg_catalog.current_setting('hba_file') as "hba_file"`);

export type ListAdministratorsParams = Record<string, never>;
export interface ListAdministratorsRow {
  readonly name: string;
}
export const listAdministrators = defineQuery<ListAdministratorsParams, ListAdministratorsRow>('access/network.list_administrators', [], `select r.rolname::text as "name" from pg_catalog.pg_roles r where r.rolsuper and r.rolcanlogin order by r.oid`);

export type ListHbaErrorsParams = Record<string, never>;
export interface ListHbaErrorsRow {
  readonly line: number;
  readonly error: string;
}
/**
 * The server reads the file for this, whether or not it is in force.
 */
export const listHbaErrors = defineQuery<ListHbaErrorsParams, ListHbaErrorsRow>('access/network.list_hba_errors', [], `select coalesce(r.line_number, 0) as "line", r.error as "error" from pg_catalog.pg_hba_file_rules r where r.error is not null order by 1`);

export type ReloadParams = Record<string, never>;
export interface ReloadRow {
  readonly is_told: boolean;
}
export const reload = defineQuery<ReloadParams, ReloadRow>('access/network.reload', [], `select pg_catalog.pg_reload_conf() as "is_told"`);

export type ReadLoadTimeParams = Record<string, never>;
export interface ReadLoadTimeRow {
  readonly loaded: Date;
}
/**
 * When the server last read its configuration.
 */
export const readLoadTime = defineQuery<ReadLoadTimeParams, ReadLoadTimeRow>('access/network.read_load_time', [], `select pg_catalog.pg_conf_load_time() as "loaded"`);
