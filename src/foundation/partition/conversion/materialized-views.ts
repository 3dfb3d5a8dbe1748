import { quoteIdentifier } from '../../../kernel/index.ts';
import { followersOf } from './followers.ts';
import { underLocks } from './locks.ts';
import type { ReadingView } from './model/plan.ts';
import { describeTable, listCloneStatements, listMaterializedViews } from './sql/queries/queries.gen.ts';
import { execute, qualified, type Work } from './work.ts';

/** Those that read the table now. */
export async function readingViews(work: Work, tableOid: number): Promise<readonly ReadingView[]> {
  const rows = await listMaterializedViews.all(work.session, { table: tableOid });
  return rows.map(({ schema, name, definition, is_populated: isPopulated }) => ({ schema, name, definition, isPopulated }));
}

/**
 * Materialised views follow the table that was replaced, and no statement rebinds one. Each is built anew beside the old one, by the
 * name of the table, and takes its place in a moment; views on it follow. Until then it shows what it showed, as it always does.
 */
export async function rebindViews(work: Work, tableOid: number, views: readonly ReadingView[]): Promise<void> {
  const { session, sides } = work;
  const bound = new Set((await readingViews(work, tableOid)).map((view) => qualified(view)));
  for (const view of views) {
    const old = qualified(view);
    if (bound.has(old)) continue;
    const made = qualified({ schema: sides.next, name: view.name });
    const found = await describeTable.first(session, { table: old });
    if (!found) continue;
    await execute(session, [
      `drop materialized view if exists ${made}`,
      `create materialized view ${made} as ${view.definition.replace(/;\s*$/, '')} ${view.isPopulated ? 'with data' : 'with no data'}`,
      ...(await cloneStatements(work, found.oid, view.name)),
    ]);
    await underLocks(work, [], 'access exclusive', async (tx) => {
      const followers = await followersOf(tx, found.oid);
      await followers.leave();
      // By way of `past`: indexes carry the same names.
      await execute(tx, [
        `alter materialized view ${old} set schema ${quoteIdentifier(sides.past)}`,
        `alter materialized view ${made} set schema ${quoteIdentifier(view.schema)}`,
      ]);
      await followers.come();
      await execute(tx, [`drop materialized view ${qualified({ schema: sides.past, name: view.name })}`]);
    });
  }
}

async function cloneStatements({ session, sides }: Work, source: number, name: string): Promise<string[]> {
  const request = { source, target_schema: sides.next, target_name: name, key_column: '', skip_indexes: [] };
  return (await listCloneStatements.all(session, { ...request, from_step: 0, to_step: 99 })).map(({ statement }) => statement);
}
