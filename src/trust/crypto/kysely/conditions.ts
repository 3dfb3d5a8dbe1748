import type { TableCipher } from '../columns/index.ts';
import { cryptoErrors } from '../errors.ts';
import { type Node, resolve, type ScopedTable, sealedColumn } from './scope.ts';

const equality: readonly string[] = ['=', '!=', '<>', 'in', 'not in', 'is distinct from', 'is not distinct from'];

/** A comparison with a sealed column becomes one with its blind index; those that would compare ciphertext are refused. */
export function rewriteComparison(node: Node, scope: readonly ScopedTable[]): Node {
  const { operator } = node.operator as unknown as { readonly operator: string };
  const right = node.rightOperand as Node;
  const onRight = sealedColumn(resolve(scope, right));
  if (onRight) throw cryptoErrors.NOT_INDEXED({ column: onRight.column, operator: `${operator} on the right` });
  const found = resolve(scope, node.leftOperand);
  const declared = sealedColumn(found);
  if (!found || !declared || isNullTest(operator, right)) return node;
  if (!declared.index || !equality.includes(operator)) throw cryptoErrors.NOT_INDEXED({ column: declared.column, operator });
  return {
    ...node,
    leftOperand: renamed(node.leftOperand as Node, declared.index.column),
    rightOperand: termsOf(right, found.table.cipher, declared.column, operator),
  } as Node;
}

const isNullTest = (operator: string, right: Node) =>
  (operator === 'is' || operator === 'is not') && right.kind === 'ValueNode' && right.value === null;

function renamed(reference: Node, column: string): Node {
  const identifier = { kind: 'IdentifierNode', name: column };
  if (reference.kind === 'ColumnNode') return { ...reference, column: identifier } as unknown as Node;
  return { ...reference, column: { kind: 'ColumnNode', column: identifier } } as unknown as Node;
}

/** Values as terms of the index, in whatever the comparison holds them. */
function termsOf(node: Node, cipher: TableCipher, column: string, operator: string): Node {
  const term = (value: unknown) => (value === null ? null : cipher.term(column, value as string));
  if (node.kind === 'ValueNode') return { ...node, value: term(node.value) } as Node;
  if (node.kind === 'PrimitiveValueListNode') return { ...node, values: (node.values as readonly unknown[]).map(term) } as Node;
  if (node.kind === 'ValueListNode') {
    return { ...node, values: (node.values as readonly Node[]).map((one) => termsOf(one, cipher, column, operator)) } as Node;
  }
  throw cryptoErrors.NOT_INDEXED({ column, operator: `${operator} with anything but values` });
}
