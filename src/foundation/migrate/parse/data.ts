import type { Statement } from './statements.ts';

// A SELECT may call a function that writes; who has to know that counts rows.
const types: ReadonlySet<string> = new Set([
  'CallStmt',
  'CopyStmt',
  'DeleteStmt',
  'DoStmt',
  'InsertStmt',
  'MergeStmt',
  'TruncateStmt',
  'UpdateStmt',
]);

/** Whether the statement is there for rows, and not for the schema; a block or a call of a procedure may be. */
export function isDataStatement({ type, tree }: Pick<Statement, 'type' | 'tree'>): boolean {
  return types.has(type) || (type === 'CreateTableAsStmt' && tree.objtype === 'OBJECT_TABLE');
}
