// Made by `npm run generate` from backfill.sql; do not edit.
// sources: 24f8c754c0eb6fff3632b52d034a9cb2
import { defineQuery } from '../../../../../kernel/index.ts';

export type HasBackfillsParams = Record<string, never>;
export interface HasBackfillsRow {
  readonly exists: boolean;
}
export const hasBackfills = defineQuery<HasBackfillsParams, HasBackfillsRow>('migrate/backfill.has_backfills', [], `select pg_catalog.to_regclass('migrate.backfills') is not null as "exists"`);

export interface FindKeyParams {
  readonly schema: string;
  readonly name: string;
}
export interface FindKeyRow {
  readonly relkind: string;
  readonly columns: string[];
  readonly types: string[];
}
/**
 * A table and the columns of its primary key in the key's order; no row when there is no such table.
 */
export const findKey = defineQuery<FindKeyParams, FindKeyRow>('migrate/backfill.find_key', ['schema', 'name'], `select c.relkind::text as "relkind",
       coalesce(array_agg(a.attname::text order by k.position) filter (where a.attname is not null), '{}') as "columns",
       coalesce(array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by k.position) filter (where a.attname is not null), '{}')
         as "types"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       left join pg_catalog.pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
       left join lateral unnest(p.conkey) with ordinality as k(attnum, position) on true
       left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
 where n.nspname = $1 and c.relname = $2
 group by c.oid`);

export interface EstimateRowsParams {
  readonly table: string;
}
export interface EstimateRowsRow {
  readonly rows: number;
}
/**
 * Of a table with its partitions, as the last ANALYZE counted them.
 */
export const estimateRows = defineQuery<EstimateRowsParams, EstimateRowsRow>('migrate/backfill.estimate_rows', ['table'], `select coalesce(sum(greatest(c.reltuples, 0)), 0)::int8 as "rows"
  from pg_catalog.pg_class c
 where c.relkind = 'r'
   and (c.oid = pg_catalog.to_regclass($1) or c.oid in (select t.relid from pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1)) t))`);

export interface AddBackfillParams {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly statement: string;
  readonly table_name: string;
  readonly priority: number;
  readonly upper_bound: string | null;
  readonly rows_total: number;
  readonly batch_rows: number;
}
export type AddBackfillRow = Record<string, never>;
/**
 * Nothing when the name is taken. On an empty table it is completed at once.
 */
export const addBackfill = defineQuery<AddBackfillParams, AddBackfillRow>('migrate/backfill.add_backfill', ['id', 'name', 'tier', 'statement', 'table_name', 'priority', 'upper_bound', 'rows_total', 'batch_rows'], `insert into migrate.backfills (id, name, tier, statement, table_name, priority, upper_bound, rows_total, batch_rows, state, completed)
values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9,
        case when $7::jsonb is null then 'completed' else 'running' end, case when $7::jsonb is null then now() end)
on conflict on constraint backfills_name_key do nothing`);

export type ListBackfillsParams = Record<string, never>;
export interface ListBackfillsRow {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly statement: string;
  readonly table_name: string;
  readonly priority: number;
  readonly state: string;
  readonly rows_seen: number;
  readonly rows_changed: number;
  readonly rows_total: number;
  readonly rows_per_second: number | null;
  readonly throttled: string | null;
  readonly error: string | null;
  readonly started: Date;
  readonly completed: Date | null;
  readonly batch_rows: number;
  readonly quarantined: number;
  readonly locked: number;
}
export const listBackfills = defineQuery<ListBackfillsParams, ListBackfillsRow>('migrate/backfill.list_backfills', [], `select b.id, b.name, b.tier, b.statement, b.table_name, b.priority, b.state, b.rows_seen, b.rows_changed, b.rows_total, b.rows_per_second,
       b.throttled, b.error, b.started, b.completed, b.batch_rows,
       (select count(*) from migrate.quarantine q where q.backfill_id = b.id and q.error is not null) as "quarantined",
       (select count(*) from migrate.quarantine q where q.backfill_id = b.id and q.error is null) as "locked"
  from migrate.backfills b
 order by b.priority desc, b.started, b.name`);

export interface FindBackfillParams {
  readonly name: string;
}
export interface FindBackfillRow {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly statement: string;
  readonly state: string;
  readonly error: string | null;
}
export const findBackfill = defineQuery<FindBackfillParams, FindBackfillRow>('migrate/backfill.find_backfill', ['name'], `select id, name, tier, statement, state, error from migrate.backfills where name = $1`);

export interface ClaimBatchParams {
  readonly id: string;
}
export interface ClaimBatchRow {
  readonly cursor: unknown;
  readonly upper_bound: unknown;
  readonly batch_rows: number;
  readonly is_at_end: boolean;
}
/**
 * The backfill for the length of one batch: whoever else works on it waits here, and then sees the cursor moved.
 */
