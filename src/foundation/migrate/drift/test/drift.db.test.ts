import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { connectTo, testRunner, testSource } from '../../test/harness.ts';

const schema = `create table public.items (id int, price int, sold date not null, constraint items_pk primary key (id, sold)) partition by range (sold);
create table public.items_1 partition of public.items for values from ('2020-01-01') to ('2021-01-01');`;

async function setUp() {
  const { endpoint, client } = await testDatabase();
  const files = await testSource({ 'migrations/0001_items.sql': schema });
  const runner = await testRunner(endpoint, [files.source]);
  return {
    client,
    endpoint,
    files,
    migrate: runner.migrate,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}

test('[I30] what was changed without a run is found with who did it, and the next run says so', async () => {
  await using run = await setUp();
  expect((await run.migrate.up()).warnings).toEqual([]);
  expect(await run.migrate.drift.check()).toMatchObject([{ entries: [], known: [] }]);
  await using orm = await connectTo(run.endpoint);
  await orm.query(
    `set application_name = 'orm 4.2'; create index items_price on public.items (price); alter table public.items alter price set default 1`,
  );
  const [found] = await run.migrate.drift.check();
  expect(found?.entries).toMatchObject([
    { identity: 'index public.items_1_price_idx', change: 'added' },
    { identity: 'index public.items_price', change: 'added', application: 'orm 4.2', actor: run.endpoint.user, happened: expect.any(Date) },
    { identity: 'table public.items', path: 'columns.price.default', actual: '1', application: 'orm 4.2' },
    { identity: 'table public.items_1', path: 'columns.price.default', actual: '1' },
  ]);
  await run.files.write('migrations/0002_more.sql', 'create table public.more (id int, constraint more_id_pk primary key (id))');
  expect((await run.migrate.up()).warnings).toMatchObject([expect.stringContaining('index public.items_price by orm 4.2')]);
  expect((await run.migrate.drift.check())[0]?.entries).toEqual([]);
  const { rows } = await run.client.query('select count(*)::int as found, count(resolved)::int as resolved from migrate.drifts');
  expect(rows).toEqual([{ found: 4, resolved: 4 }]);
});

test('[I30] partitions that come and go, and what the platform does by itself, are known', async () => {
  await using run = await setUp();
  await run.migrate.up();
  await run.client.query(
    `drop table public.items_1; create table public.items_2 partition of public.items for values from ('2021-01-01') to ('2022-01-01')`,
  );
  await run.client.query(`set application_name = 'plinth:other.work'; alter table public.items add added int; set application_name = ''`);
  const [found] = await run.migrate.drift.check();
  expect(found?.entries).toEqual([]);
  expect(new Set(found?.known.map(({ identity }) => identity))).toEqual(
    new Set([
      'constraint items_1_pkey on public.items_1',
      'constraint items_2_pkey on public.items_2',
      'index public.items_1_pkey',
      'index public.items_2_pkey',
      'table public.items',
      'table public.items_1',
      'table public.items_2',
    ]),
  );
});

test('[I30] a run that took place and a rebuild from the files agree, and neither does where somebody else had a hand in', async () => {
  await using run = await setUp();
  await run.migrate.up();
  const [clean] = await run.migrate.drift.check({ isThorough: true });
  expect(clean).toMatchObject({ basis: 'files', entries: [] });
  await run.client.query('create view public.by_hand as select id from public.items');
  expect((await run.migrate.drift.check({ isThorough: true }))[0]?.entries).toMatchObject([{ identity: 'view public.by_hand' }]);
});
