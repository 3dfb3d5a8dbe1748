import { afterAll, expect, test } from 'vitest';
import { conversionFixture, plainTable, rowsOf } from './fixture.ts';

const fixture = await conversionFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { client, conversions, partition } = fixture;

const kindOf = async (table: string) =>
  (await client.query('select relkind from pg_class where oid = $1::regclass', [table])).rows[0].relkind;

test('[I14] a table is adopted without a copy: its file stays, new months are ready, its primary key has the cut', async () => {
  const table = await plainTable(client, 'orders', 500);
  const before = await rowsOf(client, table);
  const file = (await client.query('select pg_relation_filenode($1) as file', [table])).rows[0].file;
  expect(await conversions.convert({ table, key: 'created', every: 'month' })).toMatchObject({ state: 'verified', route: 'adopt' });
  await conversions.swap(table);
  expect(await kindOf(table)).toBe('p');
  expect((await client.query("select pg_relation_filenode('shop.orders_history') as file")).rows[0].file).toBe(file);
  expect(await rowsOf(client, table)).toEqual(before);
  await client.query(`insert into ${table} (payload, created) values ('next', now() + interval '40 days'), ('now', now())`);
  const { rows } = await client.query(
    `select tableoid::regclass::text as part, id from ${table} where payload in ('next', 'now') order by id`,
  );
  expect(rows.map(({ id }) => Number(id))).toEqual([501, 502]);
  expect(rows[1].part).toBe('shop.orders_history');
  expect(rows[0].part).toMatch(/^shop\.orders_\d{4}_\d\d$/);
  await conversions.finish(table);
  expect(await rowsOf(client, table)).toHaveLength(502);
});

test('[I17] an adoption is undone with the rows written since, whatever partition they are in', async () => {
  const table = await plainTable(client, 'invoices', 300);
  await conversions.convert({ table, key: 'created', every: 'month' });
  await conversions.swap(table);
  await client.query(`insert into ${table} (payload, created) select 'n ' || n, now() + n * interval '1 hour' from generate_series(1, 1000) n;
    update ${table} set amount = -1 where id % 5 = 0; delete from ${table} where id % 7 = 0`);
  const before = await rowsOf(client, table);
  await conversions.undo(table);
  expect(await kindOf(table)).toBe('r');
  expect(await rowsOf(client, table)).toEqual(before);
  expect((await client.query(`insert into ${table} (payload) values ('on') returning id`)).rows[0].id).toBe('1301');
  const { rows } = await client.query("select conname from pg_constraint where conrelid = $1::regclass and contype in ('p', 'c')", [table]);
  expect(rows).toEqual([{ conname: 'invoices_id_pk' }]);
  const again = await conversions.convert({ table, key: 'created', every: 'month', route: 'rebuild' });
  expect(again.state).toBe('verified');
});

test('[I19] an adoption that nobody swaps is told in time, and given up before its table would refuse rows', async () => {
  const table = await plainTable(client, 'tickets', 20);
  const { id } = await conversions.convert({ table, key: 'created', every: 'day' });
  const told = async () =>
    (await partition.findings()).filter((one) => one.table === table).map(({ severity, finding }) => `${severity} ${finding}`);
  const endsIn = (hours: number) =>
    client.query(
      `update partition.conversions set plan = jsonb_set(plan, '{end}', to_jsonb((now() + make_interval(hours => $2))::text)) where id = $1`,
      [id, hours],
    );
  const refused = `insert into ${table} (created) values (now() + interval '3 days')`;
  await expect(client.query(refused)).rejects.toMatchObject({ code: '23514' });
  expect(await told()).toEqual([]);
  await endsIn(11);
  expect(await told()).toEqual(['warning adoption']);
  expect(await conversions.giveUpDue()).toEqual([]);
  await endsIn(5);
  expect(await told()).toEqual(['critical adoption']);
  expect(await conversions.giveUpDue()).toEqual([table]);
  expect(await told()).toEqual([]);
  await client.query(refused);
  const given = (await conversions.list()).find((one) => one.id === id);
  expect(given).toMatchObject({ state: 'undone', error: expect.stringContaining('would have refused rows from') });
  expect(await kindOf(table)).toBe('r');

  // Once swapped there is nothing to give up.
  const other = await plainTable(client, 'stubs', 20);
  await conversions.convert({ table: other, key: 'created', every: 'day' });
  await conversions.swap(other);
  expect(await conversions.giveUpDue()).toEqual([]);
  expect(await kindOf(other)).toBe('p');
});

test('[I3] rows beyond the day from which the old table ends are told before anything is built', async () => {
  const table = await plainTable(client, 'plans', 10);
  await client.query(`insert into ${table} (created) values (now() + interval '3 years')`);
  await expect(conversions.convert({ table, key: 'created', every: 'month' })).rejects.toThrow(
    /1 row\(s\) before .* or from .* on of shop.plans lie outside/,
  );
});

test('[I3] what cannot be converted is refused with every reason', async () => {
  await client.query(`create table shop.bad (id uuid primary key, at timestamp, code text unique, created timestamptz);
    create table shop.points_at (bad_id uuid references shop.bad)`);
  await expect(conversions.convert({ table: 'shop.bad', key: 'created', every: 'day' })).rejects.toThrow(
    /may be null(?:.|\n)*points at columns without created(?:.|\n)*bad_code_key does not contain created/,
  );
  await expect(conversions.convert({ table: 'shop.bad', key: 'at', every: 'day' })).rejects.toThrow(/timestamp without time zone/);
  await expect(conversions.convert({ table: 'shop.nothing', key: 'at', every: 'day' })).rejects.toThrow(/no such table/);
});
