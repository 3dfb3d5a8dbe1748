import { quoteIdentifier, quoteLiteral, quoteQualified } from '../../../kernel/index.ts';
import { byteaArray, type EncryptedColumn, isOtherVersion, type KeyValue } from '../columns/index.ts';

/** Columns of one table that are sealed with one key of one tenant. */
export interface SealedTable {
  readonly tenantId: string;
  readonly columns: readonly [EncryptedColumn, ...EncryptedColumn[]];
}

/** A row that holds a value of another version: its key, and its sealed values in the order of the columns. */
export interface StaleRow {
  readonly key: readonly KeyValue[];
  readonly sealed: readonly (Buffer | null)[];
}

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

const names = (prefix: string, list: readonly unknown[]) => list.map((_, index) => `${prefix}${index + 1}`);

/** The next rows of a tenant behind `after` in the order of the key. `selected` and `condition` are SQL; the condition may use values from `$2` on. */
export function rowsBehind(
  { tenantId, columns: [{ table, keyColumns, keyTypes }] }: SealedTable,
  what: { readonly selected: readonly string[]; readonly condition: string; readonly values?: readonly unknown[] },
  after: readonly KeyValue[] | undefined,
  limit: number,
): Statement {
  const keys = keyColumns.map(quoteIdentifier);
  const values: unknown[] = [tenantId, ...(what.values ?? [])];
  const bound = after?.map((value, index) => `$${values.push(value)}::${keyTypes[index]}`);
  const named = keys.map((key, index) => `${key}${keyTypes[index] === 'bigint' ? '::text' : ''} as plinth_k${index + 1}`);
  return {
    text: `select ${[...named, ...what.selected].join(', ')} from ${quoteQualified(table)}
where tenant_id = $1 and (${what.condition})${bound ? ` and (${keys.join(', ')}) > (${bound.join(', ')})` : ''}
order by ${keys.join(', ')} limit ${limit}`,
    values,
  };
}

/** Those that somebody else holds locked are left for the next pass. */
export const lockFree = (statement: Statement): Statement => ({ ...statement, text: `${statement.text} for no key update skip locked` });

/** The next rows with a value of another version, locked for the transaction. */
export function staleRows(table: SealedTable, version: number, after: readonly KeyValue[] | undefined, limit: number): Statement {
  const selected = table.columns.map(({ column }, index) => `${quoteIdentifier(column)} as plinth_c${index + 1}`);
  const condition = table.columns.map(({ column }) => isOtherVersion(quoteIdentifier(column), '$2')).join(' or ');
  return lockFree(rowsBehind(table, { selected, condition, values: [version] }, after, limit));
}

/** The key of a row of `rowsBehind`. */
export const keyOf = ({ columns: [{ keyColumns }] }: SealedTable, row: Readonly<Record<string, unknown>>): readonly KeyValue[] =>
  names('plinth_k', keyColumns).map((name) => row[name] as KeyValue);

/** A row of `staleRows`. */
export function toStaleRow(table: SealedTable, row: Readonly<Record<string, unknown>>): StaleRow {
  return { key: keyOf(table, row), sealed: names('plinth_c', table.columns).map((name) => row[name] as Buffer | null) };
}

/** Writes sealed values to the rows with these keys. `into` names their columns; default: those of the table. */
export function writeRows(
  { tenantId, columns }: SealedTable,
  rows: readonly StaleRow[],
  into: readonly string[] = columns.map(({ column }) => column),
): Statement {
  const [{ table, keyColumns, keyTypes }] = columns;
  const arrays = [
    ...keyTypes.map((type, index) => [`${type}[]`, rows.map(({ key }) => key[index])] as const),
    ...into.map((_, index) => ['bytea[]', byteaArray(rows.map(({ sealed }) => sealed[index] ?? null))] as const),
  ];
  const columnNames = [...names('k', keyColumns), ...names('c', into)];
  const sets = into.map((column, index) => `${quoteIdentifier(column)} = anew.c${index + 1}`);
  const joined = keyColumns.map((key, index) => `t.${quoteIdentifier(key)} = anew.k${index + 1}`);
  return {
    text: `update ${quoteQualified(table)} as t set ${sets.join(', ')}
from unnest(${arrays.map(([type], index) => `$${index + 2}::${type}`).join(', ')}) as anew(${columnNames.join(', ')})
where t.tenant_id = $1 and ${joined.join(' and ')}`,
    values: [tenantId, ...arrays.map(([, value]) => value)],
  };
}

/** Counts rows whose value in `column` another version sealed; with its values in it, for people to run. */
export const countStale = (tenantId: string, { table, column }: EncryptedColumn, version: number): string =>
  `select count(*) from ${quoteQualified(table)} where tenant_id = ${quoteLiteral(tenantId)} and ${isOtherVersion(quoteIdentifier(column), String(version))}`;
