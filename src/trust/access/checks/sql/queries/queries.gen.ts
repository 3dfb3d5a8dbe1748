// Made by `npm run generate` from settings.sql; do not edit.
// sources: cb0c1b6a291473059cd216e04658ca62
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ReadSettingsParams {
  readonly names: readonly string[];
}
export interface ReadSettingsRow {
  readonly name: string;
  readonly value: string;
}
export const readSettings = defineQuery<ReadSettingsParams, ReadSettingsRow>('access/checks.read_settings', ['names'], `select s.name as "name", s.setting as "value" from pg_catalog.pg_settings s where s.name = any($1::text[]) order by 1`);

export type MayReadServerFilesParams = Record<string, never>;
export interface MayReadServerFilesRow {
  readonly hba: boolean;
  readonly verifiers: boolean;
}
/**
 * Who may see the lines of pg_hba.conf and the verifiers of passwords: on most managed services nobody.
 */
export const mayReadServerFiles = defineQuery<MayReadServerFilesParams, MayReadServerFilesRow>('access/checks.may_read_server_files', [], `select pg_catalog.has_function_privilege('pg_catalog.pg_hba_file_rules()', 'execute') as "hba",
       pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'select') as "verifiers"`);

export type ReadHbaRulesParams = Record<string, never>;
export interface ReadHbaRulesRow {
  readonly line: number;
  readonly type: string | null;
  readonly address: string | null;
  readonly netmask: string | null;
  readonly method: string | null;
  readonly users: string[];
  readonly error: string | null;
}
export const readHbaRules = defineQuery<ReadHbaRulesParams, ReadHbaRulesRow>('access/checks.read_hba_rules', [], `select coalesce(r.line_number, 0) as "line", r.type as "type", r.address as "address", r.netmask as "netmask", r.auth_method as "method",
       coalesce(r.user_name, '{}') as "users", r.error as "error"
  from pg_catalog.pg_hba_file_rules r order by r.rule_number nulls first, r.line_number`);

export interface ReadWeakVerifiersParams {
  readonly iterations: number;
}
export interface ReadWeakVerifiersRow {
  readonly role: string;
  readonly method: string;
  readonly iterations: number;
}
/**
 * Logins whose password is kept otherwise than as SCRAM-SHA-256, or with fewer rounds than the bound.
 */
export const readWeakVerifiers = defineQuery<ReadWeakVerifiersParams, ReadWeakVerifiersRow>('access/checks.read_weak_verifiers', ['iterations'], `select a.rolname::text as "role", case when a.rolpassword like 'SCRAM-SHA-256$%' then 'SCRAM-SHA-256' else 'md5' end as "method",
       coalesce((regexp_match(a.rolpassword, '^SCRAM-SHA-256\\$(\\d+):'))[1]::int, 0) as "iterations"
  from pg_catalog.pg_authid a
 where a.rolpassword is not null
   and coalesce((regexp_match(a.rolpassword, '^SCRAM-SHA-256\\$(\\d+):'))[1]::int, 0) < $1::int
 order by 1`);

export interface ReadAuditedParams {
  readonly role: string;
  readonly tables: readonly string[];
}
export interface ReadAuditedRow {
  readonly table: string;
  readonly verbs: string[];
}
/**
 * Those of the tables that are in this database, with what a role was granted on each; nothing for a role that is not there.
 */
export const readAudited = defineQuery<ReadAuditedParams, ReadAuditedRow>('access/checks.read_audited', ['role', 'tables'], `select t.name as "table",
       array(select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
         where exists (select from pg_catalog.pg_roles r where r.rolname = $1::text and pg_catalog.has_table_privilege(r.oid, c.oid, p))) as "verbs"
  from unnest($2::text[]) as t(name)
  join pg_catalog.pg_class c on c.relname = split_part(t.name, '.', 2)
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = split_part(t.name, '.', 1)`);
