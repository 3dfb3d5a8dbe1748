import { afterAll, expect, test } from 'vitest';
import { conversionFixture, plainTable, rowsOf } from './fixture.ts';

const fixture = await conversionFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { client, conversions } = fixture;

test('a plain table becomes months: copied, verified, swapped, finished', async () => {
  const table = await plainTable(client, 'orders', 500);
  const before = await rowsOf(client, table);
  const verified = await conversions.convert({ table, key: 'created', every: 'month', route: 'rebuild' });
  expect(verified).toMatchObject({ state: 'verified', route: 'rebuild' });
  expect(verified.ranges.every(({ state }) => state === 'equal')).toBe(true);
  expect(verified.ranges.reduce((sum, { rowsTarget }) => sum + rowsTarget, 0)).toBe(500);
  expect(await conversions.swap(table)).toMatchObject({ state: 'swapped' });
  expect(await rowsOf(client, table)).toEqual(before);
  await client.query(`insert into ${table} (payload) values ('after the swap')`);
  expect(await conversions.finish(table)).toMatchObject({ state: 'finished' });
  expect(await rowsOf(client, table)).toHaveLength(501);
});

test('undone after the swap, what was written meanwhile is kept', async () => {
  const table = await plainTable(client, 'invoices', 300);
  await conversions.convert({ table, key: 'created', every: 'month', route: 'rebuild' });
  await conversions.swap(table);
  await client.query(`insert into ${table} (payload) select 'new ' || n from generate_series(1, 1000) n;
    update ${table} set amount = amount + 1 where id % 3 = 0; delete from ${table} where id % 7 = 0; update ${table} set id = id + 100000 where id % 11 = 0`);
  const before = await rowsOf(client, table);
  expect(await conversions.undo(table)).toMatchObject({ state: 'undone' });
  expect(await rowsOf(client, table)).toEqual(before);
  const { rows } = await client.query(
    "select relkind from pg_class where oid = $1::regclass union all select 'x' from pg_namespace where nspname like 'partition\\_%\\_next'",
    [table],
  );
  expect(rows).toEqual([{ relkind: 'r' }]);
  await client.query(`insert into ${table} (payload) values ('goes on')`);
});
