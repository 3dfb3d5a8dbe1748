import type { TableCipher } from '../columns/index.ts';
import { cryptoErrors } from '../errors.ts';
import { identifierOf, type Node, resolve, type ScopedTable } from './scope.ts';

/** Sealed values in a result: of which column, under which name, and under which names the row's key is. */
export interface Output {
  readonly cipher: TableCipher;
  readonly column: string;
  readonly name: string;
  readonly key: Readonly<Record<string, string>>;
}

/** What SELECT or RETURNING gives of declared columns. @throws PLINTH_CRYPTO_NO_KEY_VALUE where the key of a sealed value is not selected */
export function outputsOf(selections: readonly Node[], scope: readonly ScopedTable[], isJoined: boolean): readonly Output[] {
  const names = new Map<ScopedTable, Map<string, string>>(scope.map((table) => [table, new Map()]));
  const takeAll = (table: ScopedTable) => {
    for (const { column, keyColumns } of table.cipher.columns)
      for (const name of [column, ...keyColumns]) names.get(table)?.set(name, name);
  };
  for (const { selection } of selections) {
    const node = selection as Node;
    if (node.kind === 'SelectAllNode') {
      const [first] = scope;
      if (isJoined && first)
        throw cryptoErrors.NOT_REWRITTEN({ column: first.cipher.columns[0]?.column ?? '', where: 'select * over several tables' });
      for (const table of scope) takeAll(table);
    } else if (node.kind === 'ReferenceNode' && (node.column as Node).kind === 'SelectAllNode') {
      const name = identifierOf(((node.table as Node).table as { readonly identifier: Node }).identifier);
      for (const table of scope) if (table.name === name) takeAll(table);
    } else {
      const isAliased = node.kind === 'AliasNode';
      const found = resolve(scope, isAliased ? node.node : node);
      if (found) names.get(found.table)?.set(found.column, isAliased ? identifierOf(node.alias) : found.column);
    }
  }
  return scope.flatMap((table) => outputsOfTable(table, names.get(table) ?? new Map()));
}

function outputsOfTable({ cipher }: ScopedTable, names: ReadonlyMap<string, string>): Output[] {
  return cipher.columns.flatMap(({ column, keyColumns, sealedAs }) => {
    const name = names.get(column);
    if (name === undefined) return [];
    const key = keyColumns.map((keyColumn) => {
      const keyName = names.get(keyColumn);
      if (keyName === undefined) throw cryptoErrors.NO_KEY_VALUE({ column: sealedAs, key: keyColumn });
      return [keyColumn, keyName];
    });
    return [{ cipher, column, name, key: Object.fromEntries(key) }];
  });
}

type Row = Record<string, unknown>;

/** The rows with their sealed values as text. */
export async function openOutputs(outputs: readonly Output[], rows: readonly Row[]): Promise<Row[]> {
  const copies = rows.map((row) => ({ ...row }));
  for (const { cipher, column, name, key } of outputs) {
    const keyNames = Object.entries(key);
    const projected = rows.map((row) => ({
      ...Object.fromEntries(keyNames.map(([keyColumn, keyName]) => [keyColumn, row[keyName]])),
      [column]: row[name],
    }));
    const opened: readonly Row[] = await cipher.decryptRows(projected);
    for (const [index, copy] of copies.entries()) copy[name] = opened[index]?.[column];
  }
  return copies;
}
