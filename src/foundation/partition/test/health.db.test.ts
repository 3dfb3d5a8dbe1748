import { afterAll, expect, test } from 'vitest';
import { defineQuery } from '../../../kernel/index.ts';
import { openShop } from './fixture.ts';

const shop = await openShop();
afterAll(() => shop[Symbol.asyncDispose]());
const { client, manage, partition, partsBelow } = shop;

const found = async (table: string) =>
  (await partition.findings())
    .filter((one) => one.table === `shop.${table}`)
    .map(({ severity, finding, detail }) => `${severity} ${finding}: ${detail}`);

test('[I11] nothing to say of a healthy table; each trouble is named', async () => {
  await client.query(
    'create table shop.jobs (id uuid not null default uuidv7(), created timestamptz not null, primary key (id, created)) partition by range (created)',
  );
  await manage('shop.jobs', { by: 'time', key: 'created', every: 'month', ahead: 3, guard: 'overflow' });
  await partition.maintain({ table: 'shop.jobs' });
  expect(await found('jobs')).toEqual([]);

  const [current = '', second = '', third = ''] = (await partsBelow('shop.jobs')).filter((name) => /\d$/.test(name));
  await client.query(`alter table ${current} no force row level security; grant select on ${current} to plinth_app; drop table ${second};
    insert into shop.jobs (created) values ('1999-01-01'); update partition.sets set maintained = now() - interval '4 hours';
    create index jobs_id_idx on only shop.jobs (id); alter table shop.jobs detach partition ${third}`);
  const findings = await found('jobs');
  for (const expected of [
    /^warning gap: shop\.jobs has no partition for values from/,
    /^warning overflow: shop\.jobs_overflow_past holds rows outside all ranges/,
    /^warning differs: .*row security is not forced/,
    /^warning differs: .*plinth_app may reach it past its table/,
    /^warning index: the index shop\.jobs_id_idx is not valid/,
    /^warning upkeep: upkeep has not looked at it for three hours/,
  ]) {
    expect(findings).toContainEqual(expect.stringMatching(expected));
  }
});

test('[I11] hours that end soon are critical', async () => {
  await client.query('create table shop.ticks (created timestamptz not null) partition by range (created)');
  await manage('shop.ticks', { by: 'time', key: 'created', every: 'hour', ahead: 0 });
  expect(await found('ticks')).toContainEqual(expect.stringMatching(/^critical covered: shop\.ticks is ready until/));
});

test('[I11] literal limits let the planner look at one partition', async () => {
  await client.query('create table shop.mails (id uuid primary key default uuidv7()) partition by range (id)');
  await manage('shop.mails', { by: 'uuid7', key: 'id', every: 'day' });
  const from = new Date();
  from.setUTCHours(0, 0, 0, 0);
  const { column, from: lower, to } = await partition.bounds('shop.mails', from, new Date(from.getTime() + 86_400_000));
  const { rows } = await client.query(`explain (format json) select from shop.mails where ${column} >= '${lower}' and ${column} < '${to}'`);
  expect(JSON.stringify(rows).match(/"Relation Name"/g)).toHaveLength(1);
});

test('[I20] named queries that plan more partitions than they need are told of, with what would have helped', async () => {
  await client.query(
    `create table shop.visits (id uuid not null default uuidv7(), created timestamptz not null, page text, primary key (id, created)) partition by range (created);
     create view shop.latest_visits as select * from shop.visits`,
  );
  await manage('shop.visits', { by: 'time', key: 'created', every: 'day', below: { by: 'hash', key: 'id', modulus: 4 } });
  const query = (name: string, text: string) => defineQuery<Record<string, never>, unknown>(`shop.${name}`, [], text);
  query('all', 'select page, count(*) from shop.visits group by page');
  query('by_view', 'select count(*) from shop.latest_visits where page = $1');
  query('deleted', 'delete from shop.visits where page = $1');
  query('since', 'select * from shop.visits where created >= $1::timestamptz and page = $2::text');
  query('stable', "select * from shop.visits where created < now() - interval '1 hour'");
  query(
    'literal',
    "select * from shop.visits where created >= '2000-01-01' and created < now()::date::text::timestamptz and created < '2000-02-01'",
  );
  query('inserted', 'insert into shop.visits (created, page) values ($1, $2) returning id');
  query('exported', 'select * from shop.visits -- plinth:allow unpruned an export takes all');
  query('elsewhere', 'select * from shop.visits join nowhere.visits using (id)');
  expect((await found('visits')).filter((one) => / query: /.test(one)).sort()).toEqual([
    'information query: shop.since has 15 of 15 partitions planned, and leaves some out only when it runs',
    'information query: shop.stable has 15 of 15 partitions planned, and leaves some out only when it runs',
    'warning query: shop.all has 15 of 15 partitions planned, whatever its parameters',
    'warning query: shop.by_view has 15 of 15 partitions planned, whatever its parameters',
    'warning query: shop.deleted has 15 of 15 partitions planned, whatever its parameters',
  ]);
});
