import type { Transaction } from '../../connect/index.ts';
import { canonicalSettings, rangeHash } from '../backfill/index.ts';
import { inRange, type Key, keyArray } from './model/keys.ts';
import type { OpenMove } from './open-move.ts';
import type { Side } from './sides.ts';
import { carryKeys, distinctKeys, nextRange } from './transfer.ts';
import type { Discrepancy, MoveComparison } from './types.ts';

const rangeRows = 20_000;
const shown = 1_000;
/** More changes on their way than this, and the comparison would hold them all in memory. */
const mostPending = 100_000;

/**
 * Compares both sides range by range and, where they differ, row by row. The caller sees to it that nobody carries changes over
 * meanwhile: then a row that differs for that reason alone has its key in the change log, as of the source's snapshot.
 */
export async function reconcile(work: OpenMove, options: { readonly repair: boolean }): Promise<MoveComparison> {
  const { sides, changes, move, signal } = work;
  const { source, target } = sides;
  const on = <T>(side: Side, doing: (tx: Transaction) => Promise<T>, isReadOnly = true) =>
    side.connect.transaction(
      {
        tier: side.tier,
        as: 'owner',
        priority: side === source ? 'batch' : 'maintenance',
        isolation: 'repeatable read',
        isReadOnly,
        tag: 'migrate.move',
        signal,
      },
      doing,
    );
  const discrepancies: Discrepancy[] = [];
  let [rows, ranges, count] = [0, 0, 0];
  let after: Key | null = null;
  for (;;) {
    const from: Key | null = after;
    const next: Awaited<ReturnType<typeof nextRange>> = await on(source, (tx) => nextRange(tx, source, from, null, rangeRows));
    // The last range is open: what lies beyond the source's largest key is surplus.
    const upTo: Key | null = next && next.rows === rangeRows ? next.key : null;
    const found = await on(target, (to) =>
      on(source, async (tx) => {
        const where = (side: Side) => `${side.filter} and ${inRange(side.key, from, upTo)}`;
        const [ours, theirs] = [await hash(tx, source, where(source)), await hash(to, target, where(target))];
        rows += ours.rows;
        if (ours.rows === theirs.rows && ours.hash === theirs.hash) return [];
        const pending = await changes.take(tx, move, mostPending);
        const moving = new Set(distinctKeys(pending).map((key) => JSON.stringify(key)));
        const different = compare(await hashes(tx, source, where(source)), await hashes(to, target, where(target)));
        return pending.some(({ key }) => key === null) ? [] : different.filter(({ key }) => !moving.has(JSON.stringify(key)));
      }),
    );
    count += found.length;
    discrepancies.push(...found.slice(0, shown - discrepancies.length));
    if (options.repair && found.length > 0) {
      const keys = found.map(({ key }) => key);
      await on(target, (to) => on(source, (tx) => carryKeys(tx, to, sides, keys)), false);
    }
    ranges++;
    work.progress(`${work.name}: compared ${rows} rows in ${ranges} range(s), ${count} differ`);
    if (upTo === null) return { rows, ranges, discrepancies, count };
    after = upTo;
  }
}

const hash = (tx: Transaction, { table, expressions }: Side, where: string) => rangeHash(tx, { table, expressions, where });

/** Hash of each row by its key. */
async function hashes(tx: Transaction, { relation, key, expressions }: Side, where: string): Promise<Map<string, string>> {
  await tx.query({ text: canonicalSettings });
  const { rows } = await tx.query({
    text: `select ${keyArray(key.names)}::text as key, pg_catalog.hashtextextended(row(${expressions.join(', ')})::text collate "C", 0)::text as hash from ${relation} where ${where}`,
  });
  return new Map(rows.map((row) => [JSON.stringify(JSON.parse(row.key)), row.hash]));
}

function compare(source: ReadonlyMap<string, string>, target: ReadonlyMap<string, string>): Discrepancy[] {
  const found: Discrepancy[] = [];
  for (const [key, value] of source) {
    const other = target.get(key);
    if (other !== value) found.push({ key: JSON.parse(key), kind: other === undefined ? 'missing' : 'different' });
  }
  for (const key of target.keys()) if (!source.has(key)) found.push({ key: JSON.parse(key), kind: 'surplus' });
  return found;
}
