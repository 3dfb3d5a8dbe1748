import { pipeline } from 'node:stream/promises';
import { quoteIdentifier } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import { canonicalSettings } from '../backfill/index.ts';
import { amongKeys, inRange, type Key, keyArray } from './model/keys.ts';
import type { OpenMove } from './open-move.ts';
import type { Side, Sides } from './sides.ts';
import { addApplied } from './sql/queries/queries.gen.ts';
import type { Change } from './types.ts';

/** What one pass over the change log does at most. */
export const changesPerPass = 2_000;

/** The last key and the number of the next rows of the source; undefined when the range is empty. */
export async function nextRange(tx: Transaction, { relation, key, filter }: Side, after: Key | null, upTo: Key | null, limit: number) {
  const columns = key.names.map(quoteIdentifier);
  await tx.query({ text: canonicalSettings });
  const { rows } = await tx.query({
    text: `with page as materialized (select ${columns.join(', ')} from ${relation} where ${filter} and ${inRange(key, after, upTo)} order by ${columns.join(', ')} limit ${limit})
select ${keyArray(key.names)} as key, (select count(*) from page)::int as rows from page order by ${columns.map((column) => `${column} desc`).join(', ')} limit 1`,
  });
  return rows[0] as { readonly key: Key; readonly rows: number } | undefined;
}

/** The largest key of a table; null when it is empty. */
export async function largestKey(tx: Transaction, { relation, key, filter }: Side): Promise<Key | null> {
  await tx.query({ text: canonicalSettings });
  const columns = key.names.map((name) => `${quoteIdentifier(name)} desc`).join(', ');
  const { rows } = await tx.query({
    text: `select ${keyArray(key.names)} as key from ${relation} where ${filter} order by ${columns} limit 1`,
  });
  return (rows[0]?.key as Key | undefined) ?? null;
}

/** Streams rows of the source into the target, as text written the same way on both sides. Returns how many. */
export async function copyRows(from: Transaction, to: Transaction, { source, target }: Sides, where: string): Promise<number> {
  await from.query({ text: canonicalSettings });
  await to.query({ text: canonicalSettings });
  const reading = from.copyTo(
    `copy (select ${source.expressions.join(', ')} from ${source.relation} where ${source.filter} and ${where}) to stdout`,
  );
  const writing = to.copyFrom(`copy ${target.relation} (${target.expressions.join(', ')}) from stdin`);
  await pipeline(reading, writing);
  return (writing as unknown as { readonly rowCount: number }).rowCount;
}

/** Makes the target's rows of these keys what the source's are now: whatever was there is replaced, what is gone is gone. */
export async function carryKeys(from: Transaction, to: Transaction, sides: Sides, keys: readonly Key[]): Promise<void> {
  if (keys.length === 0) return;
  await to.query({ text: canonicalSettings });
  await to.query({ text: `delete from ${sides.target.relation} where ${sides.target.filter} and ${amongKeys(sides.target.key, keys)}` });
  await copyRows(from, to, sides, amongKeys(sides.source.key, keys));
}

/**
 * One pass over the change log, in a transaction of the source: reads keys, takes the rows as they are now into a transaction of the target,
 * and forgets the keys only after that committed. Killed in between, the keys are carried over again, to the same end.
 *
 * @returns how many changes it took, or `truncated` when everything may have changed
 */
export async function carryChanges(from: Transaction, { id, sides, changes, move, signal }: OpenMove): Promise<number | 'truncated'> {
  const taken = await changes.take(from, move, changesPerPass);
  if (taken.some(({ key }) => key === null)) return 'truncated';
  if (taken.length === 0) return 0;
  const keys = distinctKeys(taken);
  await sides.target.connect.transaction(
    { tier: sides.target.tier, as: 'owner', priority: 'maintenance', tag: 'migrate.move', signal },
    async (to) => {
      await carryKeys(from, to, sides, keys);
      await addApplied.run(to, { id, rows: keys.length });
    },
  );
  await changes.forget(from, move, taken);
  return taken.length;
}

export function distinctKeys(taken: readonly Change[]): Key[] {
  const keys = new Map(taken.flatMap(({ key }) => (key === null ? [] : [[JSON.stringify(key), key] as const])));
  return [...keys.values()];
}
