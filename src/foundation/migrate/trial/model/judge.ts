import type { Difference } from '../../snapshot/index.ts';

/** How many rows each table has, by its name as SQL spells it. */
export type Counts = ReadonlyMap<string, number>;

// Made by the first migration that is applied, and never taken back.
const isLedger = (identity: string) => identity === 'schema migrate' || / migrate\./.test(identity);

/** What is not as it was, in words. Columns in another order are no difference: adding one again puts it last. */
export function schemaFindings(when: string, differences: readonly Difference[]): string[] {
  return differences
    .filter(({ identity, change }) => change !== 'reordered' && !isLedger(identity))
    .map(({ identity, change, path }) => `${when}: ${identity} ${change}${path === undefined ? '' : ` (${path})`}`);
}

/** Tables that are there both times with another number of rows. */
export function rowFindings(when: string, before: Counts, after: Counts): string[] {
  return [...before].flatMap(([table, rows]) => {
    const now = after.get(table);
    return now === undefined || now === rows ? [] : [`${when}: ${table} has ${now} row(s) instead of ${rows}`];
  });
}
