import { type Executor, messageOf, quoteIdentifier, type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { BackfillStarter } from '../run/index.ts';
import { sqlstateIn } from './batch.ts';
import { largestKey } from './compose.ts';
import { backfillErrors } from './errors.ts';
import { firstBatchRows } from './model/batch-size.ts';
import { canonicalSettings } from './settings.ts';
import { addBackfill, estimateRows, findBackfill } from './sql/queries/queries.gen.ts';
import { readStatement } from './statement.ts';
import { findStatus } from './status.ts';
import { readTarget } from './target.ts';
import type { BackfillDefinition, BackfillStatus } from './types.ts';

/**
 * Declares a backfill in the transaction given, so that it exists exactly if that commits.
 *
 * @throws PLINTH_MIGRATE_BACKFILL_STATEMENT, PLINTH_MIGRATE_BACKFILL_TABLE, PLINTH_MIGRATE_BACKFILL_NO_KEY, PLINTH_MIGRATE_BACKFILL_DIFFERS,
 * PLINTH_MIGRATE_BACKFILL_DENIED
 */
export async function startBackfill(tx: Executor, { name, tier, statement, priority = 0 }: BackfillDefinition): Promise<BackfillStatus> {
  const known = await findBackfill.first(tx, { name });
  if (known && known.statement !== statement) throw backfillErrors.BACKFILL_DIFFERS({ name });
  if (!known) {
    const id = uuidv7();
    const target = await readTarget(tx, { id, name, statement });
    const { table } = target.statement;
    const tableName = `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
    await tx.query({ text: canonicalSettings });
    const { rows } = await tx.query({ text: largestKey(table, target.key) }).catch((error) => {
      if (sqlstateIn(error) !== '42501') throw error;
      throw backfillErrors.BACKFILL_DENIED({ name, table: tableName, reason: messageOf(error) }, { cause: error });
    });
    await addBackfill.run(tx, {
      id,
      name,
      tier,
      statement,
      table_name: tableName,
      priority,
      upper_bound: rows[0] ? JSON.stringify(rows[0].key) : null,
      rows_total: (await estimateRows.one(tx, { table: tableName })).rows,
      batch_rows: firstBatchRows,
    });
  }
  return findStatus(tx, name);
}

/** How the runner hands over migrations of phase `backfill`: named as the migration, a second statement with `#2`. */
export function backfillStarter(session: Executor, tier: Tier): BackfillStarter {
  const nameOf = (id: string, index: number) => (index === 0 ? id : `${id}#${index + 1}`);
  return {
    async check(id, statements) {
      for (const [index, statement] of statements.entries()) await readStatement(nameOf(id, index), statement);
    },
    async start(id, statements) {
      for (const [index, statement] of statements.entries()) await startBackfill(session, { name: nameOf(id, index), tier, statement });
    },
  };
}