export const claimBatch = defineQuery<ClaimBatchParams, ClaimBatchRow>('migrate/backfill.claim_batch', ['id'], `select cursor, upper_bound, batch_rows, cursor is not null and cursor = upper_bound or upper_bound is null as "is_at_end"
  from migrate.backfills where id = $1 and state = 'running'
   for update`);

export interface AdvanceBackfillParams {
  readonly cursor: string | null;
  readonly rows_seen: number;
  readonly rows_changed: number;
  readonly batch_rows: number | null;
  readonly id: string;
}
export type AdvanceBackfillRow = Record<string, never>;
export const advanceBackfill = defineQuery<AdvanceBackfillParams, AdvanceBackfillRow>('migrate/backfill.advance_backfill', ['cursor', 'rows_seen', 'rows_changed', 'batch_rows', 'id'], `update migrate.backfills
   set cursor = coalesce($1::jsonb, cursor), rows_seen = rows_seen + $2, rows_changed = rows_changed + $3, batch_rows = coalesce($4, batch_rows),
       rows_per_second = case when $2 > 0 then
         0.7 * coalesce(rows_per_second, $2 / greatest(extract(epoch from clock_timestamp() - advanced)::float8, 0.001))
         + 0.3 * $2 / greatest(extract(epoch from clock_timestamp() - advanced)::float8, 0.001) else rows_per_second end,
       throttled = null, advanced = clock_timestamp()
 where id = $5`);

export interface CompleteBackfillParams {
  readonly id: string;
}
export type CompleteBackfillRow = Record<string, never>;
export const completeBackfill = defineQuery<CompleteBackfillParams, CompleteBackfillRow>('migrate/backfill.complete_backfill', ['id'], `update migrate.backfills set state = 'completed', completed = clock_timestamp(), throttled = null, error = null
 where id = $1 and state = 'running'`);

export interface PauseBackfillParams {
  readonly error: string | null;
  readonly id: string;
}
export type PauseBackfillRow = Record<string, never>;
export const pauseBackfill = defineQuery<PauseBackfillParams, PauseBackfillRow>('migrate/backfill.pause_backfill', ['error', 'id'], `update migrate.backfills set state = 'paused', throttled = null, error = $1 where id = $2 and state = 'running'`);

export interface ResumeBackfillParams {
  readonly id: string;
}
export type ResumeBackfillRow = Record<string, never>;
export const resumeBackfill = defineQuery<ResumeBackfillParams, ResumeBackfillRow>('migrate/backfill.resume_backfill', ['id'], `update migrate.backfills set state = 'running', error = null where id = $1 and state = 'paused'`);

export interface SayThrottledParams {
  readonly cause: string;
  readonly id: string;
}
export type SayThrottledRow = Record<string, never>;
export const sayThrottled = defineQuery<SayThrottledParams, SayThrottledRow>('migrate/backfill.say_throttled', ['cause', 'id'], `update migrate.backfills set throttled = $1 where id = $2 and throttled is distinct from $1`);

export interface QuarantineRowsParams {
  readonly id: string;
  readonly error: string | null;
  readonly keys: string;
}
export type QuarantineRowsRow = Record<string, never>;
/**
 * Keys as an array of keys, each an array of its columns as text.
 */
export const quarantineRows = defineQuery<QuarantineRowsParams, QuarantineRowsRow>('migrate/backfill.quarantine_rows', ['id', 'error', 'keys'], `insert into migrate.quarantine (backfill_id, key, error)
select $1, e.value, $2 from pg_catalog.jsonb_array_elements($3::jsonb) e
on conflict on constraint quarantine_backfill_id_key_pk do update set error = excluded.error, created = now()`);

export interface CountFailedParams {
  readonly id: string;
}
export interface CountFailedRow {
  readonly count: number;
}
export const countFailed = defineQuery<CountFailedParams, CountFailedRow>('migrate/backfill.count_failed', ['id'], `select count(*) as "count" from migrate.quarantine where backfill_id = $1 and error is not null`);

export interface TakeLockedParams {
  readonly id: string;
  readonly limit: number;
}
export interface TakeLockedRow {
  readonly keys: unknown;
  readonly count: number;
}
/**
 * The rows that were locked when their batch came, some at a time; null when there are none.
 */
export const takeLocked = defineQuery<TakeLockedParams, TakeLockedRow>('migrate/backfill.take_locked', ['id', 'limit'], `select pg_catalog.jsonb_agg(r.key) as keys, count(*) as "count"
  from (select key from migrate.quarantine where backfill_id = $1 and error is null order by created, key limit $2::int8) r`);

