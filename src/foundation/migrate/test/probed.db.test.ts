import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/index.ts';
import { testRunner, testSource } from './harness.ts';

/** Of each kind that is probed: what is there before, the statement, and something else of that name. */
const kinds: Readonly<Record<string, readonly [before: string, statement: string, other: string]>> = {
  'a table with what follows': [
    '',
    'create table shop.a (id int constraint a_pk primary key); alter table shop.a add column n int not null; alter table shop.a add constraint a_n_check check (n > 0); alter table shop.a alter column n set default 7',
    'create table shop.a (id int, n int)',
  ],
  'an index': ['create table shop.a (id int, n int)', 'create index a_n_idx on shop.a (n)', 'create index a_n_idx on shop.a (n desc)'],
  'a function': [
    "create function shop.f(text) returns int language sql as 'select 1'",
    "create function shop.f(n int) returns int language sql as 'select n'",
    "create function shop.f(n int) returns int language sql as 'select n + 1'",
  ],
  'a trigger': [
    "create table shop.a (id int); create function shop.t() returns trigger language plpgsql as 'begin return new; end'",
    'create trigger a_check before insert on shop.a for each row execute function shop.t()',
    'create trigger a_check before insert or update on shop.a for each row execute function shop.t()',
  ],
  'a policy': [
    'create table shop.a (id int)',
    'create policy a_own on shop.a for select using (id > 0); alter table shop.a enable row level security',
    'create policy a_own on shop.a for select using (id > 1)',
  ],
  'a view': [
    'create table shop.a (id int)',
    'create view shop.v with (security_invoker = true) as select id from shop.a',
    'create view shop.v as select id from shop.a',
  ],
  'a table instead of a view': [
    'create table shop.a (id int)',
    'create view shop.v as select id from shop.a',
    'create table shop.v (id int)',
  ],
  'a type': ['', "create type shop.mood as enum ('glad', 'cross')", "create type shop.mood as enum ('glad')"],
  'a constraint': [
    'create table shop.a (id int, n int)',
    'alter table shop.a add constraint a_n_check check (n > 0) not valid; alter table shop.a validate constraint a_n_check',
    'alter table shop.a add constraint a_n_check check (n > 1)',
  ],
  'a renamed table': ['create table shop.a (id int)', 'alter table shop.a rename to b', 'create table shop.b (id int)'],
  'a renamed column': [
    'create table shop.a (id int)',
    'alter table shop.a rename column id to key',
    'alter table shop.a add column key int',
  ],
};

async function setUp(before: string) {
  const stack = new AsyncDisposableStack();
  const { client, endpoint } = await testDatabase();
  const files = stack.use(await testSource({ 'migrations/0001_base.sql': 'create schema shop;' }));
  const runner = stack.use(await testRunner(endpoint, [files.source]));
  await runner.migrate.up();
  await client.query(before || 'select 1');
  const write = (statements: string) => files.write('migrations/0002_change.sql', `--! probed: true\n${statements};\n`);
  return { client, migrate: runner.migrate, write, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

for (const [name, [before, statement, other]] of Object.entries(kinds)) {
  test(`[I60] ${name}: the same is skipped, something else stops`, async () => {
    await using run = await setUp(before);
    await run.write(statement);
    await run.client.query('begin');
    await run.client.query(other);
    await run.client.query('commit');
    await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_OBJECT_DIFFERS' });
    await run.client.query('drop schema shop cascade; create schema shop');
    await run.client.query(before || 'select 1');
    expect((await run.migrate.up()).applied).toHaveLength(1);
    await run.client.query("delete from migrate.migrations where name = '0002_change'");
    expect((await run.migrate.up()).applied).toHaveLength(1);
  });
}

test('[I60] what is dropped is gone or not', async () => {
  await using run = await setUp(`create table shop.a (id int constraint a_id_key unique, n int); create view shop.v as select 1 as one;
    create function shop.f() returns trigger language plpgsql as 'begin return new; end'; create type shop.mood as enum ();
    create trigger t before insert on shop.a for each row execute function shop.f(); create policy p on shop.a using (true)`);
  await run.write(`drop trigger t on shop.a; drop policy p on shop.a; drop function shop.f(); drop view shop.v; drop type shop.mood;
    alter table shop.a drop constraint a_id_key; alter table shop.a drop column n; drop table shop.a`);
  expect((await run.migrate.up()).applied).toHaveLength(1);
  await run.client.query("delete from migrate.migrations where name = '0002_change'");
  expect((await run.migrate.up()).applied).toHaveLength(1);
});

test('[I60] half of it is there: the other half is made, in the same transaction as the record', async () => {
  await using run = await setUp('create table shop.a (id int constraint a_pk primary key); alter table shop.a add column n int');
  await run.write('alter table shop.a add column n int; alter table shop.a add column m int; comment on column shop.a.m is $$M$$');
  expect((await run.migrate.up()).applied).toHaveLength(1);
  expect((await run.client.query("select col_description('shop.a'::regclass, 3) as text")).rows).toEqual([{ text: 'M' }]);
});

test.each([
  ['update shop.a set n = n + 1', 'rows do not tell'],
  ['alter table shop.a add column x int, add column y int', '2 changes'],
  ['select shop.f()', 'may do anything'],
  ['create index on shop.a (n)', 'has no name'],
  ['insert into shop.a (n) values (1) on conflict do nothing', 'rows do not tell'],
])('[I60] nobody can ask for "%s": nothing is started', async (statement, why) => {
  await using run = await setUp('create table shop.a (id int, n int)');
  await run.write(`comment on schema shop is 'never';\n${statement}`);
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_UNPROBED', message: expect.stringContaining(why) });
  await run.write(`-- @idempotent\n${statement.startsWith('select') ? 'select 1' : statement}`);
  expect((await run.migrate.up()).applied).toHaveLength(1);
});

test('[I60] an error is shown at its place in the file', async () => {
  await using run = await setUp('');
  await run.write("comment on schema shop is 'ä';\ncreate table shop.a (id inte)");
  await expect(run.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_FAILED',
    message: expect.stringMatching(/type "inte" does not exist(.|\n)*0002_change\.sql:3\n/),
  });
});
