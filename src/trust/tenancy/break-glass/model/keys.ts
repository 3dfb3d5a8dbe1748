/** Keys of so many rows of one answer are recorded; how many there were is recorded of each. */
const mostKeys = 1_000;

/** By what the rows of an answer are known: their `id`, else the ids they refer to. None where an answer names no row, e.g. a count. */
export function keysOf(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  return rows.slice(0, mostKeys).flatMap((row) => {
    if (isKey(row.id)) return [String(row.id)];
    const referred = Object.entries(row).filter(([name, value]) => name.endsWith('_id') && name !== 'tenant_id' && isKey(value));
    return referred.length > 0 ? [referred.map(([name, value]) => `${name}=${value}`).join(',')] : [];
  });
}

const isKey = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';
