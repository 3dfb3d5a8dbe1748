import type { MadeRows } from './rows.ts';

// Shorter ones stand anywhere by chance.
const shortest = 12;

/** Texts that only rows of one tenant hold: what stands in them and not in the rows made for the other one. */
export function marksOf(theirs: MadeRows, own: MadeRows, tenantIds: readonly string[]): readonly string[] {
  const shared = new Set([...tenantIds, ...textsOf(own)]);
  return [...new Set(textsOf(theirs))].filter((text) => !shared.has(text));
}

function textsOf(rows: MadeRows): readonly string[] {
  return [...rows.values()].flatMap((row) => ('stored' in row ? leaves(row.stored) : []));
}

function leaves(value: unknown): readonly string[] {
  // Bytes are shown with and without their prefix.
  if (typeof value === 'string') return value.length >= shortest ? [value.replace(/^\\x/, '')] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** The first of the marks that stands in a text, and not in what the one who got the text had said himself. */
export function markIn(text: string, marks: readonly string[], said: string): string | undefined {
  const isIn = (mark: string) => text.includes(mark) || text.includes(JSON.stringify(mark).slice(1, -1));
  return marks.find((mark) => isIn(mark) && !said.includes(mark));
}
