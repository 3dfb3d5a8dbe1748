// Made by `npm run generate` from drift.sql; do not edit.
// sources: a855a257acefbb4b94261f455a8bbcb5
import { defineQuery } from '../../../../../kernel/index.ts';

export type HasSnapshotsParams = Record<string, never>;
export interface HasSnapshotsRow {
  readonly exists: boolean;
}
export const hasSnapshots = defineQuery<HasSnapshotsParams, HasSnapshotsRow>('migrate/drift.has_snapshots', [], `select pg_catalog.to_regclass('migrate.ddl_events') is not null as "exists"`);

export type LatestSnapshotParams = Record<string, never>;
export interface LatestSnapshotRow {
  readonly id: string;
  readonly format: number;
  readonly root_sha256: string;
  readonly body: unknown;
  readonly taken: Date;
}
export const latestSnapshot = defineQuery<LatestSnapshotParams, LatestSnapshotRow>('migrate/drift.latest_snapshot', [], `select id, format, root_sha256, body, taken from migrate.snapshots order by taken desc, id desc limit 1`);

export interface StoreSnapshotParams {
  readonly id: string;
  readonly run_id: string;
  readonly format: number;
  readonly root_sha256: string;
  readonly body: string;
}
export type StoreSnapshotRow = Record<string, never>;
export const storeSnapshot = defineQuery<StoreSnapshotParams, StoreSnapshotRow>('migrate/drift.store_snapshot', ['id', 'run_id', 'format', 'root_sha256', 'body'], `insert into migrate.snapshots (id, run_id, format, root_sha256, body) values ($1, $2, $3, $4, $5)`);

export interface PruneSnapshotsParams {
  readonly kept: number;
}
export type PruneSnapshotsRow = Record<string, never>;
/**
 * Keeps the last ones; drift looks at the last only.
 */
export const pruneSnapshots = defineQuery<PruneSnapshotsParams, PruneSnapshotsRow>('migrate/drift.prune_snapshots', ['kept'], `delete from migrate.snapshots s
 where s.id not in (select k.id from migrate.snapshots k order by k.taken desc, k.id desc limit $1::int)`);

export interface ListEventsParams {
  readonly since: Date;
  readonly identities: readonly string[];
}
export interface ListEventsRow {
  readonly happened: Date;
  readonly actor: string;
  readonly application: string;
  readonly client_address: string | null;
  readonly command: string;
  readonly kind: string;
  readonly identity: string;
  readonly run_id: string | null;
}
/**
 * What was done to these objects since, newest first.
 */
export const listEvents = defineQuery<ListEventsParams, ListEventsRow>('migrate/drift.list_events', ['since', 'identities'], `select happened, actor, application, client_address, command, kind, identity, run_id
  from migrate.ddl_events
 where happened > $1 and (identity = any($2::text[]) or identity = '')
 order by id desc`);

export interface ListLostParams {
  readonly since: Date;
}
export interface ListLostRow {
  readonly happened: Date;
  readonly actor: string;
  readonly application: string;
  readonly client_address: string | null;
  readonly kind: string;
  readonly identity: string;
}
/**
 * What guards rows, was made by the platform between runs, and was taken away by somebody else: no snapshot has ever held it.
 */
export const listLost = defineQuery<ListLostParams, ListLostRow>('migrate/drift.list_lost', ['since'], `select l.happened, l.actor, l.application, l.client_address, l.kind, l.identity
  from (select distinct on (d.kind, d.identity) d.* from migrate.ddl_events d
         where d.happened > $1 and d.kind in ('trigger', 'policy') order by d.kind, d.identity, d.id desc) l
 where starts_with(l.command, 'DROP') and l.application !~ '^plinth[: ]'
   and exists (select from migrate.ddl_events m
                where m.identity = l.identity and m.kind = l.kind and m.happened > $1 and starts_with(m.command, 'CREATE') and m.application ~ '^plinth[: ]')
 order by l.identity`);

export interface PruneEventsParams {
  readonly before: Date;
}
export type PruneEventsRow = Record<string, never>;
export const pruneEvents = defineQuery<PruneEventsParams, PruneEventsRow>('migrate/drift.prune_events', ['before'], `delete from migrate.ddl_events where happened < $1`);

export interface RecordDriftParams {
  readonly id: string;
  readonly identity: string;
  readonly path: string;
  readonly change: string;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly actor: string | null;
  readonly application: string | null;
}
export interface RecordDriftRow {
  readonly found: Date;
}
export const recordDrift = defineQuery<RecordDriftParams, RecordDriftRow>('migrate/drift.record_drift', ['id', 'identity', 'path', 'change', 'expected', 'actual', 'actor', 'application'], `insert into migrate.drifts (id, identity, path, change, expected, actual, actor, application)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (identity, path) where resolved is null do update
   set change = excluded.change, expected = excluded.expected, actual = excluded.actual,
       actor = coalesce(excluded.actor, drifts.actor), application = coalesce(excluded.application, drifts.application)
returning found`);

export interface ResolveDriftsParams {
  readonly kept: readonly string[];
}
export type ResolveDriftsRow = Record<string, never>;
/**
 * All that are open, save these; each key is identity, a line feed, and path.
 */
export const resolveDrifts = defineQuery<ResolveDriftsParams, ResolveDriftsRow>('migrate/drift.resolve_drifts', ['kept'], `update migrate.drifts set resolved = now() where resolved is null and identity || e'\\n' || path <> all($1::text[])`);
