import type { RenameMap } from '../types.ts';

/** The new name of a column; its own where the map says nothing. */
export function columnName(map: RenameMap, column: string): string {
  const given = map.columns?.[column];
  if (given !== undefined) return given;
  const { suffix } = map;
  return suffix !== undefined && column.endsWith(suffix) && column.length > suffix.length ? column.slice(0, -suffix.length) : column;
}

/**
 * The new name of what is called after a table and its columns (constraint, index, sequence, policy, trigger):
 * `worker_performance_created_at_idx` → `worker_performances_created_idx`. Whole words only.
 */
export function attachedName(
  name: string,
  table: { readonly from: string; readonly to: string },
  columns: readonly (readonly [from: string, to: string])[],
): string {
  const isAfterTable = name === table.from || name.startsWith(`${table.from}_`);
  let words = `_${isAfterTable ? table.to + name.slice(table.from.length) : name}_`;
  for (const [from, to] of columns.toSorted(([a], [b]) => b.length - a.length)) words = words.replaceAll(`_${from}_`, `_${to}_`);
  return words.slice(1, -1);
}

export const legacySchema = (schema: string) => `${schema}_legacy`;
