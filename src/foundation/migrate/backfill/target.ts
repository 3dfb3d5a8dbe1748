import type { Executor } from '../../../kernel/index.ts';
import type { KeyColumns } from './compose.ts';
import { backfillErrors } from './errors.ts';
import { findKey } from './sql/queries/queries.gen.ts';
import { type RowStatement, readStatement } from './statement.ts';

/** A backfill as it is worked on. */
export interface Target {
  readonly id: string;
  readonly name: string;
  readonly statement: RowStatement;
  readonly key: KeyColumns;
}

/**
 * Reads the statement, and from the catalog the key that its table is walked by.
 *
 * @throws PLINTH_MIGRATE_BACKFILL_STATEMENT, PLINTH_MIGRATE_BACKFILL_TABLE, PLINTH_MIGRATE_BACKFILL_NO_KEY
 */
export async function readTarget(
  executor: Executor,
  { id, name, statement: sql }: { readonly id: string; readonly name: string; readonly statement: string },
): Promise<Target> {
  const statement = await readStatement(name, sql);
  return { id, name, statement, key: await keyOf(executor, name, statement.table) };
}

/** @throws PLINTH_MIGRATE_BACKFILL_TABLE, PLINTH_MIGRATE_BACKFILL_NO_KEY */
export async function keyOf(executor: Executor, name: string, table: RowStatement['table']): Promise<KeyColumns> {
  const found = await findKey.first(executor, table);
  const qualified = `${table.schema}.${table.name}`;
  if (!found || !['r', 'p'].includes(found.relkind)) throw backfillErrors.BACKFILL_TABLE({ name, table: qualified });
  if (found.columns.length === 0) throw backfillErrors.BACKFILL_NO_KEY({ name, table: qualified });
  return { names: found.columns, types: found.types };
}
