import { afterAll, expect, test } from 'vitest';
import type { Declaration } from '../index.ts';
import { openShop } from './fixture.ts';

const shop = await openShop();
afterAll(() => shop[Symbol.asyncDispose]());
const { client, manage, partition, partsBelow: children } = shop;

const refusal = (table: string, declaration: object) =>
  manage(table, declaration).then(
    () => 'not refused',
    (error) => `${error.code} ${error.message} | ${error.hint}`,
  );
test('[I2] one line declares months by queue: two levels, names, horizon; declared again nothing changes', async () => {
  await client.query(`create table shop.jobs (id uuid not null default uuidv7(), queue_name text not null, created timestamptz not null default now(),
    constraint jobs_pk primary key (id, created, queue_name)) partition by range (created)`);
  const declaration: Declaration = {
    by: 'time',
    key: 'created',
    every: 'month',
    keep: '90 days',
    below: { by: 'list', key: 'queue_name', groups: { email: ['send', 'receive'], other: 'default' } },
  };
  expect(await manage('shop.jobs', declaration)).toHaveLength(1);
  const { rows } = await client.query(`select to_char(m, 'YYYY_MM') as m from generate_series(0, 3) n
    cross join lateral (select date_trunc('month', now() at time zone 'UTC') + make_interval(months => n) as m) x`);
  const months = rows.map((row) => row.m);
  expect(await children('shop.jobs')).toEqual(
    months.flatMap((month) => [`shop.jobs_${month}`, `shop.jobs_email_${month}`, `shop.jobs_other_${month}`]).sort(),
  );
  expect(await manage('shop.jobs', declaration)).toEqual([]);
  await client.query("insert into shop.jobs (queue_name) values ('send'), ('anything')");
  const homes = await client.query('select tableoid::regclass::text as home from shop.jobs order by queue_name');
  expect(homes.rows.map((row) => row.home)).toEqual([`shop.jobs_other_${months[0]}`, `shop.jobs_email_${months[0]}`]);
});

test('[I2] a partition of the second level is stored as the one of its group in the newest range', async () => {
  await client.query(
    'create table shop.parcels (id uuid not null, created timestamptz not null, size text not null) partition by range (created)',
  );
  const below = { by: 'list', key: 'size', groups: { large: ['l', 'xl'], small: 'default' } };
  await manage('shop.parcels', { by: 'time', key: 'created', every: 'month', below });
  await client.query(`do $$ declare one regclass; begin
    for one in select relid from pg_partition_tree('shop.parcels') where isleaf and relid::text like '%parcels_large%' loop
      execute format('alter table %s set (fillfactor = 80), alter size set statistics 250', one);
    end loop; end $$`);
  await client.query("select partition.ensure('shop.parcels', '2020-01-01', '2020-02-01')");
  const { rows } = await client.query(`select c.relname, c.reloptions, a.attstattarget from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'size' where c.relname ~ '^parcels_.*2020_01$' order by 1`);
  expect(rows).toEqual([
    { relname: 'parcels_2020_01', reloptions: null, attstattarget: null },
    { relname: 'parcels_large_2020_01', reloptions: ['fillfactor=80'], attstattarget: 250 },
    { relname: 'parcels_small_2020_01', reloptions: null, attstattarget: null },
  ]);
});

test('[I2] another interval and a new group count from where nothing is covered yet; rows that are there do not move', async () => {
  const before = await children('shop.jobs');
  const changes = await manage('shop.jobs', {
    by: 'time',
    key: 'created',
    every: 'week',
    ahead: 20,
    keep: '30 days',
    below: { by: 'list', key: 'queue_name', groups: { email: ['send', 'receive'], sms: ['sms'], other: 'default' } },
  });
  expect(changes.join('\n')).toMatch(/from \d{4}-\d\d-01 00:00:00\+00 on: every "week" instead of "month"/);
  const after = await children('shop.jobs');
  expect(after).toEqual(expect.arrayContaining([...before]));
  expect(after.some((name) => /jobs_sms_\d{4}_w\d\d$/.test(name))).toBe(true);
  expect(await partition.missing()).toEqual([]);
  expect(await refusal('shop.jobs', { by: 'uuid7', key: 'id', every: 'week' })).toMatch(/PN001.*partitioned by RANGE \(created\)/);
});

test('[I2] list → time: interval, horizon and retention per group', async () => {
  await client.query('create table shop.frames (tier text not null, created date not null) partition by list (tier)');
  await manage('shop.frames', {
    by: 'list',
    key: 'tier',
    groups: { hot: { values: ['hot'], every: 'week', keep: '30 days' }, cold: { values: 'default', every: 'year', ahead: 1 } },
    below: { by: 'time', key: 'created', every: 'month' },
  });
  const names = await children('shop.frames');
  expect(names.filter((name) => /frames_hot_\d{4}_w\d\d$/.test(name))).toHaveLength(9);
  expect(names.filter((name) => /frames_cold_\d{4}$/.test(name))).toHaveLength(2);
});

