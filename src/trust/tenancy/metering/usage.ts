import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import type { Clock, Tier } from '../../../kernel/index.ts';
import { meteringErrors } from './errors.ts';
import { minutesKeptHours, parseMinute } from './model/minute.ts';
import { listSlowMinutes, listUsageHours, listUsageMinute, listUsageTotals } from './sql/queries/queries.gen.ts';
import type { SlowMinute, Usage, UsageFigures } from './types.ts';

const hourMs = 3_600_000;
// Less than this, over all tenants of a minute, is no waiting that anybody would notice.
const leastWaitMs = 10;

interface FiguresRow {
  readonly queries: number;
  readonly rows: number;
  readonly execution_ms: number;
  readonly held_ms: number;
  readonly pool_wait_ms: number;
}

const figuresOf = ({ queries, rows, execution_ms, held_ms, pool_wait_ms }: FiguresRow): UsageFigures => ({
  queries,
  rows,
  executionMs: execution_ms,
  heldMs: held_ms,
  poolWaitMs: pool_wait_ms,
});

/** Reads what processes have written. */
export function openUsage(deps: { readonly connect: Connect; readonly clock: Clock; flush(): Promise<void> }): Usage {
  const { connect, clock, flush } = deps;
  const inRegistry = <T>(work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'oltp', as: 'owner', tag: 'tenancy.usage', isReadOnly: true }, work);
  /** Start of the hour with which the last `hours` begin. */
  const startOf = (hours: number) => new Date((Math.floor(clock.now().getTime() / hourMs) - hours + 1) * hourMs);

  return {
    flush,
    hours: (tenantId, hours) =>
      inRegistry(async (tx) =>
        (await listUsageHours.all(tx, { tenant_id: tenantId, since: startOf(hours) })).map((row) => ({
          begun: row.begun,
          ...figuresOf(row),
          ...(row.wal_bytes !== null && { walBytes: row.wal_bytes }),
          measures: row.measures as Record<string, number>,
        })),
      ),
    totals: (hours) =>
      inRegistry(async (tx) => {
        const since = startOf(hours);
        const starts = Array.from({ length: hours }, (_, i) => String((since.getTime() + i * hourMs) / 1_000));
        return (await listUsageTotals.all(tx, { since })).map((row) => {
          const byHour = row.by_hour as Record<string, number>;
          return {
            tenant: { id: row.id, slug: row.slug },
            ...figuresOf(row),
            ...(row.wal_bytes !== null && { walBytes: row.wal_bytes }),
            measures: (row.measures ?? {}) as Record<string, number>,
            byHour: starts.map((start) => byHour[start] ?? 0),
          };
        });
      }),
    async minute(text) {
      const now = clock.now();
      const begun = parseMinute(text, now);
      if (!begun) throw meteringErrors.BAD_MINUTE({ minute: text });
      const ageMs = now.getTime() - begun.getTime();
      if (ageMs < 0 || ageMs > minutesKeptHours * hourMs) throw meteringErrors.MINUTE_NOT_KEPT({ minute: begun });
      const rows = await inRegistry((tx) => listUsageMinute.all(tx, { minute: begun }));
      const heldMs = Map.groupBy(rows, ({ tier }) => tier);
      const whole = (tier: string) => (heldMs.get(tier) ?? []).reduce((sum, row) => sum + row.held_ms, 0);
      const tenants = rows.map((row) => ({
        tier: row.tier as Tier,
        tenant: { id: row.id, slug: row.slug },
        ...figuresOf(row),
        heldShare: row.held_ms === 0 ? 0 : row.held_ms / whole(row.tier),
      }));
      return { begun, tenants };
    },
    slowest: () =>
      inRegistry(async (tx) =>
        (await listSlowMinutes.all(tx, { least_wait_ms: leastWaitMs })).map((row) => ({
          begun: row.begun,
          tier: row.tier as Tier,
          poolWaitMs: row.pool_wait_ms,
          slowed: row.slowed as SlowMinute['slowed'],
          holders: (row.holders as { tenantId: string; slug: string; heldMs: number }[]).map(({ heldMs, ...holder }) => ({
            ...holder,
            heldShare: row.held_ms === 0 ? 0 : heldMs / row.held_ms,
          })),
        })),
      ),
  };
}
