import type { Executor, Tier } from '../../../kernel/index.ts';
import type { Backfills } from '../../migrate/index.ts';
import type { ConversionPlan } from './model/plan.ts';
import type { ConversionRoute, ConversionState } from './model/states.ts';
import type { FindConversionRow } from './sql/queries/queries.gen.ts';
import type { ConversionStatus } from './types.ts';
import { readRanges } from './verify.ts';

/** A row of the ledger with what the copy and the last verification say. */
export async function readStatus(
  { backfills }: { readonly backfills: Backfills },
  tier: Tier,
  row: FindConversionRow,
  on: <T>(doing: (tx: Executor) => Promise<T>) => Promise<T>,
): Promise<ConversionStatus> {
  const plan = row.plan as ConversionPlan;
  const copied = await copiedOf(backfills, tier, row.id);
  return {
    id: row.id,
    tier,
    table: row.table_name,
    route: row.route as ConversionRoute,
    state: row.state as ConversionState,
    isPaused: row.is_paused,
    parts: plan.parts.map(({ name }) => name),
    leaving: plan.route === 'exchange' ? plan.leaving.map(({ name }) => name) : [],
    ...(row.error !== null && { error: row.error }),
    ...(copied && { copied }),
    ranges: await on((tx) => readRanges(tx, row.id)),
    started: row.started,
    ...(row.swapped !== null && { swapped: row.swapped }),
    ...(row.finished !== null && { finished: row.finished }),
    ...(row.undone !== null && { undone: row.undone }),
  };
}

async function copiedOf(backfills: Backfills, tier: Tier, id: string): Promise<ConversionStatus['copied']> {
  const copies = (await backfills.list(tier)).filter(({ name }) => name === `partition/${id}` || name.startsWith(`partition/${id}/`));
  if (copies.length === 0) return undefined;
  const rows = copies.reduce((sum, { rowsSeen }) => sum + rowsSeen, 0);
  const rowsTotal = copies.reduce((sum, one) => sum + one.rowsTotal, 0);
  const running = copies.find(({ state }) => state === 'running');
  const rate = running?.rowsPerSecond;
  return {
    rows,
    rowsTotal,
    ...(rate !== undefined && { rowsPerSecond: rate }),
    ...(rate !== undefined && rate > 0 && { etaSeconds: Math.round(Math.max(0, rowsTotal - rows) / rate) }),
    ...(running?.throttled !== undefined && { throttled: running.throttled }),
  };
}
