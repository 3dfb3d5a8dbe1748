import type { KyselyPlugin, RootOperationNode } from 'kysely';
import type { TableCipher } from '../columns/index.ts';
import { cryptoErrors } from '../errors.ts';
import { rewriteComparison } from './conditions.ts';
import { type Output, openOutputs, outputsOf } from './outputs.ts';
import { declaredTable, type Node, resolve, type ScopedTable, sealedColumn } from './scope.ts';
import { sealInsert, sealUpdate } from './writes.ts';

/**
 * Lets queries of Kysely read and write the declared columns of tables as if they held text: values are sealed on their way in, results
 * opened, equality goes by the blind index. For one unit of work, like the ciphers it is given.
 *
 * What cannot be done so is refused, never sent half done: comparing, sorting or grouping by a sealed column without an index, writing it
 * by an expression, reading it without the row's key. Sealed values inside of subqueries and expressions stay bytes.
 */
export function encryptedTables(...ciphers: readonly TableCipher[]): KyselyPlugin {
  const outputs = new WeakMap<object, readonly Output[]>();
  return {
    transformQuery({ node, queryId }) {
      const root = node as unknown as Node;
      const tables = tablesOf(ciphers, root);
      const selections = ((root.kind === 'SelectQueryNode' ? root.selections : (root.returning as Node | undefined)?.selections) ??
        []) as readonly Node[];
      outputs.set(queryId, outputsOf(selections, tables.declared, tables.isJoined));
      return rewrite(ciphers, root, []) as unknown as RootOperationNode;
    },
    async transformResult({ queryId, result }) {
      const found = outputs.get(queryId) ?? [];
      return found.length === 0 ? result : { ...result, rows: await openOutputs(found, result.rows) };
    },
  };
}

/** The tables a query names in FROM, as target and in joins. */
function tablesOf(ciphers: readonly TableCipher[], node: Node): { readonly declared: readonly ScopedTable[]; readonly isJoined: boolean } {
  const targets = [node.table, node.into, ...(((node.from as Node | undefined)?.froms as readonly unknown[] | undefined) ?? [])];
  const joined = ((node.joins as readonly Node[] | undefined) ?? []).map((join) => join.table);
  const items = [...targets, ...joined].filter((item) => item !== undefined);
  return { declared: items.flatMap((item) => declaredTable(ciphers, item) ?? []), isJoined: items.length > 1 };
}

/** The tree with everything rewritten that concerns a sealed column; queries inside of others see the tables of both. */
function rewrite(ciphers: readonly TableCipher[], node: Node, outer: readonly ScopedTable[]): Node {
  // What they hold is the application's, even where it looks like a node.
  if (node.kind === 'ValueNode' || node.kind === 'PrimitiveValueListNode') return node;
  const { declared } = tablesOf(ciphers, node);
  const scope = node.kind.endsWith('QueryNode') ? [...declared, ...outer] : outer;
  if (node.kind === 'OrderByItemNode') refuseSealed(scope, node.orderBy, 'order by');
  if (node.kind === 'GroupByItemNode') refuseSealed(scope, node.groupBy, 'group by');
  const own = sealWrites(node, declared);
  const changed: Record<string, unknown> = {};
  for (const [part, value] of Object.entries(own)) changed[part] = rewritePart(ciphers, value, scope);
  const done = changed as unknown as Node;
  return done.kind === 'BinaryOperationNode' ? rewriteComparison(done, scope) : done;
}

function sealWrites(node: Node, [target]: readonly ScopedTable[]): Node {
  if (!target) return node;
  if (node.kind === 'InsertQueryNode') return sealInsert(node, target);
  return node.kind === 'UpdateQueryNode' ? sealUpdate(node, target) : node;
}

function rewritePart(ciphers: readonly TableCipher[], value: unknown, scope: readonly ScopedTable[]): unknown {
  if (Array.isArray(value)) return value.map((one) => rewritePart(ciphers, one, scope));
  const isNode = typeof value === 'object' && value !== null && typeof (value as { kind?: unknown }).kind === 'string';
  return isNode ? rewrite(ciphers, value as Node, scope) : value;
}

function refuseSealed(scope: readonly ScopedTable[], reference: unknown, operator: string): void {
  const column = sealedColumn(resolve(scope, reference));
  if (column) throw cryptoErrors.NOT_INDEXED({ column: column.column, operator });
}
