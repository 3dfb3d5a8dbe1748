// Made by `npm run generate` from encryption.sql; do not edit.
// sources: 737f91210b22ff7164cb51686ac52662
import { defineQuery } from '../../../../../kernel/index.ts';

export type ReadEncryptionParams = Record<string, never>;
export interface ReadEncryptionRow {
  readonly is_on: boolean;
  readonly oldest: string;
  readonly ciphers: string;
  readonly ciphers_13: string;
}
/**
 * How the server encrypts; ciphers_13 is empty where the server leaves them to OpenSSL or cannot choose.
 */
export const readEncryption = defineQuery<ReadEncryptionParams, ReadEncryptionRow>('access/tls.read_encryption', [], `select
  current_setting('ssl')::bool as "is_on",
  current_setting('ssl_min_protocol_version') as "oldest",
  current_setting('ssl_ciphers') as "ciphers",
  coalesce(current_setting('ssl_tls13_ciphers', true), '') as "ciphers_13"`);

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
