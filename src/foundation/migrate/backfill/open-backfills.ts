import type { Tier } from '../../../kernel/index.ts';
import { distinctDatabases, type Transaction } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import type { Key } from './compose.ts';
import { backfillErrors } from './errors.ts';
import { takeBackfillLead } from './lead.ts';
import { findBackfill, hasBackfills, listQuarantine, pauseBackfill, resumeBackfill, retryQuarantine } from './sql/queries/queries.gen.ts';
import { startBackfill } from './start.ts';
import { describe, findStatus, readStatuses } from './status.ts';
import type { BackfillStatus, Backfills } from './types.ts';
import { work } from './work.ts';

const followMs = 500;
const shownRows = 1_000;

/** Opens the engine over the runner's connections. Neither connects nor starts anything. */
export function openBackfills({ connect, clock }: Pick<Context, 'connect' | 'clock'>): Backfills {
  const on = <T>(tier: Tier, doing: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier, as: 'owner', priority: 'maintenance', tag: 'migrate.backfill' }, doing);
  /** Does something to the backfill of that name, wherever it is. @throws PLINTH_MIGRATE_BACKFILL_UNKNOWN */
  async function at<T>(
    name: string,
    doing: (tx: Transaction, row: { readonly id: string; readonly tier: Tier }) => Promise<T>,
  ): Promise<T> {
    for (const tier of distinctDatabases(connect)) {
      const found = await on(tier, async (tx) => {
        if (!(await hasBackfills.one(tx, {})).exists) return undefined;
        const row = await findBackfill.first(tx, { name });
        return row && { value: await doing(tx, { id: row.id, tier }) };
      });
      if (found) return found.value;
    }
    throw backfillErrors.BACKFILL_UNKNOWN({ name });
  }

  return {
    start: (definition) => on(definition.tier, (tx) => startBackfill(tx, definition)),
    async run(name, { signal = new AbortController().signal, onProgress: progress = () => {} } = {}) {
      const tier = await at(name, async (_, row) => row.tier);
      for (;;) {
        signal.throwIfAborted();
        const status = await on(tier, (tx) => findStatus(tx, name));
        if (status.state === 'completed') return status;
        if (status.state === 'paused') throw backfillErrors.BACKFILL_PAUSED({ name, reason: status.error ?? 'somebody asked for it' });
        await using lead = await takeBackfillLead(connect, tier, signal);
        if (lead) await work({ connect, clock, tier, lead, name, signal, progress });
        else {
          progress(`${describe(status)} (another process works on it)`);
          await clock.sleep(followMs, signal);
        }
      }
    },
    pause: (name) =>
      at(name, async (tx, { id }) => {
        await pauseBackfill.run(tx, { id, error: null });
        return findStatus(tx, name);
      }),
    resume: (name) =>
      at(name, async (tx, { id }) => {
        await resumeBackfill.run(tx, { id });
        return findStatus(tx, name);
      }),
    async list(tier) {
      const lists: (readonly BackfillStatus[])[] = [];
      for (const one of tier ? [tier] : distinctDatabases(connect)) lists.push(await on(one, readStatuses));
      return lists.flat();
    },
    quarantine: (name) =>
      at(name, async (tx) =>
        (await listQuarantine.all(tx, { name, limit: shownRows })).map(({ key, error, created }) => ({
          key: key as Key,
          ...(error !== null && { error }),
          created,
        })),
      ),
    retry: (name) => at(name, async (tx, { id }) => (await retryQuarantine.one(tx, { id })).count),
  };
}
