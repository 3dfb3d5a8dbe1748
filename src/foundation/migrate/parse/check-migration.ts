import { migrateErrors } from '../errors.ts';
import { excerptAt } from './place.ts';
import type { ParsedFile, Statement, Tree } from './statements.ts';
import { textIn } from './statements.ts';
import { stepOf } from './steps.ts';

/**
 * Refuses what cannot work in the kind of migration it stands in, before anything is started.
 *
 * @throws PLINTH_MIGRATE_OWN_TRANSACTION, PLINTH_MIGRATE_NEEDS_NO_TRANSACTION, PLINTH_MIGRATE_COPY_DATA, PLINTH_MIGRATE_UNNAMED_INDEX,
 * PLINTH_MIGRATE_UNPROBED
 */
export function checkMigration(
  file: { readonly path: string; readonly up: string },
  parsed: ParsedFile,
  { isTransactional, isProbed = false }: { readonly isTransactional: boolean; readonly isProbed?: boolean },
): void {
  for (const statement of parsed.statements) {
    const place = () => ({ path: file.path, ...excerptAt(file.up, statement.offset) });
    if (statement.type === 'TransactionStmt' && !isSavepoint(statement.tree)) throw migrateErrors.OWN_TRANSACTION(place());
    if (isCopyFromClient(statement)) throw migrateErrors.COPY_DATA(place());
    if (isTransactional && refusesTransactions(statement)) throw migrateErrors.NEEDS_NO_TRANSACTION(place());
    if (!isTransactional && stepOf(statement).kind === 'create-index' && !textIn(statement.tree, 'idxname')) {
      throw migrateErrors.UNNAMED_INDEX(place());
    }
    const why = isProbed ? whyUnprobed(statement) : undefined;
    if (why !== undefined) throw migrateErrors.UNPROBED({ ...place(), why });
  }
}

/** Why nobody can ask the catalog whether a statement is done; undefined where one can, or need not. */
export function whyUnprobed(statement: Statement): string | undefined {
  const { kind, probe, isIdempotent } = stepOf(statement);
  if (kind !== 'other' || probe !== undefined || isIdempotent) return undefined;
  const { type, tree } = statement;
  const parts = { AlterTableStmt: tree.cmds, DropStmt: tree.objects }[type] as readonly unknown[] | undefined;
  if (parts && parts.length > 1) return `it makes ${parts.length} changes; give each a statement of its own`;
  if (type === 'IndexStmt' || type === 'AlterTableStmt')
    return 'what it makes has no name, or keeps nothing in the catalog by which it is known';
  if (type === 'DoStmt' || type === 'CallStmt' || type === 'SelectStmt') return 'what is called may do anything';
  if (['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt', 'TruncateStmt'].includes(type)) {
    return 'rows do not tell who wrote them; "on conflict (key) do nothing" with the key written out is the exception';
  }
  return 'there is no probe for this kind of statement';
}

/** A part of a transaction, not its begin or end. */
export const isSavepoint = (tree: Tree) =>
  ['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO'].includes(textIn(tree, 'kind') ?? '');

function isCopyFromClient({ type, tree }: Statement): boolean {
  return type === 'CopyStmt' && tree.is_from === true && !tree.filename && !tree.is_program;
}

/** What PostgreSQL runs only by itself. */
export function refusesTransactions(statement: Statement): boolean {
  if (['CreatedbStmt', 'DropdbStmt', 'CreateTableSpaceStmt', 'DropTableSpaceStmt', 'AlterSystemStmt'].includes(statement.type)) return true;
  if (statement.type === 'VacuumStmt') return statement.tree.is_vacuumcmd === true;
  const { kind } = stepOf(statement);
  // VALIDATE and a new enum value may stand in a transaction, though outside is often better.
  return kind === 'create-index' || kind === 'drop-index' || kind === 'reindex' || kind === 'detach';
}
