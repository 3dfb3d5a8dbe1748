import { expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../../tests/support/index.ts';
import { compareSnapshots, type Snapshot, takeSnapshot } from '../index.ts';

async function snap({ client }: TestDatabase, schemas?: readonly string[]): Promise<Snapshot> {
  await client.query('begin isolation level repeatable read read only');
  try {
    return await takeSnapshot(client, schemas ? { schemas } : {});
  } finally {
    await client.query('rollback');
  }
}

const types = `create type public.mood as enum ('low', 'high');
  create domain public.email as text check (value like '%@%');`;
const tables = `create table public.people (id bigint generated always as identity primary key, email public.email not null, mood public.mood, born timestamptz default '2020-01-01 00:00+00');
  create index people_mood_idx on public.people (mood) where email is not null;
  alter table public.people enable row level security;
  create policy own on public.people for select to plinth_app using (id > 0);
  grant select on public.people to plinth_app;`;
const routines = `create function public.twice(n integer) returns integer language sql immutable begin atomic; select n * 2; end;
  create view public.names with (security_invoker = true) as select email from public.people;`;

test('[I29] two databases made in another order, with other numbers and settings, have the same snapshot', async () => {
  const a = await testDatabase();
  await a.client.query(types + tables + routines);
  const b = await testDatabase();
  await b.client.query('create table public.noise (a int, b text); drop table public.noise;');
  await b.client.query(types);
  await b.client.query('create table public.noise (a int, b text)');
  await b.client.query(`set timezone = 'Asia/Tokyo'; set search_path = public; set datestyle = 'SQL, DMY'; ${tables + routines}`);
  await b.client.query('drop table public.noise');
  await b.client.query('grant all on public.people to current_user; grant usage on type public.mood to public');
  const [one, other] = [await snap(a), await snap(b)];
  expect(compareSnapshots(one, other)).toEqual([]);
  expect(other.rootHash).toBe(one.rootHash);
  expect((await b.client.query('show search_path')).rows).toEqual([{ search_path: 'public' }]);
});

test('[I29] another order of columns is a class of its own', async () => {
  const a = await testDatabase();
  const b = await testDatabase();
  await a.client.query('create table public.t (a int, b int, c int)');
  await b.client.query('create table public.t (a int, c int, b int)');
  const [one, other] = [await snap(a), await snap(b)];
  expect(one.rootHash).toBe(other.rootHash);
  expect(compareSnapshots(one, other)).toMatchObject([{ identity: 'table public.t', change: 'reordered' }]);
});

test('[I29] what a snapshot cannot describe is an error that names it; what belongs to an extension is not looked at', async () => {
  const database = await testDatabase();
  await database.client.query('create schema x; create extension pg_trgm schema x; create extension hstore schema x');
  const { objects } = await snap(database);
  expect([...objects.keys()]).toEqual(['extension hstore', 'extension pg_trgm', 'extension plpgsql', 'schema public', 'schema x']);
  await database.client.query(
    `create conversion x.old for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8; create operator x.=== (leftarg = int, rightarg = int, function = int4ne, negator = operator(x.!==))`,
  );
  await expect(snap(database)).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_UNKNOWN_OBJECT',
    details: { objects: ['conversion x.old', 'operator x.!==(integer,integer)'] },
  });
  expect([...(await snap(database, ['public'])).objects.keys()]).toEqual(['schema public']);
});

test('[I29] outside a transaction there is no snapshot', async () => {
  const { client } = await testDatabase();
  await expect(takeSnapshot(client)).rejects.toMatchObject({ code: '25P01' });
});

test('[I29] asked for some relations, a snapshot has these with their parts, sequences and routines, and nothing else', async () => {
  const { client } = await testDatabase();
  await client.query(`${types + tables} create table public.other (id serial primary key);
    create function public.one(p public.people) returns bigint language sql as 'select p.id'; create function public.two() returns int language sql as 'select 2'`);
  await client.query('begin isolation level repeatable read read only');
  const { objects } = await takeSnapshot(client, { relations: ['public.people', 'public.missing'] });
  expect([...objects.keys()]).toEqual([
    'constraint people_pkey on public.people',
    'function public.one(public.people)',
    'index public.people_mood_idx',
    'index public.people_pkey',
    'policy own on public.people',
    'sequence public.people_id_seq',
    'table public.people',
  ]);
  await client.query('rollback');
});
