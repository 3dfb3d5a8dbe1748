import type { CatalogTable, ColumnFacts, ForeignKey } from '../../catalog/index.ts';
import type { Category } from '../../model/categories.ts';
import type { Classification } from '../../model/types.ts';
import { isApart, type Mask, type MaskRules, maskOf } from './masks.ts';

export interface MaskedColumn {
  readonly facts: ColumnFacts;
  readonly mask: Mask;
  readonly category: Category | undefined;
}

export interface MaskedTable extends CatalogTable {
  readonly masked: readonly MaskedColumn[];
}

interface Decision {
  readonly mask: Mask;
  readonly category: Category | undefined;
}

const keyOf = (schema: string, table: string, column: string) => JSON.stringify([schema, table, column]);

/**
 * Which mask each column gets: by its classification, else by that of its table. Both ends of a foreign key get the same one, and whatever
 * has to be told apart (keys, references) only masks that keep it apart.
 */
export function planMasks(
  tables: readonly CatalogTable[],
  foreignKeys: readonly ForeignKey[],
  classifications: readonly Classification[],
  rules: MaskRules,
): readonly MaskedTable[] {
  const decided = new Map<string, Decision>();
  for (const { place, category, level } of classifications.toSorted(
    (a, b) => Number(b.place.column === undefined) - Number(a.place.column === undefined),
  )) {
    const decision = { mask: maskOf({ category, level }, rules), category };
    const columns = place.column === undefined ? columnsOf(tables, place.schema, place.table) : [place.column];
    for (const column of columns) decided.set(keyOf(place.schema, place.table, column), decision);
  }
  const linked = linkKeys(decided, foreignKeys);
  return tables.map((table) => ({
    ...table,
    masked: table.columns.map((facts) => {
      const key = keyOf(table.schema, table.table, facts.name);
      const { mask, category } = decided.get(key) ?? { mask: 'keep' as const, category: undefined };
      return { facts, category, mask: apart(mask, category, linked.has(key), facts) };
    }),
  }));
}

const columnsOf = (tables: readonly CatalogTable[], schema: string, table: string) =>
  tables.find((one) => one.schema === schema && one.table === table)?.columns.map(({ name }) => name) ?? [];

/**
 * Gives the child of every foreign key its parent's decision, and a parent without one its child's; returns the columns that are linked
 * and masked. A column that refers to several is masked as the first of them.
 */
function linkKeys(decided: Map<string, Decision>, foreignKeys: readonly ForeignKey[]): ReadonlySet<string> {
  const pairs = foreignKeys.flatMap((key) =>
    key.columns.map((column, index) => ({
      child: keyOf(key.schema, key.table, column),
      parent: keyOf(key.parentSchema, key.parentTable, key.parentColumns[index] ?? ''),
    })),
  );
  const isMasked = (key: string) => (decided.get(key)?.mask ?? 'keep') !== 'keep';
  const linked = new Set<string>();
  // Each round settles at least one more link of the longest chain.
  for (let before = -1; before < linked.size; ) {
    before = linked.size;
    for (const { child, parent } of pairs) {
      const decision = isMasked(parent) ? decided.get(parent) : isMasked(child) ? decided.get(child) : undefined;
      if (!decision || linked.has(child)) continue;
      decided.set(parent, decision).set(child, decision);
      linked.add(child).add(parent);
    }
  }
  return linked;
}

function apart(mask: Mask, category: Category | undefined, isLinked: boolean, facts: ColumnFacts): Mask {
  if (mask === 'keep' || mask === 'hash') return mask;
  if (isLinked) return mask === 'fake' && isApart(category) ? mask : 'hash';
  return facts.isUnique && mask !== 'null' && mask !== 'fake' ? 'hash' : mask;
}
