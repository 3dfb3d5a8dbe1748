import { type Executor, messageOf, quoteIdentifier, type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import { sqlstateIn } from './batch.ts';
import { type Key, largestKey } from './compose.ts';
import { distinctDatabases } from './databases.ts';
import { backfillErrors } from './errors.ts';
import { takeLead } from './lead.ts';
import { firstBatchRows } from './model/batch-size.ts';
import { canonicalSettings } from './settings.ts';
import {
  addBackfill,
  estimateRows,
  findBackfill,
  hasBackfills,
  listQuarantine,
  pauseBackfill,
  resumeBackfill,
  retryQuarantine,
} from './sql/queries/queries.gen.ts';
import { describe, findStatus, readStatuses } from './status.ts';
import { readTarget } from './target.ts';
import type { BackfillDefinition, BackfillStatus, Backfills } from './types.ts';
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
        await using lead = await takeLead(connect, tier, signal);
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

/**
 * Declares a backfill in the transaction given, so that it exists exactly if that commits.
 *
 * @throws PLINTH_MIGRATE_BACKFILL_STATEMENT, PLINTH_MIGRATE_BACKFILL_TABLE, PLINTH_MIGRATE_BACKFILL_NO_KEY, PLINTH_MIGRATE_BACKFILL_DIFFERS,
 * PLINTH_MIGRATE_BACKFILL_DENIED
 */
export async function startBackfill(tx: Executor, { name, tier, statement, priority = 0 }: BackfillDefinition): Promise<BackfillStatus> {
  const known = await findBackfill.first(tx, { name });
  if (known && known.statement !== statement) throw backfillErrors.BACKFILL_DIFFERS({ name });
  if (!known) {
    const id = uuidv7();
    const target = await readTarget(tx, { id, name, statement });
    const { table } = target.statement;
    const tableName = `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
    await tx.query({ text: canonicalSettings });
    const { rows } = await tx.query({ text: largestKey(table, target.key) }).catch((error) => {
      if (sqlstateIn(error) !== '42501') throw error;
      throw backfillErrors.BACKFILL_DENIED({ name, table: tableName, reason: messageOf(error) }, { cause: error });
    });
    await addBackfill.run(tx, {
      id,
      name,
      tier,
      statement,
      table_name: tableName,
      priority,
      upper_bound: rows[0] ? JSON.stringify(rows[0].key) : null,
      rows_total: (await estimateRows.one(tx, { table: tableName })).rows,
      batch_rows: firstBatchRows,
    });
  }
  return findStatus(tx, name);
}