test('[I2] id, hash and uuid v7: the primary key stays as it is', async () => {
  await client.query('create table shop.big (id bigint primary key) partition by range (id)');
  await manage('shop.big', { by: 'id', key: 'id', every: 1000, ahead: 2 });
  await client.query('insert into shop.big values (2999)');
  await partition.maintain({ table: 'shop.big' });
  expect((await partition.status()).find(({ table }) => table === 'shop.big')?.coveredUntil).toBe('5000');
  await client.query('create table shop.spread (id bigint primary key) partition by hash (id)');
  await manage('shop.spread', { by: 'hash', key: 'id', modulus: 4 });
  expect(await children('shop.spread')).toHaveLength(4);
  await client.query(
    'create table shop.mails (tenant_id uuid, id uuid default uuidv7(), primary key (tenant_id, id)) partition by range (id)',
  );
  await manage('shop.mails', { by: 'uuid7', key: 'id', every: 'day' });
  await client.query('create table shop.links (tenant_id uuid, mail_id uuid, foreign key (tenant_id, mail_id) references shop.mails)');
  await client.query('insert into shop.mails (tenant_id) values (uuidv7())');
  await client.query('insert into shop.links select tenant_id, id from shop.mails');
});

test('[I3] what cannot be is refused before anything is made, with what would do', async () => {
  await client.query(`create table shop.plain (id uuid not null, made timestamp not null, created timestamptz, email text, constraint plain_pk primary key (id),
    constraint plain_email_key unique (email))`);
  const plain = await refusal('shop.plain', { by: 'time', key: 'created', every: 'month' });
  expect(plain).toMatch(/not partitioned/);
  expect(plain).toMatch(/created may be null/);
  expect(plain).toMatch(
    /plain_email_key \(email\) does not contain created: cut by a uuid v7 .*"uuid7".* or drop it and keep that uniqueness in a table of claims/,
  );
  expect(plain).toMatch(/partition by range \(created\)/);
  expect(await refusal('shop.plain', { by: 'time', key: 'made', every: 'month' })).toMatch(/has no zone; it has to be timestamptz/);
  const time = { by: 'time', key: 'created', every: 'month' };
  expect(await refusal('shop.jobs', { ...time, every: 'fortnight' })).toMatch(/interval is fortnight .*hour, day, week/);
  expect(await refusal('shop.jobs', { ...time, evry: 'month' })).toMatch(/evry is not understood .*Known are by, key/);
  expect(await refusal('shop.jobs', { ...time, below: { by: 'list', key: 'queue_name', groups: { a: ['x'], b: ['x'] } } })).toMatch(
    /the value 'x' stands in two groups/,
  );
  expect(
    await refusal('shop.jobs', { ...time, below: { by: 'hash', key: 'id', modulus: 4, below: { by: 'hash', key: 'id', modulus: 2 } } }),
  ).toMatch(/third level/);
  expect(await refusal('shop.jobs', { ...time, keep: 'never' })).toMatch(/22007/);
  expect(await refusal('shop.jobs', { ...time, guard: 'drop' })).toMatch(/guard is drop/);
  expect((await client.query("select count(*)::int as n from partition.sets where table_name = 'shop.plain'")).rows).toEqual([{ n: 0 }]);
});

test('[I3] a key that a table is cut by is not updated, unless it was declared movable', async () => {
  await client.query("insert into shop.jobs (queue_name) values ('key')");
  const update = "update shop.jobs set created = created + interval '1 second' where queue_name = 'key'";
  await expect(client.query(update)).rejects.toMatchObject({ code: 'PN002' });
  await client.query("update shop.jobs set created = created where queue_name = 'key'");
});

test('[I2] what was declared is taken back as if it had not been, until partitions have left by retention', async () => {
  await client.query('create table shop.visits (id uuid not null, day date not null) partition by range (day)');
  const declaration: Declaration = { by: 'time', key: 'day', every: 'month', keep: '30 days' };
  await manage('shop.visits', declaration);
  const unmanage = () => client.query("select partition.unmanage('shop.visits')");
  await unmanage();
  await unmanage();
  const set = "select from partition.sets where table_name = 'shop.visits'";
  expect((await client.query(set)).rowCount).toBe(0);
  await client.query('insert into shop.visits values (uuidv7(), now()); update shop.visits set day = day + 1');
  expect(await manage('shop.visits', declaration)).toHaveLength(1);
  await client.query("select partition.ensure('shop.visits', '2020-01-01', '2020-02-01')");
  await partition.retain({ table: 'shop.visits' });
  await expect(unmanage()).rejects.toMatchObject({ code: 'PN001' });
  expect((await client.query(set)).rowCount).toBe(1);
});
