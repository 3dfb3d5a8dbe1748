import { migrateErrors } from '../errors.ts';
import { excerptAt } from './place.ts';
import type { ParsedFile, Statement, Tree } from './statements.ts';
import { textIn } from './statements.ts';
import { stepOf } from './steps.ts';

/**
 * Refuses what cannot work in the kind of migration it stands in, before anything is started.
 *
 * @throws PLINTH_MIGRATE_OWN_TRANSACTION, PLINTH_MIGRATE_NEEDS_NO_TRANSACTION, PLINTH_MIGRATE_COPY_DATA, PLINTH_MIGRATE_UNNAMED_INDEX
 */
export function checkMigration(file: { readonly path: string; readonly up: string }, parsed: ParsedFile, isTransactional: boolean): void {
  for (const statement of parsed.statements) {
    const place = () => ({ path: file.path, ...excerptAt(file.up, statement.offset) });
    if (statement.type === 'TransactionStmt' && !isSavepoint(statement.tree)) throw migrateErrors.OWN_TRANSACTION(place());
    if (isCopyFromClient(statement)) throw migrateErrors.COPY_DATA(place());
    if (isTransactional && refusesTransactions(statement)) throw migrateErrors.NEEDS_NO_TRANSACTION(place());
    if (!isTransactional && stepOf(statement).kind === 'create-index' && !textIn(statement.tree, 'idxname')) {
      throw migrateErrors.UNNAMED_INDEX(place());
    }
  }
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
