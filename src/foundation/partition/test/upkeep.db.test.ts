import { afterAll, expect, test } from 'vitest';
import { connectAgain, openShop } from './fixture.ts';

const shop = await openShop();
afterAll(() => shop[Symbol.asyncDispose]());
const { client, manage, partition, partsBelow, value } = shop;

const months = { by: 'time', key: 'created', every: 'month' } as const;
const table = (name: string) =>
  client.query(`create table shop.${name} (id uuid not null default uuidv7(), created timestamptz not null, note text,
    constraint ${name}_pk primary key (id, created)) partition by range (created)`);

test('[I4] sixteen maintainers at once make each partition once; one that only calls the procedure is enough', async () => {
  await table('crowded');
  await manage('shop.crowded', { ...months, ahead: 2 });
  await client.query(
    "update partition.sets set ahead_count = 30, declaration = declaration || '{\"ahead\": 30}' where table_name = 'shop.crowded'",
  );
  await using stack = new AsyncDisposableStack();
  const clients = await Promise.all(Array.from({ length: 16 }, async () => stack.use(await connectAgain(shop.platform))));
  await Promise.all(clients.map((one) => one.query('call partition.run_maintenance()')));
  expect(await partsBelow('shop.crowded')).toHaveLength(31);
  expect(await value("select count(*)::int from partition.actions where table_name like 'shop.crowded%'")).toBe(31);
  expect(await value("select blocked_by from partition.sets where table_name = 'shop.crowded'")).toBeNull();
});

test('[I4] a reader of the table is not in the way and nobody waits for the reader', async () => {
  await table('read');
  await manage('shop.read', { ...months, ahead: 1 });
  await using reader = await connectAgain(shop.platform);
  await reader.query('begin; select count(*) from shop.read');
  await client.query("update partition.sets set ahead_count = 6 where table_name = 'shop.read'");
  expect((await partition.maintain({ table: 'shop.read' })).made).toEqual({ 'shop.read': 5 });
  await reader.query('commit');
});

test('[I4] one table that is locked stops no other, is named, and is made ready by the next run', async () => {
  await table('locked');
  await table('open');
  for (const name of ['locked', 'open']) await manage(`shop.${name}`, { ...months, ahead: 1 });
  await client.query("update partition.sets set ahead_count = 4 where table_name in ('shop.locked', 'shop.open')");
  await using holder = await connectAgain(shop.platform);
  await holder.query('begin; lock table shop.locked in access exclusive mode');
  const error = await partition.maintain().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_PARTITION_NOT_COVERED', retryable: true });
  expect(error.message).toContain('shop.locked: canceling statement due to lock timeout');
  await holder.query('rollback');
  expect(await partsBelow('shop.open')).toHaveLength(5);
  expect(await partsBelow('shop.locked')).toHaveLength(2);
  expect(await value("select count(*)::int from pg_class where relname like 'locked_20%' and not relispartition and relkind = 'r'")).toBe(
    0,
  );
  expect((await partition.maintain()).made).toEqual({ 'shop.locked': 3 });
});

test('[I4] past data: gaps are filled, partitions made by hand and of another interval are kept', async () => {
  await table('past');
  await manage('shop.past', months);
  await client.query(`create table shop.by_hand partition of shop.past for values from ('2024-02-10 00:00+00') to ('2024-02-20 00:00+00')`);
  expect(await partition.ensure('shop.past', '2024-01-15', '2024-03-02')).toBe(4);
  const { rows } = await client.query(
    `select part::text, partition.instant_of(lower(span)) as lower, partition.instant_of(upper(span)) as upper
       from partition.ranges_of('shop.past', 'time') where upper(span) < partition.position_of('time', '2024-04-02') order by span`,
  );
  expect(rows.map((row) => [row.part, row.lower.toISOString().slice(0, 10), row.upper.toISOString().slice(0, 10)])).toEqual([
    ['shop.past_2024_01', '2024-01-01', '2024-02-01'],
    ['shop.past_2024_02', '2024-02-01', '2024-02-10'],
    ['shop.by_hand', '2024-02-10', '2024-02-20'],
    ['shop.past_2024_02_20', '2024-02-20', '2024-03-01'],
    ['shop.past_2024_03', '2024-03-01', '2024-04-01'],
  ]);
  expect(await partition.ensure('shop.past', '2024-01-15', '2024-03-02')).toBe(0);
  await expect(partition.ensure('shop.past', '0001-01-01', '2024-01-01')).rejects.toMatchObject({ code: 'PLINTH_PARTITION_REFUSED' });
  await expect(partition.ensure('shop.nothing', '2024-01-01', '2024-02-01')).rejects.toMatchObject({
    code: 'PLINTH_PARTITION_NOT_MANAGED',
  });
});

