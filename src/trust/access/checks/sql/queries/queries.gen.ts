// Made by `npm run generate` from settings.sql; do not edit.
// sources: 88add6c0278e8470f8911c3d7a811875
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
