import type { Executor } from '../../../kernel/index.ts';
import { quoteIdentifier, quoteLiteral } from '../../../kernel/index.ts';
import { describeTable, listFollowers, listIdentities } from './sql/queries/queries.gen.ts';
import { execute, placesOf, qualified, type Work } from './work.ts';

/** What points at a table by its name: triggers, foreign keys from elsewhere, publications, sequences, views. */
export interface Followers {
  /** Tables whose locks are needed to move them. */
  readonly tables: readonly string[];
  leave(): Promise<void>;
  /** To whatever has the name now. Foreign keys come back NOT VALID: see `validateKeys`. */
  come(): Promise<void>;
}

/** Reads them from the catalog as they are now; all kinds, or some. */
export async function followersOf(tx: Executor, tableOid: number, kinds?: readonly string[]): Promise<Followers> {
  const rows = await listFollowers.all(tx, { table: tableOid, kinds: kinds ? [...kinds] : null });
  const texts = (side: 'leave' | 'come') => rows.map((row) => row[side]);
  return {
    tables: [...new Set(rows.flatMap(({ of_table: table }) => (table ? [table] : [])))],
    leave: () => execute(tx, texts('leave')),
    come: () => execute(tx, texts('come')),
  };
}

/** The identity columns of one table go on where those of the other are: not at what was given last, but at what would come next. */
export async function carryIdentities(tx: Executor, from: string, to: string): Promise<void> {
  const before = new Map((await listIdentities.all(tx, { table: from })).map(({ column, sequence }) => [column, sequence]));
  const after = await listIdentities.all(tx, { table: to });
  const moves = after.flatMap(({ column, sequence }) => {
    const old = before.get(column);
    return old ? [`select pg_catalog.setval(${quoteLiteral(sequence)}, q.last_value, q.is_called) from ${old} q`] : [];
  });
  await execute(tx, moves);
}

/** Checks foreign keys that came back NOT VALID, one by one, beside readers and writers. */
export async function validateKeys(executor: Executor, tableOid: number): Promise<void> {
  for (const { of_table: table, name } of await listFollowers.all(executor, { table: tableOid, kinds: ['foreign key'] })) {
    await executor.query({ text: `alter table ${table} validate constraint ${quoteIdentifier(name)}` });
  }
}

/** The table with whatever points at it: what has to hold still while names change. */
export async function lockedByName(work: Work): Promise<readonly string[]> {
  const table = qualified(placesOf(work).table);
  const found = await describeTable.one(work.session, { table });
  return [table, ...(await followersOf(work.session, found.oid)).tables];
}
