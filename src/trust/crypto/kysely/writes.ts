import type { EncryptedColumn, KeyValue, TableCipher } from '../columns/index.ts';
import { cryptoErrors } from '../errors.ts';
import { identifierOf, type Node, resolve, type ScopedTable, sealedColumn } from './scope.ts';

const refuse = (column: string, where: string) => cryptoErrors.NOT_REWRITTEN({ column, where });
const valueNode = (value: unknown): Node => ({ kind: 'ValueNode', value }) as Node;
const columnNode = (name: string): Node => ({ kind: 'ColumnNode', column: { kind: 'IdentifierNode', name } }) as unknown as Node;

/** An INSERT whose values for declared columns are sealed, with their index columns. */
export function sealInsert(node: Node, { cipher }: ScopedTable): Node {
  const names = ((node.columns as readonly Node[] | undefined) ?? []).map(({ column }) => identifierOf(column));
  const written = cipher.columns.filter(({ column }) => names.includes(column));
  if (written.length === 0) return node;
  const values = node.values as Node;
  const [{ column }] = written as [EncryptedColumn];
  if (values.kind !== 'ValuesNode') throw refuse(column, 'insert … select');
  checkConflict(node.onConflict as Node | undefined, cipher);
  const indexes = written.flatMap(({ index }) => (index && !names.includes(index.column) ? [index.column] : []));
  return {
    ...node,
    columns: [...(node.columns as readonly Node[]), ...indexes.map(columnNode)],
    values: { ...values, values: (values.values as readonly Node[]).map((row) => sealRow(row, names, written, cipher)) },
  } as Node;
}

/** Sealed for the row that is inserted, a value opens in the row that is met only where both have the same key. */
function checkConflict(conflict: Node | undefined, cipher: TableCipher): void {
  const updates = (conflict?.updates ?? []) as readonly Node[];
  const updated = updates.map(({ column }) => cipher.columns.find((one) => one.column === identifierOf((column as Node).column)));
  const first = updated.find((column) => column !== undefined);
  if (!first || !conflict) return;
  const target = ((conflict.columns ?? []) as readonly Node[]).map(({ column }) => identifierOf(column));
  const isKey = first.keyColumns.every((key) => target.includes(key));
  const areExcluded = updates.every((update, index) => updated[index] === undefined || isExcluded(update.value as Node));
  if (!isKey || !areExcluded)
    throw refuse(first.column, 'on conflict … do update, unless it is by the key of the row and sets excluded values');
}

const isExcluded = (value: Node): boolean => {
  const table = value.kind === 'ReferenceNode' ? (value.table as Node | undefined) : undefined;
  return table !== undefined && identifierOf((table.table as { readonly identifier: Node }).identifier) === 'excluded';
};

function sealRow(row: Node, names: readonly string[], written: readonly EncryptedColumn[], cipher: TableCipher): Node {
  const isPrimitive = row.kind === 'PrimitiveValueListNode';
  const cells = row.values as readonly unknown[];
  const valueAt = (name: string): unknown => {
    const cell = cells[names.indexOf(name)];
    if (isPrimitive || cell === undefined) return cell;
    return (cell as Node).kind === 'ValueNode' ? (cell as Node).value : undefined;
  };
  const asCell = (value: unknown) => (isPrimitive ? value : valueNode(value));
  const sealed = [...cells];
  for (const { column, keyColumns, index } of written) {
    const at = names.indexOf(column);
    const cell = cells[at] as Node;
    // A default is the database's own: null, or it is refused there.
    const isDefault = !isPrimitive && cell.kind === 'DefaultInsertValueNode';
    const value = valueAt(column);
    if (value === undefined && !isDefault) throw refuse(column, 'an expression');
    const text = isDefault ? null : (value as string | null);
    if (!isDefault) sealed[at] = asCell(sealText(cipher, column, text, keyColumns.map(valueAt) as KeyValue[]));
    if (index && !names.includes(index.column)) sealed.push(asCell(text === null ? null : cipher.term(column, text)));
  }
  return { ...row, values: sealed } as Node;
}

/** An UPDATE whose new values of declared columns are sealed for the one row that its WHERE names by key. */
export function sealUpdate(node: Node, table: ScopedTable): Node {
  const updates = ((node.updates as readonly Node[] | undefined) ?? []).flatMap((update) => {
    const declared = sealedColumn(resolve([table], update.column));
    if (!declared) return [update];
    const { column, keyColumns, index } = declared;
    const value = update.value as Node;
    if (value.kind !== 'ValueNode') throw refuse(column, 'an expression');
    const text = value.value as string | null;
    const key =
      text === null ? [] : keyColumns.map((name) => equalTo(table, name, (node.where as Node | undefined)?.where as Node | undefined));
    const sealed = { ...update, value: valueNode(sealText(table.cipher, column, text, key as KeyValue[])) } as Node;
    if (!index) return [sealed];
    const term = valueNode(text === null ? null : table.cipher.term(column, text));
    return [sealed, { kind: 'ColumnUpdateNode', column: columnNode(index.column), value: term } as unknown as Node];
  });
  return { ...node, updates } as Node;
}

const sealText = (cipher: TableCipher, column: string, text: string | null, key: readonly KeyValue[]) =>
  text === null ? null : cipher.column(column).encrypt(text, key);

/** The value that a condition fixes a column to: `column = value`, alone or joined by AND. */
function equalTo(table: ScopedTable, name: string, where: Node | undefined): unknown {
  if (where?.kind === 'ParensNode') return equalTo(table, name, where.node as Node);
  if (where?.kind === 'AndNode') return equalTo(table, name, where.left as Node) ?? equalTo(table, name, where.right as Node);
  if (where?.kind !== 'BinaryOperationNode') return undefined;
  const isName =
    resolve([table], where.leftOperand)?.column === name && (where.operator as unknown as { operator: string }).operator === '=';
  const right = where.rightOperand as Node;
  return isName && right.kind === 'ValueNode' ? right.value : undefined;
}
