// Made by `npm run generate` from hba.sql; do not edit.
// sources: 5f4f60ce3c8ae76965f79c964196e9b6
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
