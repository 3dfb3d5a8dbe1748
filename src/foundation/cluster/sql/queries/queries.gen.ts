// Made by `npm run generate` from probe.sql, status.sql, tls.sql; do not edit.
// sources: c82a7ada32c91a3e78ae8f4c4d672261
import { defineQuery } from '../../../../kernel/index.ts';

export type ProbeServerParams = Record<string, never>;
export interface ProbeServerRow {
  readonly version_number: number;
  readonly version: string;
  readonly is_in_recovery: boolean;
  readonly is_superuser: boolean;
  readonly can_create_role: boolean;
  readonly can_create_database: boolean;
  readonly can_replicate: boolean;
  readonly bypasses_row_security: boolean;
  readonly can_read_control: boolean;
}
/**
 * One row: what a server is, and what our role may do there.
 */
export const probeServer = defineQuery<ProbeServerParams, ProbeServerRow>('cluster.probe_server', [], `select
  current_setting('server_version_num')::int4 as "version_number",
  current_setting('server_version') as "version",
  pg_catalog.pg_is_in_recovery() as "is_in_recovery",
  r.rolsuper as "is_superuser",
  r.rolcreaterole or r.rolsuper as "can_create_role",
  r.rolcreatedb or r.rolsuper as "can_create_database",
  r.rolreplication or r.rolsuper as "can_replicate",
  r.rolbypassrls or r.rolsuper as "bypasses_row_security",
  has_function_privilege('pg_catalog.pg_control_system()', 'execute') as "can_read_control"
from pg_catalog.pg_roles as r
where r.rolname = current_user`);

export type ReadSystemIdentifierParams = Record<string, never>;
export interface ReadSystemIdentifierRow {
  readonly system_identifier: string;
}
/**
 * Fails without the right to call it; ask can_read_control before.
 */
export const readSystemIdentifier = defineQuery<ReadSystemIdentifierParams, ReadSystemIdentifierRow>('cluster.read_system_identifier', [], `select system_identifier::text as "system_identifier" from pg_catalog.pg_control_system()`);

export interface ListProbedSettingsParams {
  readonly names: readonly string[];
}
export interface ListProbedSettingsRow {
  readonly name: string;
  readonly setting: string | null;
  readonly unit: string | null;
  readonly enumvals: string[] | null;
  readonly is_pending_restart: boolean;
}
export const listProbedSettings = defineQuery<ListProbedSettingsParams, ListProbedSettingsRow>('cluster.list_probed_settings', ['names'], `select s.name as "name", s.setting, s.unit, s.enumvals, s.pending_restart as "is_pending_restart"
from pg_catalog.pg_settings as s
where s.name = any ($1::text[])`);

export type ListExtensionsParams = Record<string, never>;
export interface ListExtensionsRow {
  readonly name: string;
  readonly default_version: string;
  readonly installed_version: string | null;
}
export const listExtensions = defineQuery<ListExtensionsParams, ListExtensionsRow>('cluster.list_extensions', [], `select e.name as "name", e.default_version as "default_version", e.installed_version
from pg_catalog.pg_available_extensions as e
order by e.name`);

export interface ListManagementSignsParams {
  readonly names: readonly string[];
}
export interface ListManagementSignsRow {
  readonly sign: string;
}
/**
 * Which of these names are roles here or the first part of a setting's name: only managed services bring them.
 */
export const listManagementSigns = defineQuery<ListManagementSignsParams, ListManagementSignsRow>('cluster.list_management_signs', ['names'], `select r.rolname as "sign" from pg_catalog.pg_roles as r where r.rolname = any ($1::text[])
union
select pg_catalog.split_part(s.name, '.', 1) from pg_catalog.pg_settings as s
where s.name like '%.%' and pg_catalog.split_part(s.name, '.', 1) = any ($1::text[])`);

export interface ReadSettingParams {
  readonly name: string;
}
export interface ReadSettingRow {
  readonly value: string | null;
  readonly backend_pid: number;
}
/**
 * One setting of this session by name, null when the session does not have it, and the backend that answers.
 */
