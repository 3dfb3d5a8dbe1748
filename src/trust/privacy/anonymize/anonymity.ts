import type { Transaction } from '../../../foundation/connect/index.ts';
import { quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import { quotedTable } from '../catalog/index.ts';
import type { MaskedTable } from '../masking/index.ts';
import type { Category } from '../model/categories.ts';
import type { Anonymity } from './types.ts';

/** What does not name a person, but can single one out together: as far as it still says something true. */
const quasi: ReadonlySet<Category> = new Set(['birth-date', 'demographic', 'location', 'address', 'income']);
const isTrue = new Set(['keep', 'generalise', 'partial', 'noise']);
const enough = 5;

/** k-anonymity of every table of the copy that has quasi-identifiers. Reads each of them once. */
export async function measureAnonymity(into: Transaction, tier: Tier, tables: readonly MaskedTable[]): Promise<readonly Anonymity[]> {
  const measured: Anonymity[] = [];
  for (const table of tables) {
    const columns = table.masked
      .filter(({ category, mask }) => category && quasi.has(category) && isTrue.has(mask))
      .map(({ facts }) => facts.name);
    if (columns.length === 0) continue;
    const list = columns.map(quoteIdentifier).join(', ');
    const { rows } = await into.query({
      text: `select min(g.members)::int8 as k, coalesce(sum(g.members) filter (where g.members < ${enough}), 0)::int8 as rare from (select count(*) as members from ${quotedTable(table)} group by ${list}) g`,
    });
    measured.push({ tier, table: `${table.schema}.${table.table}`, columns, k: rows[0].k ?? undefined, rare: rows[0].rare });
  }
  return measured;
}
