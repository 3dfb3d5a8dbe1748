import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';

const at = (n: number, slug: string) => `migrations/oltp/2026010101000${n}_${slug}`;
const product = () =>
  testSource(
    {
      [`${at(1, 'create')}/up.sql`]: 'create table public.orders (id bigint constraint orders_pk primary key, total int, cents bigint);\n',
      [`${at(2, 'cents')}/up.sql`]:
        '-- One statement, as one would run it.\nupdate public.orders set cents = total * 100 where cents is null;\n',
      [`${at(2, 'cents')}/meta.json`]: '{"phase": "backfill"}',
      [`${at(3, 'drop_total')}/up.sql`]: 'alter table public.orders drop column total;\n',
      [`${at(3, 'drop_total')}/meta.json`]: '{"phase": "contract"}',
      [`${at(4, 'other')}/up.sql`]: 'create table public.other (id bigint constraint other_pk primary key);\n',
    },
    { layout: 'product' },
  );
const create = async (source: Awaited<ReturnType<typeof product>>, database: Awaited<ReturnType<typeof testDatabase>>) => {
  // As it stands in production: the table is there and full when the other migrations come.
  await using first = await testSource({}, { layout: 'product' });
  await first.write(
    `${at(1, 'create')}/up.sql`,
    'create table public.orders (id bigint constraint orders_pk primary key, total int, cents bigint);\n',
  );
  await using runner = await testRunner(database.endpoint, [{ ...source.source, dir: first.source.dir }]);
  await runner.migrate.up();
  await database.client.query('insert into public.orders (id, total) select i, i from generate_series(1, 3000) i');
};
const ids = (applied: readonly string[]) =>
  applied.filter((id) => !id.includes('migrate/')).map((id) => id.replace(/^oltp:shop\/\d+_/, ''));

test('[I39] a migration of phase backfill is handed to the engine; what takes away waits until every row is through', async () => {
  const database = await testDatabase();
  await using source = await product();
  await create(source, database);
  await using runner = await testRunner(database.endpoint, [source.source]);
  const { migrate } = runner;
  const report = await migrate.up();
  expect(ids(report.applied)).toEqual(['cents', 'other']);
  expect(report.warnings).toEqual([expect.stringContaining('drop_total waits for shop/20260101010002_cents')]);
  expect((await database.client.query('select count(*)::int as n from public.orders where cents is not null')).rows).toEqual([{ n: 0 }]);
  const states = async () => Object.fromEntries((await migrate.status()).map(({ id, state }) => [id.replace(/^shop\/\d+_/, ''), state]));
  expect(await states()).toMatchObject({ create: 'applied', cents: 'running', drop_total: 'pending', other: 'applied' });
  expect((await migrate.up()).applied).toEqual([]);

  expect(ids((await migrate.up({ isWaiting: true })).applied)).toEqual(['drop_total']);
  expect((await database.client.query('select sum(cents)::int as n from public.orders')).rows).toEqual([{ n: (100 * 3000 * 3001) / 2 }]);
  expect(await states()).toMatchObject({ cents: 'applied', drop_total: 'applied' });
});

test('[I40] a row in quarantine holds back what takes away', async () => {
  const database = await testDatabase();
  await using source = await product();
  await create(source, database);
  await database.client.query(
    'update public.orders set total = 2000000000 where id = 7; alter table public.orders add check (cents < 1000000)',
  );
  await using runner = await testRunner(database.endpoint, [source.source]);
  await source.write(`${at(2, 'cents')}/up.sql`, 'update public.orders set cents = total::bigint * 100 where cents is null;\n');
  const report = await runner.migrate.up({ isWaiting: true });
  expect(report.warnings).toEqual([expect.stringContaining('drop_total waits for')]);
  expect((await database.client.query('select total from public.orders where id = 7')).rows).toEqual([{ total: 2_000_000_000 }]);
  await database.client.query('update public.orders set total = 1 where id = 7');
  expect(await runner.migrate.backfills.retry('shop/20260101010002_cents')).toBe(1);
  expect(ids((await runner.migrate.up({ isWaiting: true })).applied)).toEqual(['drop_total']);
});

test('[I39] on empty tables nothing has to wait, and what cannot be cut into batches starts nothing', async () => {
  const database = await testDatabase();
  await using source = await product();
  await using runner = await testRunner(database.endpoint, [source.source]);
  await source.write(`${at(2, 'cents')}/up.sql`, 'update public.orders set cents = 1 returning id;\n');
  await expect(runner.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BACKFILL_STATEMENT' });
  expect((await database.client.query("select to_regclass('public.orders') as t")).rows).toEqual([{ t: null }]);
  await source.write(`${at(2, 'cents')}/up.sql`, 'update public.orders set cents = total where cents is null;\n');
  const report = await runner.migrate.up();
  expect(ids(report.applied)).toEqual(['create', 'cents', 'other', 'drop_total']);
  expect(report.warnings).toEqual([]);
});
