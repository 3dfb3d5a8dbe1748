import type { Tier } from '../../../../kernel/index.ts';
import type { ArchivedTable } from '../types.ts';

/** A table as far as it matters for what it is to take. */
export interface TargetTable {
  readonly tier: Tier;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isRequired: boolean }[];
}

export interface Placed<T extends TargetTable> {
  readonly table: T;
  /** Several where the other platform had it in several databases that are one here. */
  readonly archived: readonly ArchivedTable[];
}

/**
 * Which table takes which rows. A table is looked for in the database of its tier, then in all. What came later than the export takes its
 * default; what this platform does not know, or would have to invent, is a problem with its name.
 */
export function placeRows<T extends TargetTable>(
  archived: readonly ArchivedTable[],
  tables: readonly T[],
  tierOf: (tier: Tier) => Tier,
): { readonly placed: readonly Placed<T>[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const taken = new Map<T, ArchivedTable[]>();
  for (const entry of archived) {
    const named = tables.filter(({ name }) => name === entry.table);
    const table = named.find(({ tier }) => tier === tierOf(entry.tier)) ?? named[0];
    if (!table) {
      problems.push(`there is no table ${entry.table} with tenants' rows`);
      continue;
    }
    if (entry.format !== 'text' && entry.format !== 'binary') problems.push(`${entry.table} was written as ${entry.format}`);
    const known = new Map(table.columns.map((column) => [column.name, column]));
    for (const { name, type } of entry.columns) {
      const column = known.get(name);
      if (!column) problems.push(`${entry.table} has no column ${name}`);
      // Text is read as whatever type there is now; bytes are not.
      else if (entry.format === 'binary' && column.type !== type)
        problems.push(`${entry.table}.${name} is ${column.type} here and was ${type}`);
    }
    const given = new Set(entry.columns.map(({ name }) => name));
    for (const { name, isRequired } of table.columns)
      if (isRequired && !given.has(name)) problems.push(`${entry.table}.${name} has to have a value, and the export has none`);
    taken.set(table, [...(taken.get(table) ?? []), entry]);
  }
  return { placed: [...taken].map(([table, entries]) => ({ table, archived: entries })), problems };
}
