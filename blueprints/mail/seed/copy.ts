import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Transaction } from 'plinth/connect';
import { quoteIdentifier, quoteQualified } from 'plinth/kernel';

export type Cell = string | number | boolean | Date | readonly string[] | null | undefined;

const chunkCharacters = 128 * 1024;

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escaped = (text: string) =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character] as string) : text;

function encode(cell: Cell): string {
  if (cell === null || cell === undefined) return '\\N';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === 'object') return escaped(`{${cell.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`);
  return typeof cell === 'string' ? escaped(cell) : String(cell);
}

/** Streams rows into a table with COPY, in memory that does not grow; returns how many. As owner: COPY and row security exclude each other. */
export async function copyRows(
  tx: Transaction,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Cell[]>,
): Promise<number> {
  let count = 0;
  function* chunks() {
    let text = '';
    for (const row of rows) {
      count += 1;
      text += `${row.map(encode).join('\t')}\n`;
      if (text.length < chunkCharacters) continue;
      yield Buffer.from(text);
      text = '';
    }
    if (text !== '') yield Buffer.from(text);
  }
  await pipeline(
    Readable.from(chunks()),
    tx.copyFrom(`copy ${quoteQualified(table)} (${columns.map(quoteIdentifier).join(', ')}) from stdin`),
  );
  return count;
}
