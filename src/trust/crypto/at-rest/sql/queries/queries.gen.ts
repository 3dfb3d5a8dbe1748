// Made by `npm run generate` from at-rest.sql; do not edit.
// sources: 3a8d9ea0ecee20bf0849c0ca850c49a3
import { defineQuery } from '../../../../../kernel/index.ts';

export type ServerAtRestParams = Record<string, never>;
export interface ServerAtRestRow {
  readonly data_checksums: string | null;
  readonly archive_mode: string | null;
  readonly data_directory: string | null;
  readonly started_epoch_s: number;
}
/**
 * What the server says of its own storage; null where this role may not see it.
 */
export const serverAtRest = defineQuery<ServerAtRestParams, ServerAtRestRow>('crypto/at-rest.server_at_rest', [], `select (select setting from pg_catalog.pg_settings where name = 'data_checksums') as data_checksums,
       (select setting from pg_catalog.pg_settings where name = 'archive_mode') as archive_mode,
       (select setting from pg_catalog.pg_settings where name = 'data_directory') as data_directory,
       extract(epoch from pg_catalog.pg_postmaster_start_time())::int8 as "started_epoch_s"`);
