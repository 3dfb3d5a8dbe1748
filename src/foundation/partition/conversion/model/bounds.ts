/** The bound of a partition by range of one column; null where it is open. */
export interface RangeBound {
  readonly lower: string | null;
  readonly upper: string | null;
}

const literal = String.raw`'(?:[^']|'')*'|MINVALUE|MAXVALUE|[^'()\s]+`;
const pattern = new RegExp(`^FOR VALUES FROM \\((${literal})\\) TO \\((${literal})\\)$`);

/** Reads what the server prints (`FOR VALUES FROM ('2025-01-01 00:00:00+00') TO (MAXVALUE)`); undefined for lists, hashes, DEFAULT. */
export function readBound(text: string): RangeBound | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, lower = '', upper = ''] = match;
  const value = (one: string) =>
    one === 'MINVALUE' || one === 'MAXVALUE' ? null : one.startsWith("'") ? one.slice(1, -1).replaceAll("''", "'") : one;
  return { lower: value(lower), upper: value(upper) };
}

/** What two names have in common up to the last underscore. */
export function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, one.lastIndexOf('_', length - 1) + 1);
}
