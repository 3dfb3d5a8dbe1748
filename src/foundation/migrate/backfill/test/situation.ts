import type pg from 'pg';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { quickClock } from '../../../../../tests/support/quick-clock.ts';
import { testRunner, testSource } from '../../test/harness.ts';

export const rows = 5_000;

/** A database with a ledger and a table; by default one of increasing ids, in which `n` counts how often a row was touched. */
export async function situation(
  table = `create table public.items (id bigint constraint items_pk primary key, n int not null default 0, label text);
    insert into public.items (id) select generate_series(1, ${rows}); analyze public.items`,
) {
  const stack = new AsyncDisposableStack();
  const database = await testDatabase();
  const files = stack.use(await testSource({ 'migrations/0001_a.sql': 'select 1;' }));
  const runner = stack.use(await testRunner(database.endpoint, [files.source], { clock: quickClock, lockDeadlineMs: 2_000_000 }));
  await runner.migrate.up();
  await database.client.query(table);
  return { ...database, backfills: runner.migrate.backfills, runner, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The only value of the only row. */
export async function value(client: pg.Client, sql: string): Promise<unknown> {
  return Object.values((await client.query(sql)).rows[0] ?? {})[0];
}

export const increment = { name: 'count', tier: 'oltp', statement: 'update public.items set n = n + 1' } as const;
