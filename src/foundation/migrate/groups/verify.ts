import type { Session } from '../../connect/index.ts';
import type { GroupDefinition } from './model/definition.ts';
import { listKey } from './sql/queries/queries.gen.ts';

const shownRows = 5;

/**
 * Compares the two sides of every row in one statement and one snapshot; takes as long as reading the table does. Returns keys of rows
 * that differ, empty when both are equal or a validated constraint has proved it.
 */
export async function differences(session: Session, definition: GroupDefinition): Promise<readonly string[]> {
  if (definition.mismatch === undefined) return [];
  const key = (await listKey.all(session, { table: definition.table })).map(({ column }) => column);
  const shown = key.length === 0 ? ['ctid'] : key;
  const { rows } = await session.query({
    text: `select ${shown.join(', ')} from ${definition.table} where ${definition.mismatch} limit ${shownRows}`,
  });
  return rows.map((row) =>
    Object.entries(row)
      .map(([column, value]) => `${column} ${String(value)}`)
      .join(', '),
  );
}