export const readSetting = defineQuery<ReadSettingParams, ReadSettingRow>('cluster.read_setting', ['name'], `select current_setting($1, true) as value, pg_catalog.pg_backend_pid() as "backend_pid"`);

export interface WriteSessionSettingParams {
  readonly name: string;
  readonly value: string;
}
export interface WriteSessionSettingRow {
  readonly value: string | null;
  readonly backend_pid: number;
}
/**
 * Sets it for the session, not only for the transaction.
 */
export const writeSessionSetting = defineQuery<WriteSessionSettingParams, WriteSessionSettingRow>('cluster.write_session_setting', ['name', 'value'], `select pg_catalog.set_config($1, $2, false) as value, pg_catalog.pg_backend_pid() as "backend_pid"`);

export type DescribeDatabaseParams = Record<string, never>;
export interface DescribeDatabaseRow {
  readonly database: string;
  readonly size_bytes: number;
  readonly started: Date;
  readonly max_connections: number;
  readonly active: number;
  readonly idle: number;
  readonly total: number;
}
/**
 * One row about the database of the session. Our own administrative sessions are left out; a state we may not see counts in the total alone.
 */
export const describeDatabase = defineQuery<DescribeDatabaseParams, DescribeDatabaseRow>('cluster.describe_database', [], `select
  current_database() as "database",
  pg_catalog.pg_database_size(current_database()) as "size_bytes",
  pg_catalog.pg_postmaster_start_time() as "started",
  current_setting('max_connections')::int4 as "max_connections",
  count(*) filter (where a.state <> 'idle') as active,
  count(*) filter (where a.state = 'idle') as idle,
  count(*) as total
from pg_catalog.pg_stat_activity as a
where a.datname = current_database() and a.backend_type = 'client backend' and a.application_name <> 'plinth.cluster'`);

export interface ListRunningSettingsParams {
  readonly names: readonly string[];
}
export interface ListRunningSettingsRow {
  readonly name: string;
  readonly value: string;
  readonly is_pending_restart: boolean;
  readonly source_file: string | null;
}
/**
 * Settings as `show` prints them, where each came from, and whether a newer value waits for a restart.
 */
export const listRunningSettings = defineQuery<ListRunningSettingsParams, ListRunningSettingsRow>('cluster.list_running_settings', ['names'], `select
  s.name as "name",
  current_setting(s.name) as "value",
  s.pending_restart as "is_pending_restart",
  s.sourcefile as source_file
from pg_catalog.pg_settings as s
where s.name = any ($1::text[])`);

export type FaultyRulesParams = Record<string, never>;
export interface FaultyRulesRow {
  readonly file: string;
  readonly line: number;
  readonly fault: string;
}
/**
 * Lines of pg_hba.conf and pg_ident.conf, as they are on the disk now, that the server could not use.
 */
export const faultyRules = defineQuery<FaultyRulesParams, FaultyRulesRow>('cluster.faulty_rules', [], `select r.file_name as "file", r.line_number as "line", r.error as "fault"
from pg_catalog.pg_hba_file_rules as r
where r.error is not null
union all
select m.file_name, m.line_number, m.error
from pg_catalog.pg_ident_file_mappings as m
where m.error is not null`);

export interface OverrulingSettingsParams {
  readonly ours: string;
}
export interface OverrulingSettingsRow {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}
/**
 * Lines of configuration files that name other certificates than our file, or switch them off, and win over it.
 */
export const overrulingSettings = defineQuery<OverrulingSettingsParams, OverrulingSettingsRow>('cluster.overruling_settings', ['ours'], `select f.name as "name", f.sourcefile as "file", f.sourceline as "line"
from pg_catalog.pg_file_settings as f
where f.name in ('ssl', 'ssl_cert_file', 'ssl_key_file') and f.applied and f.sourcefile not like $1::text`);

export type ReadLoadTimeParams = Record<string, never>;
export interface ReadLoadTimeRow {
  readonly loaded: Date;
}
/**
 * When the server last read its configuration.
 */
export const readLoadTime = defineQuery<ReadLoadTimeParams, ReadLoadTimeRow>('cluster.read_load_time', [], `select pg_catalog.pg_conf_load_time() as "loaded"`);
