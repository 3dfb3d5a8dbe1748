import { type Executor, quoteIdentifier } from '../../../kernel/index.ts';
import { canonicalSettings } from './settings.ts';

/** Some rows of a table, and what of them is compared. */
export interface HashedRows {
  readonly table: { readonly schema: string; readonly name: string };
  /** SQL of each compared value, in the same order on both sides: a quoted column, or an expression over the row. */
  readonly expressions: readonly string[];
  /** Which rows; default all. Parameters are `$1` …, given by `values`. */
  readonly where?: string;
  readonly values?: readonly unknown[];
}

/** Equal for equal sets of rows, in whatever order they lie. */
export interface RangeHash {
  readonly rows: number;
  /** Sum of the rows' hashes modulo 2⁶⁴, as decimal text; `0` for no rows. */
  readonly hash: string;
}

/**
 * Counts and hashes rows by their text, written the same way on every server: two sides that agree have the same rows in that range,
 * values and nulls alike, up to a chance of 2⁻⁶⁴. Types may differ where their text does not (`int` and `bigint`).
 *
 * Runs in the transaction given and sets how values are written for the rest of it; for one snapshot over several calls it
 * has to be REPEATABLE READ. Reads only, takes ACCESS SHARE on the table.
 *
 * @throws PLINTH_SQL_FORBIDDEN where row security would hide rows from this role
 */
export async function rangeHash(tx: Executor, { table, expressions, where, values = [] }: HashedRows): Promise<RangeHash> {
  await tx.query({ text: canonicalSettings });
  const text = `select count(*)::int8 as rows, mod(coalesce(sum(pg_catalog.hashtextextended(row(${expressions.join(', ')})::text collate "C", 0)), 0), 18446744073709551616)::text as hash
  from ${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}${where ? ` where ${where}` : ''}`;
  const { rows } = await tx.query({ text, values: [...values] });
  return { rows: Number(rows[0].rows), hash: rows[0].hash };
}
