// Made by `npm run generate` from encryption.sql; do not edit.
// sources: 1fa342022b068eea9ccbd720d5bd8d17
import { defineQuery } from '../../../../../kernel/index.ts';

export type ReadEncryptionParams = Record<string, never>;
export interface ReadEncryptionRow {
  readonly ciphers: string | null;
  readonly sees_copies: boolean;
}
/**
 * The ciphers of TLS up to 1.2 and of 1.3 as the server names them, null where our login may not see them, and whether it sees who copies the server.
 */
export const readEncryption = defineQuery<ReadEncryptionParams, ReadEncryptionRow>('access/tls.read_encryption', [], `select
  case when m.settings then current_setting('ssl_ciphers') || ':' || coalesce(current_setting('ssl_tls13_ciphers', true), '') end as ciphers,
  m.copies as "sees_copies"
from (
  select
    pg_catalog.pg_has_role('pg_read_all_settings', 'usage') as settings,
    pg_catalog.has_function_privilege('pg_catalog.pg_stat_get_activity(int4)', 'execute')
      and pg_catalog.pg_has_role('pg_read_all_stats', 'usage') as copies
) as m`);

export type ListPlainCopiesParams = Record<string, never>;
export interface ListPlainCopiesRow {
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  readonly address: string;
}
/**
 * Sessions that stream the server's data over the network without encryption: standbys and backups.
 */
export const listPlainCopies = defineQuery<ListPlainCopiesParams, ListPlainCopiesRow>('access/tls.list_plain_copies', [], `select r.pid as "pid", r.usename as "user", r.application_name as "application", pg_catalog.host(r.client_addr) as "address"
from pg_catalog.pg_stat_replication as r
left join pg_catalog.pg_stat_ssl as s on s.pid = r.pid
where r.client_addr is not null and s.ssl is not true
order by r.pid`);
