import { expect, test } from 'vitest';
import { spawnScript, testDatabase, until } from '../../../../tests/support/index.ts';
import { testRunner, testSource } from './harness.ts';

const table = (name: string, more = '') => `create table public.${name} (id int${more}, constraint ${name}_id_pk primary key (id));\n`;
const recorded = async (client: { query(text: string): Promise<{ rows: { name: string; how: string }[] }> }) =>
  Object.fromEntries(
    (
      await client.query(
        "select name, state || case when duration_ms is null then ' together' else '' end as how from migrate.migrations where source = 'shop'",
      )
    ).rows.map(({ name, how }) => [name, how]),
  );

test('[I66] files of a capability go together into a database without a table, those that set something alone', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({
    'migrations/0001_a.sql': table('a'),
    'migrations/0002_b.sql': `${table('b')}insert into public.a values (1);\n`,
    'migrations/0003_set.sql': `set local search_path = public;\n${table('c')}`,
    'migrations/0004_d.sql': table('d'),
    'migrations/0005_e.sql': table('e'),
    'objects/all.sql': 'create view public.all_a as select id from public.a;\n',
  });
  await using runner = await testRunner(endpoint, [files.source]);
  const report = await runner.migrate.up();
  expect(report.applied).toEqual(['0001_a', '0002_b', '0003_set', '0004_d', '0005_e'].map((name) => `oltp:shop/${name}`));
  expect(report.objectsReplaced).toEqual(['oltp:shop/objects/all']);
  expect(await recorded(client)).toEqual({
    '0001_a': 'applied together',
    '0002_b': 'applied together',
    '0003_set': 'applied',
    '0004_d': 'applied together',
    '0005_e': 'applied together',
  });
  expect((await client.query('select id from public.all_a')).rows).toEqual([{ id: 1 }]);
  expect((await runner.migrate.up()).applied).toEqual([]);

  await files.write('migrations/0006_f.sql', table('f'));
  await files.write('migrations/0007_g.sql', table('g'));
  await runner.migrate.up();
  expect(await recorded(client)).toMatchObject({ '0006_f': 'applied', '0007_g': 'applied' });
});

test('[I66] what does not go together goes one by one, and what fails is told as ever', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({
    'migrations/0001_a.sql': `create type public.mood as enum ('glad');\n${table('a', ', mood public.mood')}`,
    'migrations/0002_b.sql': "alter type public.mood add value 'sad';\n",
    'migrations/0003_c.sql': "insert into public.a values (1, 'sad');\n",
    'migrations/0004_d.sql': `${table('d')}select 1 / 0;\n`,
  });
  await using runner = await testRunner(endpoint, [files.source]);
  await expect(runner.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_FAILED',
    message: expect.stringContaining('0004_d.sql'),
  });
  expect(await recorded(client)).toEqual({ '0001_a': 'applied', '0002_b': 'applied', '0003_c': 'applied', '0004_d': 'failed together' });
  expect((await client.query('select id from public.a')).rows).toEqual([{ id: 1 }]);
});

test('[I66] a product is judged file by file', async () => {
  const { client, endpoint } = await testDatabase();
  const at = (n: number) => `migrations/oltp/2026010100000${n}_m${n}/up.sql`;
  await using files = await testSource({ [at(1)]: table('a'), [at(2)]: table('b') }, { layout: 'product' });
  await using runner = await testRunner(endpoint, [files.source]);
  await runner.migrate.up();
  expect(await recorded(client)).toEqual({ '20260101000001_m1': 'applied', '20260101000002_m2': 'applied' });
});

test('[I66] killed half way, nothing of it is left, and the next run makes all of it once', async () => {
  const { client, endpoint } = await testDatabase();
  const lock = 4712;
  const held = `exists (select from pg_locks where locktype = 'advisory' and granted and objid = ${lock} and database = (select oid from pg_database where datname = current_database()))`;
  await using files = await testSource({
    'migrations/0001_a.sql': table('a'),
    'migrations/0002_b.sql': `do $$ begin while ${held} loop perform pg_sleep(0.02); end loop; end $$;\n`,
    'migrations/0003_c.sql': `insert into public.a values (1);\n${table('c')}`,
    'objects/all.sql': 'create view public.all_a as select id from public.a;\n',
  });
  await client.query(`select pg_advisory_lock(${lock})`);
  const run = { endpoint: { oltp: endpoint }, sources: [files.source] };
  await using child = spawnScript(new URL('./run-up.ts', import.meta.url), { args: [JSON.stringify(run)] });
  const asleep = "select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
  await until(async () => (await client.query(asleep)).rowCount === 1);
  child.signal('SIGKILL');
  await child.exit();
  await client.query(`select pg_advisory_unlock(${lock})`);

  await using runner = await testRunner(endpoint, [files.source]);
  expect((await runner.migrate.up()).applied).toEqual(['oltp:shop/0001_a', 'oltp:shop/0002_b', 'oltp:shop/0003_c']);
  expect((await client.query('select id from public.all_a')).rows).toEqual([{ id: 1 }]);
  expect(await recorded(client)).toEqual({ '0001_a': 'applied', '0002_b': 'applied', '0003_c': 'applied' });
});