test('[I5] refuse: a row outside all ranges is a coded error with its key; overflow: it is kept and keeps its range from being cut out', async () => {
  await table('strict');
  await manage('shop.strict', months);
  const insert = shop.platform
    .use<import('../../connect/index.ts').Connect>('connect')
    .transaction({ tier: 'oltp', as: 'owner', tag: 'test.insert' }, (tx) =>
      tx.query({ text: "insert into shop.strict (created) values ('1999-12-31')" }),
    );
  const error = await insert.catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_PARTITION_NO_RANGE', retryable: true });
  expect(error.message).toMatch(/1999-12-31.*plinth partition ensure/);

  await table('lenient');
  await manage('shop.lenient', { ...months, guard: 'overflow' });
  await client.query("insert into shop.lenient (created) values ('1999-12-31'), ('infinity'), (now() + interval '2 years')");
  const homes = await client.query('select distinct tableoid::regclass::text as home from shop.lenient order by 1');
  expect(homes.rows.map((row) => row.home)).toEqual(['shop.lenient_overflow_future', 'shop.lenient_overflow_past']);
  await client.query("update partition.sets set ahead_count = 12 where table_name = 'shop.lenient'");
  await partition.maintain({ table: 'shop.lenient' });
  expect((await partition.missing()).filter((gap) => gap.table === 'shop.lenient')).toEqual([]);
  await client.query("update partition.sets set ahead_count = 30 where table_name = 'shop.lenient'");
  const blocked = await partition.maintain({ table: 'shop.lenient' }).catch((thrown) => thrown);
  expect(blocked.message).toMatch(/rows for .* lie in shop\.lenient_overflow_future/);
  expect(await value('select count(*)::int from shop.lenient')).toBe(3);
});

test('[I6] a partition is born unreachable: rows are read and written through the table and its policies only', async () => {
  // Privileges that an administrator gave by default must not reach partitions.
  await client.query(
    'alter default privileges in schema shop grant all on tables to plinth_app; alter default privileges grant all on tables to public',
  );
  await client.query(
    'create table shop.rows (tenant_id uuid not null, id uuid not null default uuidv7(), primary key (tenant_id, id)) partition by range (id)',
  );
  await client.query("select tenancy.protect('shop.rows')");
  await manage('shop.rows', { by: 'uuid7', key: 'id', every: 'month', below: { by: 'hash', key: 'tenant_id', modulus: 2 } });
  await client.query(
    'alter default privileges in schema shop revoke all on tables from plinth_app; alter default privileges revoke all on tables from public',
  );
  const parts = await partsBelow('shop.rows');
  expect(parts).toHaveLength(12);
  const { rows } = await client.query(
    `select c.oid::regclass::text as part, c.relrowsecurity and c.relforcerowsecurity as is_forced, has_table_privilege('plinth_app', c.oid, 'select, insert, update, delete') as is_open,
        (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
      from pg_class c where c.oid::regclass::text = any ($1) order by 1`,
    [parts],
  );
  expect(rows).toEqual(parts.map((part) => ({ part, is_forced: true, is_open: false, policies: 0 })));
  await client.query('reset role; set role plinth_app');
  await expect(client.query(`select from ${parts[1]}`)).rejects.toMatchObject({ code: '42501' });
  await expect(client.query(`insert into ${parts[1]} (tenant_id) values (uuidv7())`)).rejects.toMatchObject({ code: '42501' });
  expect((await client.query('select from shop.rows')).rowCount).toBe(0);
  await client.query('reset role; set role plinth_owner');
});
