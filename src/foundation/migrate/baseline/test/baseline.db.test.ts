import { expect, test } from 'vitest';
import { spawnScript, testDatabase } from '../../../../../tests/support/index.ts';
import { type TestRunner, testRunner, testSource } from '../../test/harness.ts';
import { lookAt, recordAsFound } from './as-found.ts';

const folder = (n: number, words: string) => `migrations/oltp/2026010100000${n}_${words}`;
const items = `create table public.items (id int not null, price int, constraint items_id_pk primary key (id));
comment on table public.items is 'What is sold.';`;
const orders = 'create table public.orders (id int not null, constraint orders_id_pk primary key (id));';
const view = 'create or replace view public.cheap with (security_invoker = true) as select id from public.items where price < 10;';

const files = {
  [`${folder(1, 'items')}/up.sql`]: items,
  [`${folder(2, 'orders')}/up.sql`]: orders,
};

async function setUp(more: Readonly<Record<string, string>> = {}, before = `${items} ${orders}`) {
  const { endpoint, client } = await testDatabase();
  await client.query(before);
  const source = await testSource({ ...files, ...more }, { layout: 'product' });
  const runner = await testRunner(endpoint, [source.source]);
  return {
    client,
    endpoint,
    source,
    runner,
    migrate: runner.migrate,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await source[Symbol.asyncDispose]();
    },
  };
}

const statesOf = async ({ migrate }: Pick<TestRunner, 'migrate'>) =>
  (await migrate.status())
    .filter(({ id, kind }) => id.startsWith('shop/') && kind === 'migration')
    .map(({ id, state }) => `${id.slice(20)} ${state}`);

test('[I49] a database that was there before its files is taken over without running anything', async () => {
  await using run = await setUp();
  await run.client.query('insert into public.items values (1, 2)');
  expect(await run.migrate.baselines.take()).toMatchObject({
    isRecorded: true,
    warnings: [],
    databases: [{ tiers: ['oltp'], migrations: ['shop/20260101000001_items', 'shop/20260101000002_orders'], differences: [] }],
  });
  expect(await statesOf(run)).toEqual(['items baseline', 'orders baseline']);
  expect((await run.migrate.verify()).problems.filter(({ id }) => !id.includes('plan.lock'))).toEqual([]);
  const version = await run.client.query("select migrate.schema_version('oltp') as version");
  expect((await run.migrate.up()).applied).toEqual([]);
  expect((await run.migrate.drift.check())[0]).toMatchObject({ entries: [] });
  expect(await run.migrate.runs()).toMatchObject([{ command: 'baseline', outcome: 'completed' }]);
  expect(await run.migrate.baselines.take()).toMatchObject({ isRecorded: false, databases: [] });
  await expect(run.migrate.down({ to: 'shop/20260101000001_items' })).rejects.toThrow(
    /orders is a baseline: what it makes was there before/,
  );
  // A database that was built from the files has the same version.
  const { endpoint, client } = await testDatabase();
  await using other = await testRunner(endpoint, [run.source.source]);
  await other.migrate.up();
  expect((await client.query("select migrate.schema_version('oltp') as version")).rows).toEqual(version.rows);
});

test('[I49] what differs is listed, and nothing is recorded', async () => {
  await using run = await setUp();
  await run.client.query(
    'alter table public.items alter price type bigint; create index items_price on public.items (price); drop table public.orders',
  );
  const report = await run.migrate.baselines.take();
  expect(report).toMatchObject({
    isRecorded: false,
    databases: [
      {
        differences: [
          { identity: 'constraint orders_id_pk on public.orders', change: 'removed' },
          { identity: 'index public.items_price', change: 'added' },
          { identity: 'index public.orders_id_pk', change: 'removed' },
          { identity: 'table public.items', path: 'columns.price.type', expected: 'integer', actual: 'bigint' },
          { identity: 'table public.orders', change: 'removed' },
        ],
      },
    ],
  });
  expect((await run.client.query("select to_regnamespace('migrate') as schema")).rows).toEqual([{ schema: null }]);
});

