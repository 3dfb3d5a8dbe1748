import { quoteIdentifier } from '../../../kernel/index.ts';
import type { TablePlan } from './model/plan.ts';
import { partStatements } from './parts.ts';
import { describeTable, listCloneStatements } from './sql/queries/queries.gen.ts';
import { execute, placesOf, qualified, type Work } from './work.ts';

const id = quoteIdentifier;

/**
 * Makes both schemas and, in `next`, an empty partitioned table with its partitions that has everything the old one has, save what
 * follows at the swap.
 */
export async function createTwin(work: Work<TablePlan>): Promise<void> {
  const { session: tx, plan, sides } = work;
  const { table, next } = placesOf(work);
  const found = await describeTable.one(tx, { table: qualified(table) });
  const statements = await listCloneStatements.all(tx, {
    source: found.oid,
    target_schema: sides.next,
    target_name: plan.name,
    key_column: plan.keyColumn,
    skip_indexes: [...(plan.keyIndex ? [plan.keyIndex] : []), ...plan.claims.map(({ index }) => index)],
    from_step: 0,
    to_step: 99,
  });
  await execute(tx, [
    `create schema ${id(sides.next)}`,
    `create schema ${id(sides.past)}`,
    `create table ${qualified(next)} (like ${qualified(table)} including all excluding indexes excluding statistics) partition by range (${id(plan.keyColumn)})`,
    ...statements.map(({ statement }) => statement),
  ]);
  for (const { name, bound } of plan.parts) {
    const leaf = qualified({ schema: sides.next, name });
    await execute(tx, [
      `create table ${leaf} partition of ${qualified(next)} ${bound}`,
      ...partStatements(leaf, qualified(next), found.options),
    ]);
  }
}
