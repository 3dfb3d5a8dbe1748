import { type Executor, isTier, type Tier } from '../../../kernel/index.ts';
import { backfillErrors } from './errors.ts';
import { hasBackfills, type ListBackfillsRow, listBackfills } from './sql/queries/queries.gen.ts';
import type { BackfillState, BackfillStatus } from './types.ts';

/** All of one database; none where the ledger is older than backfills, or absent. */
export async function readStatuses(executor: Executor): Promise<readonly BackfillStatus[]> {
  if (!(await hasBackfills.one(executor, {})).exists) return [];
  return (await listBackfills.all(executor, {})).map(statusOf);
}

/** @throws PLINTH_MIGRATE_BACKFILL_UNKNOWN */
export async function findStatus(executor: Executor, name: string): Promise<BackfillStatus> {
  const found = (await readStatuses(executor)).find((status) => status.name === name);
  if (!found) throw backfillErrors.BACKFILL_UNKNOWN({ name });
  return found;
}

function statusOf(row: ListBackfillsRow): BackfillStatus {
  const rest = Math.max(0, row.rows_total - row.rows_seen);
  const isTold = row.state === 'running' && row.rows_per_second && row.rows_total > 0;
  return {
    name: row.name,
    tier: isTier(row.tier) ? row.tier : ('oltp' satisfies Tier),
    table: row.table_name,
    state: row.state as BackfillState,
    priority: row.priority,
    rowsSeen: row.rows_seen,
    rowsChanged: row.rows_changed,
    rowsTotal: row.rows_total,
    batchRows: row.batch_rows,
    ...(row.rows_per_second !== null && { rowsPerSecond: Math.round(row.rows_per_second) }),
    ...(isTold && { etaSeconds: Math.ceil(rest / (row.rows_per_second as number)) }),
    ...(row.throttled !== null && { throttled: row.throttled }),
    ...(row.error !== null && { error: row.error }),
    quarantined: row.quarantined,
    locked: row.locked,
    started: row.started,
    ...(row.completed && { completed: row.completed }),
  };
}

/** One line of progress. */
export function describe({ name, state, rowsSeen, rowsTotal, rowsPerSecond, etaSeconds, quarantined, locked }: BackfillStatus): string {
  const parts = [
    rowsTotal > 0 ? `${Math.min(100, Math.floor((100 * rowsSeen) / rowsTotal))} % of ${rowsTotal} rows` : `${rowsSeen} rows`,
    ...(rowsPerSecond === undefined ? [] : [`${rowsPerSecond} rows/s`]),
    ...(etaSeconds === undefined ? [] : [`${etaSeconds} s left`]),
    ...(locked > 0 ? [`${locked} locked by others`] : []),
    ...(quarantined > 0 ? [`${quarantined} in quarantine`] : []),
  ];
  return `${name} ${state}: ${parts.join(', ')}`;
}