test('[I49] up to a migration or a release; what comes after is applied', async () => {
  await using run = await setUp({}, items);
  await expect(run.migrate.baselines.take({ to: 'shop/none' })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_UNKNOWN_BASELINE' });
  await expect(run.migrate.up()).rejects.toThrow(/take it over with "plinth migrate baseline"/);
  // What a failed attempt left behind is no obstacle.
  expect(await run.migrate.baselines.take({ to: 'shop/20260101000001_items' })).toMatchObject({ isRecorded: true });
  expect(await statesOf(run)).toEqual(['items baseline', 'orders pending']);
  expect((await run.migrate.up()).applied).toEqual(['oltp:shop/20260101000002_orders']);
  await run.migrate.writePlan();
  await run.migrate.release('2026.1');
  const { endpoint, client } = await testDatabase();
  await client.query(`${items} ${orders}`);
  await using other = await testRunner(endpoint, [run.source.source]);
  expect(await other.migrate.baselines.take({ to: '2026.1' })).toMatchObject({ isRecorded: true });
  expect(await statesOf(other)).toEqual(['items baseline', 'orders baseline']);
});

test('[I49] repeatable objects are recorded where they are as in their files, and made by the next run where they are not there', async () => {
  const objects = { 'objects/oltp/views.sql': view };
  await using there = await setUp(objects, `${items} ${orders} ${view}`);
  expect((await there.migrate.baselines.take()).databases).toMatchObject([{ objects: ['shop/objects/oltp/views'] }]);
  expect(await there.migrate.up()).toMatchObject({ applied: [], objectsReplaced: [] });
  await using absent = await setUp(objects);
  expect((await absent.migrate.baselines.take()).databases).toMatchObject([{ objects: [] }]);
  expect((await absent.migrate.up()).objectsReplaced).toEqual(['oltp:shop/objects/oltp/views']);
});

test('[I49] rows cannot be compared, and partitions come and go', async () => {
  const parts = 'create table public.parts (id int not null, constraint parts_id_pk primary key (id)) partition by range (id);';
  const data = 'insert into public.items values (1, 2);';
  await using run = await setUp(
    { [`${folder(3, 'parts')}/up.sql`]: parts, [`${folder(4, 'data')}/up.sql`]: data },
    `${items} ${orders} ${parts}`,
  );
  await run.client.query('create table public.parts_1 partition of public.parts for values from (1) to (9)');
  const report = await run.migrate.baselines.take();
  expect(report).toMatchObject({ isRecorded: true, warnings: [expect.stringContaining('shop/20260101000004_data is there for rows')] });
});

test('[I49] a capability comes along where its schema is there, and is left to a run where it is not', async () => {
  const ledgered = 'create schema books; create table books.lines (id int not null, constraint lines_id_pk primary key (id));';
  await using books = await testSource({ 'migrations/0001_lines.sql': ledgered }, { name: 'books' });
  await using run = await setUp();
  await using without = await testRunner(run.endpoint, [books.source, run.source.source]);
  await recordAsFound(without, await lookAt(without));
  expect((await without.migrate.up()).applied).toEqual(['oltp:books/0001_lines']);
  await using again = await setUp({}, `${items} ${orders} ${ledgered}`);
  await using withBooks = await testRunner(again.endpoint, [books.source, again.source.source]);
  const report = await withBooks.migrate.baselines.take();
  expect(report.databases).toMatchObject([{ migrations: ['books/0001_lines', 'shop/20260101000001_items', 'shop/20260101000002_orders'] }]);
});

test('[I49] a schema that changes between the comparison and the lock is not recorded', async () => {
  await using run = await setUp();
  const looked = await lookAt(run.runner);
  await run.client.query('alter table public.items add added int');
  await expect(recordAsFound(run.runner, looked)).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_MOVED_MEANWHILE',
    details: { objects: ['table public.items'] },
  });
  expect(await statesOf(run)).toEqual(['items pending', 'orders pending']);
});

test('[I49] killed anywhere, all of it is recorded or nothing, and the next one ends the same', async () => {
  for (const [killAt, left] of [
    ['lock held', 'pending'],
    ['orders is there', 'pending'],
    ['oltp: recorded', 'baseline'],
  ] as const) {
    await using run = await setUp();
    const input = JSON.stringify({ endpoint: run.endpoint, sources: [run.source.source], killAt });
    await using child = spawnScript(new URL('./run-record.ts', import.meta.url), { args: [input] });
    expect(await child.exit(), child.output()).toMatchObject({ signal: 'SIGKILL' });
    expect(await statesOf(run), killAt).toEqual([`items ${left}`, `orders ${left}`]);
    await recordAsFound(run.runner, await lookAt(run.runner));
    expect(await statesOf(run), killAt).toEqual(['items baseline', 'orders baseline']);
  }
});