export interface ReleaseRowsParams {
  readonly id: string;
  readonly keys: string;
  readonly kept: string;
}
export type ReleaseRowsRow = Record<string, never>;
/**
 * What is not needed there any more, given those that are.
 */
export const releaseRows = defineQuery<ReleaseRowsParams, ReleaseRowsRow>('migrate/backfill.release_rows', ['id', 'keys', 'kept'], `delete from migrate.quarantine q
 where q.backfill_id = $1 and q.key in (select e.value from pg_catalog.jsonb_array_elements($2::jsonb) e)
   and q.error is null
   and not exists (select from pg_catalog.jsonb_array_elements($3::jsonb) k where k.value = q.key)`);

export interface ListQuarantineParams {
  readonly name: string;
  readonly limit: number;
}
export interface ListQuarantineRow {
  readonly key: unknown;
  readonly error: string | null;
  readonly created: Date;
}
export const listQuarantine = defineQuery<ListQuarantineParams, ListQuarantineRow>('migrate/backfill.list_quarantine', ['name', 'limit'], `select q.key, q.error, q.created from migrate.quarantine q join migrate.backfills b on b.id = q.backfill_id
 where b.name = $1 order by q.created, q.key limit $2::int8`);

export interface RetryQuarantineParams {
  readonly id: string;
}
export interface RetryQuarantineRow {
  readonly count: number;
}
/**
 * The failed rows count as locked ones again, so that the second pass takes them.
 */
export const retryQuarantine = defineQuery<RetryQuarantineParams, RetryQuarantineRow>('migrate/backfill.retry_quarantine', ['id'], `with retried as (
  update migrate.quarantine set error = null where backfill_id = $1 and error is not null returning key
), reopened as (
  update migrate.backfills set state = 'running', completed = null, error = null
   where id = $1 and state = 'completed' and exists (select from retried)
)
select count(*) as "count" from retried`);

export interface ReadLoadParams {
  readonly table: string;
}
export interface ReadLoadRow {
  readonly replay_lag_seconds: number | null;
  readonly replay_lag_bytes: number | null;
  readonly endangered_slots: string[];
  readonly wal_bytes: number;
  readonly now_seconds: number;
  readonly dead_share: number;
  readonly is_vacuumed: boolean;
  readonly lock_waiters: number;
  readonly active_sessions: number;
}
/**
 * One look at everything a backfill has to give way to. Standbys and what other roles' sessions do are visible to pg_read_all_stats only.
 */
export const readLoad = defineQuery<ReadLoadParams, ReadLoadRow>('migrate/backfill.read_load', ['table'], `select (select max(extract(epoch from r.replay_lag))::float8 from pg_catalog.pg_stat_replication r) as replay_lag_seconds,
       (select max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn))::float8 from pg_catalog.pg_stat_replication r)
         as replay_lag_bytes,
       array(select s.slot_name::text from pg_catalog.pg_replication_slots s
              where s.wal_status = 'unreserved' or s.wal_status <> 'lost' and s.safe_wal_size < 1073741824) as "endangered_slots",
       pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::float8 as "wal_bytes",
       extract(epoch from clock_timestamp())::float8 as "now_seconds",
       coalesce((select t.n_dead_tup::float8 / nullif(t.n_live_tup + t.n_dead_tup, 0) from pg_catalog.pg_stat_all_tables t
                  where t.relid = pg_catalog.to_regclass($1)), 0) as "dead_share",
       exists (select from pg_catalog.pg_stat_progress_vacuum v where v.relid = pg_catalog.to_regclass($1)) as "is_vacuumed",
       (select count(*) from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
         where not l.granted and l.locktype <> 'advisory' and a.datname = pg_catalog.current_database()) as "lock_waiters",
       (select count(*) from pg_catalog.pg_stat_activity a
         where a.state = 'active' and a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid()) as "active_sessions"`);

export interface ShrinkBatchParams {
  readonly id: string;
}
export type ShrinkBatchRow = Record<string, never>;
export const shrinkBatch = defineQuery<ShrinkBatchParams, ShrinkBatchRow>('migrate/backfill.shrink_batch', ['id'], `update migrate.backfills set batch_rows = greatest(1, batch_rows / 2) where id = $1`);

export interface NextBackfillParams {
  readonly name: string | null;
}
export interface NextBackfillRow {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly statement: string;
  readonly table_name: string;
}
/**
 * The one to work on: a given one, or the most urgent. Nothing when none is due.
 */
export const nextBackfill = defineQuery<NextBackfillParams, NextBackfillRow>('migrate/backfill.next_backfill', ['name'], `select id, name, tier, statement, table_name from migrate.backfills
 where state = 'running' and ($1::text is null or name = $1)
 order by priority desc, started, name limit 1`);
