import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../../../kernel/index.ts';
import type { Connect } from '../../../connect/index.ts';
import type { Migrate } from '../../../migrate/index.ts';
import { openConversions } from '../index.ts';
import { conversionFixture, plainTable, rowsOf } from './fixture.ts';

const fixture = await conversionFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { client, conversions } = fixture;

test('[I15] a plain table becomes months: copied, verified, swapped, finished', async () => {
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

test('[I30] what the disk has no room for is not begun, and goes on when it has', async () => {
  const table = await plainTable(client, 'heavy', 2_000);
  const size = Number((await client.query('select pg_total_relation_size($1::regclass) as bytes', [table])).rows[0].bytes);
  let freeBytes = Math.ceil(size * 1.2) - 1;
  const narrow = openConversions({
    connect: fixture.platform.use<Connect>('connect'),
    backfills: fixture.platform.use<Migrate>('migrate').backfills,
    clock: systemClock,
    lockDeadlineMs: 10_000,
    freeBytes: async () => freeBytes,
  });
  const request = { table, key: 'created', every: 'month', route: 'rebuild' } as const;
  await expect(narrow.convert(request)).rejects.toMatchObject({
    code: 'PLINTH_PARTITION_CONVERSION_DISK',
    details: { table, copiedBytes: size, freeBytes },
  });
  expect((await client.query("select from pg_namespace where nspname like 'partition\\_%\\_next'")).rowCount).toBe(0);
  freeBytes += 1;
  expect(await narrow.resume(table)).toMatchObject({ state: 'verified' });
  await narrow.undo(table);
});

test('[I17] undone after the swap, what was written meanwhile is kept', async () => {
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

test('[I15] a difference is found with its keys, stops the swap, and is copied again', async () => {
  const table = await plainTable(client, 'bent', 200);
  const { id } = await conversions.convert({ table, key: 'created', every: 'month', route: 'rebuild' });
  const next = `partition_${id.replaceAll('-', '').slice(-12)}_next.bent`;
  await client.query(`update ${next} set payload = 'bent' where id = 17; delete from ${next} where id = 18;
    insert into ${next} (id, payload, created) select 999, 'ghost', created from ${next} where id = 19`);
  await expect(conversions.verify(table)).rejects.toThrow(/differ in \[.*\(17,(?:.|\n)*\(18,(?:.|\n)*\(999,/);
  await expect(conversions.swap(table)).rejects.toThrow(/is copying, from which it does not become swapped/);
  const repaired = await conversions.verify(table);
  expect(repaired.ranges.every(({ state }) => state === 'equal')).toBe(true);
  const before = await rowsOf(client, table);
  await conversions.swap(table);
  expect(await rowsOf(client, table)).toEqual(before);
  await conversions.finish(table);
});

test('[I14] what was added to the table after it was built stops the swap, by name, and nothing has happened', async () => {
  const table = await plainTable(client, 'changed', 50);
  await conversions.convert({ table, key: 'created', every: 'month', route: 'rebuild' });
  await client.query(`create index changed_late_idx on ${table} (payload); grant select on ${table} to plinth_app`);
  await expect(conversions.swap(table)).rejects.toThrow(
    /acl(?:.|\n)*index shop.changed_late_idx would be removed|index shop.changed_late_idx would be removed(?:.|\n)*acl/,
  );
  expect((await client.query('select relkind from pg_class where oid = $1::regclass', [table])).rows).toEqual([{ relkind: 'r' }]);
  await conversions.undo(table);
  await conversions.convert({ table, key: 'created', every: 'month', route: 'rebuild' });
  await conversions.swap(table);
  await conversions.finish(table);
});

test('[I17] 10,000 rows written between swap and undo are kept', async () => {
  const table = await plainTable(client, 'late', 100);
  await conversions.convert({ table, key: 'created', every: 'month', route: 'rebuild' });
  await conversions.swap(table);
  await client.query(
    `insert into ${table} (payload, created) select 'n' || n, now() - n * interval '1 minute' from generate_series(1, 10000) n`,
  );
  const before = await rowsOf(client, table);
  await conversions.undo(table);
  expect(await rowsOf(client, table)).toEqual(before);
  // What the old table would have refused was refused in between too.
  await conversions.convert({ table, key: 'created', every: 'month', route: 'rebuild' });
  await conversions.swap(table);
  await expect(client.query(`insert into ${table} (id, created) values (1, now() - interval '90 days')`)).rejects.toThrow(/duplicate key/);
  await conversions.finish(table);
});
