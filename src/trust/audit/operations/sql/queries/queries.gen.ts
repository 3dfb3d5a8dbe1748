// Made by `npm run generate` from operations.sql; do not edit.
// sources: dfbbecc505498a2722874965cee1cec3
import { defineQuery } from '../../../../../kernel/index.ts';

export type ListOutsideSessionsParams = Record<string, never>;
export interface ListOutsideSessionsRow {
  readonly database_user: string;
  readonly application_name: string;
  readonly client_address: string | null;
  readonly backend_pid: number;
  readonly started: Date;
  readonly is_powerful: boolean;
}
export const listOutsideSessions = defineQuery<ListOutsideSessionsParams, ListOutsideSessionsRow>('audit/operations.list_outside_sessions', [], `select a.usename::text as "database_user", a.application_name as "application_name", host(a.client_addr) as client_address, a.pid as "backend_pid",
  a.backend_start as "started", r.rolsuper or pg_has_role(r.oid, 'plinth_owner', 'member') as "is_powerful"
from pg_catalog.pg_stat_activity a
join pg_catalog.pg_roles r on r.oid = a.usesysid
where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
  -- The runner of migrations writes "plinth migrate <run>".
  and not (a.usename in ('plinth_app', 'plinth_migrator') and a.application_name ~ '^plinth[: ]')
order by a.backend_start`);

export interface TrackGovernedParams {
  readonly tables: readonly string[];
  readonly columns: readonly string[];
  readonly classified: readonly string[];
}
export interface TrackGovernedRow {
  readonly track: boolean | null;
}
export const trackGoverned = defineQuery<TrackGovernedParams, TrackGovernedRow>('audit/operations.track_governed', ['tables', 'columns', 'classified'], `select audit.track(to_regclass(g.table_name), string_to_array(g.columns, ','), g.classified::jsonb)
from unnest($1::text[], $2::text[], $3::text[]) as g (table_name, columns, classified)
where to_regclass(g.table_name) is not null and not exists (select from audit.tracked_tables t where t.table_name = g.table_name)`);
