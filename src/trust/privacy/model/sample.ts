import { quoteIdentifier } from '../../../kernel/index.ts';
import type { ScannedColumn, ScannedTable } from './catalog.ts';

// What stands between the elements of an array in a sample.
export const elementSeparator = '\u001f';
// A table is read from the start while it is at most so many times as large as what would be read of it.
const smallFactor = 2;
// Blocks that hold few rows are met by chance: more are read than the estimate says.
const reserve = 1.5;
const fewestBlocks = 8;
const unknownRowsPerBlock = 40;

const textLength = 256;
const longTextLength = 2_048;

/** The percentage of a table's blocks that hold about `rows` rows; undefined where reading from the start is as good. */
export function samplePercent(table: Pick<ScannedTable, 'rowEstimate' | 'blockCount'>, rows: number): number | undefined {
  const rowsPerBlock = table.rowEstimate > 0 && table.blockCount > 0 ? table.rowEstimate / table.blockCount : unknownRowsPerBlock;
  const blocks = Math.max(fewestBlocks, Math.ceil((rows / rowsPerBlock) * reserve));
  if (table.blockCount <= blocks * smallFactor) return undefined;
  return Number(((blocks / table.blockCount) * 100).toPrecision(3));
}

/**
 * One statement that reads a sample of all columns: one row, each column an array as JSON under its number. Texts are cut on the server;
 * the same blocks are read each time, so that two scans of the same data say the same.
 */
export function sampleStatement(table: ScannedTable, columns: readonly ScannedColumn[], rows: number, percent: number | undefined): string {
  const { schema, table: name } = table.place;
  const from = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}${percent === undefined ? '' : ` tablesample system (${percent}) repeatable (0)`}`;
  const cut = columns.map((column, i) => `${expressionOf(column)} as c${i}`);
  const gathered = columns.map((_, i) => `json_agg(c${i}) as "${i}"`);
  return `select count(*)::int4 as rows, ${gathered.join(', ')} from (select ${cut.join(', ')} from ${from} limit ${rows}) s`;
}

function expressionOf({ name, holds, isArray }: ScannedColumn): string {
  const column = quoteIdentifier(name);
  if (isArray) return `left(array_to_string(${column}, chr(31)), ${longTextLength})`;
  return `left(${column}::text, ${holds === 'json' ? longTextLength : textLength})`;
}
