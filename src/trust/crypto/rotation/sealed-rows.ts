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

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

const names = (prefix: string, list: readonly unknown[]) => list.map((_, index) => `${prefix}${index + 1}`);

/** The next rows behind `after`, locked for the transaction; those that somebody else holds locked are left for the next pass. */
export function staleRows(
  { tenantId, columns }: SealedTable,
  version: number,
  after: readonly KeyValue[] | undefined,
  limit: number,
): Statement {
  const [{ table, keyColumns, keyTypes }] = columns;
  const keys = keyColumns.map(quoteIdentifier);
  const values: unknown[] = [tenantId, version];
  const bound = after?.map((value, index) => `$${values.push(value)}::${keyTypes[index]}`);
  const stale = columns.map(({ column }) => isOtherVersion(quoteIdentifier(column), '$2')).join(' or ');
  const selected = [
    ...keys.map((key, index) => `${key}${keyTypes[index] === 'bigint' ? '::text' : ''} as plinth_k${index + 1}`),
    ...columns.map(({ column }, index) => `${quoteIdentifier(column)} as plinth_c${index + 1}`),
  ];
  return {
    text: `select ${selected.join(', ')} from ${quoteQualified(table)}
where tenant_id = $1 and (${stale})${bound ? ` and (${keys.join(', ')}) > (${bound.join(', ')})` : ''}
order by ${keys.join(', ')} limit ${limit} for no key update skip locked`,
    values,
  };
}

/** A row of `staleRows`. */
export function toStaleRow({ columns }: SealedTable, row: Readonly<Record<string, unknown>>): StaleRow {
  return {
    key: names('plinth_k', columns[0].keyColumns).map((name) => row[name] as KeyValue),
    sealed: names('plinth_c', columns).map((name) => row[name] as Buffer | null),
  };
}

/** Writes sealed values to the rows with these keys. */
export function writeRows({ tenantId, columns }: SealedTable, rows: readonly StaleRow[]): Statement {
  const [{ table, keyColumns, keyTypes }] = columns;
  const arrays = [
    ...keyTypes.map((type, index) => [`${type}[]`, rows.map(({ key }) => key[index])] as const),
    ...columns.map((_, index) => ['bytea[]', byteaArray(rows.map(({ sealed }) => sealed[index] ?? null))] as const),
  ];
  const columnNames = [...names('k', keyColumns), ...names('c', columns)];
  const sets = columns.map(({ column }, index) => `${quoteIdentifier(column)} = anew.c${index + 1}`);
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
