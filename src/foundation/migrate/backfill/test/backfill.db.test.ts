import type pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase, until } from '../../../../../tests/support/index.ts';
import { connectTo, testRunner, testSource } from '../../test/harness.ts';

const rows = 5_000;

/** A database with a ledger and a table of increasing ids; `n` counts how often a row was touched. */
async function situation(
  table = `create table public.items (id bigint constraint items_pk primary key, n int not null default 0, label text);
  insert into public.items (id) select generate_series(1, ${rows}); analyze public.items`,
) {
  const stack = new AsyncDisposableStack();
  const database = await testDatabase();
  const files = stack.use(await testSource({ 'migrations/0001_a.sql': 'select 1;' }));
  const runner = stack.use(await testRunner(database.endpoint, [files.source]));
  await runner.migrate.up();
  await database.client.query(table);
  return { ...database, backfills: runner.migrate.backfills, runner, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const value = async (client: pg.Client, sql: string) => Object.values((await client.query(sql)).rows[0] ?? {})[0];
const increment = { name: 'count', tier: 'oltp', statement: 'update public.items set n = n + 1' } as const;

test('[I39] each row that was there at the start is passed once, without a predicate to tell', async () => {
  await using at = await situation();
  await at.backfills.start(increment);
  await at.client.query(`insert into public.items (id) values (${rows + 1})`);
  const done = await at.backfills.run('count');
  expect(done).toMatchObject({ state: 'completed', rowsSeen: rows, rowsChanged: rows, quarantined: 0, locked: 0, rowsTotal: rows });
  expect((await at.client.query('select n, count(*)::int from public.items group by n order by n')).rows).toEqual([
    { n: 0, count: 1 },
    { n: 1, count: rows },
  ]);
  // The same definition is the same backfill, another one needs another name.
  expect((await at.backfills.start(increment)).state).toBe('completed');
  await expect(at.backfills.start({ ...increment, statement: 'update public.items set n = 0' })).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_BACKFILL_DIFFERS',
  });
});

test('[I40] rows that others hold locked are left to them and done in the second pass, each once', async () => {
  await using at = await situation();
  await using other = await connectTo(at.endpoint);
  await other.query('begin; update public.items set label = $$theirs$$ where id in (7, 8, 4000); delete from public.items where id = 9');
  await at.backfills.start(increment);
  const running = at.backfills.run('count');
  await until(async () => (await at.backfills.list())[0]?.locked === 4, { what: 'the locked rows to be left over' });
  await other.query('commit');
  expect(await running).toMatchObject({ state: 'completed', rowsChanged: rows - 1, locked: 0 });
  expect(await value(at.client, 'select count(*)::int from public.items where n <> 1')).toBe(0);
  expect(await value(at.client, "select array_agg(id::int order by id) from public.items where label = 'theirs'")).toEqual([7, 8, 4000]);
});
