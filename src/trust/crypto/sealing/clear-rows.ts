import { quoteIdentifier, quoteQualified } from '../../../kernel/index.ts';
import type { EncryptedColumn, KeyValue } from '../columns/index.ts';
import { lockFree, rowsBehind, type Statement } from '../rotation/index.ts';
import type { ClearColumn } from './types.ts';

/** Holds for a row that has a value in clear and none sealed. */
export const isOpen = ({ clear, column }: Pick<ClearColumn, 'clear' | 'column'>): string =>
  `${quoteIdentifier(clear)} is not null and ${quoteIdentifier(column)} is null`;

/** A row as it is compared. */
export interface SidesOfRow {
  readonly plinth_clear: string | null;
  readonly plinth_sealed: Buffer | null;
  readonly plinth_index: Buffer | null;
}

/** The next rows of a tenant that are not sealed, locked for the transaction. */
export function openRows(
  tenantId: string,
  declared: EncryptedColumn,
  clear: string,
  after: readonly KeyValue[] | undefined,
  limit: number,
) {
  const selected = [`${quoteIdentifier(clear)}::text as plinth_clear`];
  const condition = isOpen({ clear, column: declared.column });
  return lockFree(rowsBehind({ tenantId, columns: [declared] }, { selected, condition }, after, limit));
}

/** The next rows of a tenant that have a value on either side. */
export function rowsToCompare(
  tenantId: string,
  declared: EncryptedColumn,
  clear: string,
  after: readonly KeyValue[] | undefined,
  limit: number,
): Statement {
  const { column, index } = declared;
  const selected = [
    `${quoteIdentifier(clear)}::text as plinth_clear`,
    `${quoteIdentifier(column)} as plinth_sealed`,
    `${index ? quoteIdentifier(index.column) : 'null::bytea'} as plinth_index`,
  ];
  const condition = `${quoteIdentifier(clear)} is not null or ${quoteIdentifier(column)} is not null`;
  return rowsBehind({ tenantId, columns: [declared] }, { selected, condition }, after, limit);
}

/** Tenants with rows that are not sealed; or with any, for a comparison. */
export const tenantsWith = ({ table, ...columns }: ClearColumn, are: 'open' | 'there'): string =>
  `select distinct tenant_id from ${quoteQualified(table)}${are === 'open' ? ` where ${isOpen(columns)}` : ''} order by 1`;

export const countOpen = ({ table, ...columns }: ClearColumn): string =>
  `select count(*) as open from ${quoteQualified(table)} where ${isOpen(columns)}`;
