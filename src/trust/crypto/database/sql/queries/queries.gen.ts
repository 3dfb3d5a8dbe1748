// Made by `npm run generate` from database.sql; do not edit.
// sources: 3a21825edbb521f2e116ac6d369da678
import { defineQuery } from '../../../../../kernel/index.ts';

export type FindPgcryptoParams = Record<string, never>;
export interface FindPgcryptoRow {
  readonly is_installed: boolean;
  readonly is_available: boolean;
}
/**
 * Whether pgcrypto is installed in this database, and whether it could be.
 */
export const findPgcrypto = defineQuery<FindPgcryptoParams, FindPgcryptoRow>('crypto/database.find_pgcrypto', [], `select exists (select from pg_catalog.pg_extension where extname = 'pgcrypto') as "is_installed",
       exists (select from pg_catalog.pg_available_extensions where name = 'pgcrypto') as "is_available"`);

export type LoggingSettingsParams = Record<string, never>;
export interface LoggingSettingsRow {
  readonly setting: string;
}
/**
 * Settings by which parameters of statements reach the server's log; none where they do not.
 */
export const loggingSettings = defineQuery<LoggingSettingsParams, LoggingSettingsRow>('crypto/database.logging_settings', [], `with s as (select name, setting from pg_catalog.pg_settings)
select s.name || ' = ' || s.setting as "setting"
  from s
 where (s.name = 'log_statement' and s.setting = 'all'
        or s.name in ('log_min_duration_statement', 'log_min_duration_sample') and s.setting <> '-1'
        or s.name = 'log_transaction_sample_rate' and s.setting <> '0')
       and exists (select from s m where m.name = 'log_parameter_max_length' and m.setting <> '0')
    or s.name = 'log_parameter_max_length_on_error' and s.setting <> '0'
    or s.name = 'auto_explain.log_min_duration' and s.setting <> '-1'
       and exists (select from s m where m.name = 'auto_explain.log_parameter_max_length' and m.setting <> '0')
    or s.name = 'pgaudit.log_parameter' and s.setting = 'on'
 order by s.name`);

export interface ProvideKeyParams {
  readonly key: string;
}
export interface ProvideKeyRow {
  readonly is_set: boolean;
}
export const provideKey = defineQuery<ProvideKeyParams, ProvideKeyRow>('crypto/database.provide_key', ['key'], `select pg_catalog.set_config('app.encryption_key', $1, true) is not null as "is_set"`);
