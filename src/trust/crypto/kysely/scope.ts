import type { OperationNode } from 'kysely';
import type { TableCipher } from '../columns/index.ts';

/** A node of Kysely's tree, as data: nothing of Kysely is loaded to read or make one. */
export type Node = OperationNode & { readonly [part: string]: unknown };

/** A table whose columns are declared, under the name by which the query calls it. */
export interface ScopedTable {
  readonly name: string;
  readonly cipher: TableCipher;
}

/** What a reference means: a column of a declared table, sealed or not. */
export interface Resolved {
  readonly table: ScopedTable;
  readonly column: string;
}

export const identifierOf = (node: unknown): string => (node as { readonly name: string }).name;

/** `shop.people` or `people` of a TableNode. */
function nameOf(node: Node): { schema: string | undefined; name: string } {
  const { schema, identifier } = node.table as { readonly schema?: Node; readonly identifier: Node };
  return { schema: schema && identifierOf(schema), name: identifierOf(identifier) };
}

/** The declared table that a FROM item, a target or a join names; undefined for other tables, subqueries and the like. */
export function declaredTable(ciphers: readonly TableCipher[], item: unknown): ScopedTable | undefined {
  const node = item as Node | undefined;
  if (node?.kind === 'AliasNode') {
    const inner = declaredTable(ciphers, node.node);
    return inner && { ...inner, name: identifierOf(node.alias) };
  }
  if (node?.kind !== 'TableNode') return undefined;
  const { schema, name } = nameOf(node);
  const cipher = ciphers.find(({ columns }) => {
    const qualified = columns[0]?.table ?? '';
    return schema === undefined ? qualified.endsWith(`.${name}`) : qualified === `${schema}.${name}`;
  });
  return cipher && { name, cipher };
}

/** The column of a declared table that a reference names, looked for from the innermost query outwards. */
export function resolve(scope: readonly ScopedTable[], reference: unknown): Resolved | undefined {
  const node = reference as Node | undefined;
  if (node?.kind === 'ColumnNode') return resolveName(scope, undefined, identifierOf(node.column));
  if (node?.kind !== 'ReferenceNode') return undefined;
  const column = node.column as Node;
  if (column.kind !== 'ColumnNode') return undefined;
  return resolveName(scope, node.table === undefined ? undefined : nameOf(node.table as Node).name, identifierOf(column.column));
}

function resolveName(scope: readonly ScopedTable[], table: string | undefined, column: string): Resolved | undefined {
  const has = ({ cipher }: ScopedTable) => cipher.columns.some((one) => one.column === column || one.keyColumns.includes(column));
  const found = scope.find((one) => (table === undefined ? has(one) : one.name === table));
  return found && { table: found, column };
}

/** The declaration behind a reference to a sealed column. */
export const sealedColumn = (found: Resolved | undefined) => found?.table.cipher.columns.find(({ column }) => column === found.column);
