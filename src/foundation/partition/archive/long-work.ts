import { quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import { toPartitionError } from '../errors.ts';
import { exportSettings } from '../sql/queries/queries.gen.ts';

// As long as it takes: a partition may be large and nobody waits.
const deadlineMs = 24 * 60 * 60_000;

/** One long transaction as owner that sees everything, and everything as it was at its beginning. */
export async function longWork<T>(
  { connect }: Context,
  tier: Tier,
  tag: string,
  signal: AbortSignal | undefined,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const request = { tier, as: 'owner', priority: 'maintenance', isolation: 'repeatable read', isRetryable: false, deadlineMs } as const;
  try {
    return await connect.transaction({ ...request, tag: `partition.${tag}`, ...(signal && { signal }) }, async (tx) => {
      await exportSettings.run(tx, {});
      return work(tx);
    });
  } catch (error) {
    throw toPartitionError(error);
  }
}

export const columnList = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => quoteIdentifier(name)).join(', ');

/** A table with these columns and nothing else. */
export const bareTable = (table: string, columns: readonly { readonly name: string; readonly type: string }[]) =>
  `create table ${table} (${columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(', ')})`;
