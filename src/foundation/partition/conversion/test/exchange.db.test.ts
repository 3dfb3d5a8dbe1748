import { afterAll, expect, test } from 'vitest';
import { conversionFixture, rowsOf } from './fixture.ts';

const fixture = await conversionFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { client, conversions } = fixture;

const partsOf = async (table: string) =>
  (
    await client.query('select inhrelid::regclass::text as part from pg_inherits where inhparent = $1::regclass order by 1', [table])
  ).rows.map(({ part }) => part.replace('shop.', ''));

async function cutTable(name: string, count: number, bounds: readonly [string, string, string][]) {
  await client.query(`create table shop.${name} (id bigint generated always as identity, queue text not null default 'a', created timestamptz not null,
    constraint ${name}_pk primary key (id, created)) partition by range (created); create index ${name}_queue_idx on shop.${name} (queue)`);
  for (const [suffix, from, to] of bounds)
    await client.query(`create table shop.${name}_${suffix} partition of shop.${name} for values from (${from}) to (${to})`);
  await client.query(
    `insert into shop.${name} (created) select timestamptz '2025-01-01 00:00+00' + n * interval '364 days' / ${count} from generate_series(0, ${count - 1}) n`,
  );
  return `shop.${name}`;
}

test('[I18] a history is split into months in one trade, and the trade is taken back and made again', async () => {
  const table = await cutTable('jobs', 700, [
    ['history', 'minvalue', "'2026-01-01 00:00+00'"],
    ['2026_01', "'2026-01-01 00:00+00'", "'2026-02-01 00:00+00'"],
  ]);
  const before = await rowsOf(client, table);
  const verified = await conversions.split(table, 'jobs_history', 'month');
  expect(verified).toMatchObject({ state: 'verified', leaving: ['jobs_history'] });
  expect(verified.parts).toHaveLength(12);
  await conversions.swap(table);
  expect(await partsOf(table)).toEqual([
    ...Array.from({ length: 12 }, (_, n) => `jobs_2025_${String(n + 1).padStart(2, '0')}`),
    'jobs_2026_01',
  ]);
  expect(await rowsOf(client, table)).toEqual(before);
  await client.query(`insert into ${table} (created) select timestamptz '2025-06-01 00:00+00' + n * interval '1 minute' from generate_series(1, 500) n;
    update ${table} set queue = 'b' where id % 3 = 0; update ${table} set created = created - interval '40 days' where id % 10 = 0; delete from ${table} where id % 13 = 0`);
  const changed = await rowsOf(client, table);
  await conversions.undo(table);
  expect(await partsOf(table)).toEqual(['jobs_2026_01', 'jobs_history']);
  expect(await rowsOf(client, table)).toEqual(changed);
  await conversions.split(table, 'jobs_history', 'quarter');
  await conversions.swap(table);
  await conversions.finish(table);
  expect(await partsOf(table)).toEqual(['jobs_2024_q4', 'jobs_2025_q1', 'jobs_2025_q2', 'jobs_2025_q3', 'jobs_2025_q4', 'jobs_2026_01']);
  expect(await rowsOf(client, table)).toEqual(changed);
});

test('[I18] months are merged into one; one is rewritten in place', async () => {
  const table = await cutTable('visits', 300, [
    ['2025_01', 'minvalue', "'2025-02-01 00:00+00'"],
    ['2025_02', "'2025-02-01 00:00+00'", "'2025-03-01 00:00+00'"],
    ['2025_03', "'2025-03-01 00:00+00'", 'maxvalue'],
  ]);
  const before = await rowsOf(client, table);
  await conversions.merge(table, ['visits_2025_02', 'visits_2025_01']);
  await conversions.swap(table);
  await conversions.finish(table);
  expect(await partsOf(table)).toEqual(['visits_2025_01_to_02', 'visits_2025_03']);
  await conversions.reclaim(table, 'visits_2025_03');
  await conversions.swap(table);
  await conversions.finish(table);
  expect(await partsOf(table)).toEqual(['visits_2025_01_to_02', 'visits_2025_03']);
  expect(await rowsOf(client, table)).toEqual(before);
  await expect(conversions.merge(table, ['visits_2025_09'])).rejects.toThrow(/no partition of shop.visits/);
});

test('[I18] an overflow is drained into months and stays open-ended; a DEFAULT gives up what has an interval', async () => {
  const table = await cutTable('events', 400, [
    ['2025_01', "'2025-01-01 00:00+00'", "'2025-02-01 00:00+00'"],
    ['overflow_future', "'2025-02-01 00:00+00'", 'maxvalue'],
  ]);
  const before = await rowsOf(client, table);
  await conversions.drain(table, 'events_overflow_future', 'quarter');
  await conversions.swap(table);
  await conversions.finish(table);
  expect(await partsOf(table)).toEqual([
    'events_2025_01',
    'events_2025_q1',
    'events_2025_q2',
    'events_2025_q3',
    'events_2025_q4',
    'events_overflow_future',
  ]);
  expect((await client.query('select count(*)::int as n from shop.events_overflow_future')).rows[0].n).toBe(0);
  expect(await rowsOf(client, table)).toEqual(before);

  await client.query(`create table shop.old (id int, created timestamptz not null, primary key (id, created)) partition by range (created);
    create table shop.old_2025_03 partition of shop.old for values from ('2025-03-01 00:00+00') to ('2025-04-01 00:00+00');
    create table shop.old_default partition of shop.old default;
    insert into shop.old select n, timestamptz '2025-02-15 00:00+00' + n * interval '1 day' from generate_series(1, 60) n`);
  const old = await rowsOf(client, 'shop.old');
  await conversions.drain('shop.old', 'old_default', 'month');
  await conversions.swap('shop.old');
  await conversions.finish('shop.old');
  expect(await partsOf('shop.old')).toEqual(['old_2025_02', 'old_2025_03', 'old_2025_04', 'old_default']);
  expect(await rowsOf(client, 'shop.old')).toEqual(old);
});

test('[I18] a group of values is cut out of the catch-all, under writes that move rows', async () => {
  await client.query(`create table shop.mails (id int, queue text not null, primary key (id, queue)) partition by list (queue);
    create table shop.mails_a partition of shop.mails for values in ('a', 'b'); create table shop.mails_other partition of shop.mails default;
    insert into shop.mails select n, (array['a', 'b', 'c', 'd', 'e'])[1 + n % 5] from generate_series(1, 500) n`);
  await conversions.addGroup('shop.mails', 'new', ['c', 'd']);
  await client.query(
    "update shop.mails set queue = 'c' where id % 7 = 0; update shop.mails set queue = 'e' where id % 11 = 0; delete from shop.mails where id % 13 = 0",
  );
  const before = await rowsOf(client, 'shop.mails', 'id, queue');
  await conversions.swap('shop.mails');
  expect(await partsOf('shop.mails')).toEqual(['mails_a', 'mails_new', 'mails_other']);
  expect(await rowsOf(client, 'shop.mails', 'id, queue')).toEqual(before);
  await client.query("insert into shop.mails values (1000, 'c'), (1001, 'z')");
  await conversions.undo('shop.mails');
  expect(await rowsOf(client, 'shop.mails', 'id, queue')).toHaveLength(before.length + 2);
});
