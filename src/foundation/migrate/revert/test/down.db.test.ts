import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { systemClock } from '../../../../kernel/index.ts';
import { openMigrate } from '../../migrate.ts';
import { connectTo, testRunner, testSource } from '../../test/harness.ts';

const table = (name: string) => `create table public.${name} (id int, constraint ${name}_id_pk primary key (id));\n`;
const drop = (name: string) => `drop table public.${name};\n`;
const files = {
  'migrations/0001_a.sql': table('a'),
  'migrations/0001_a.down.sql': drop('a'),
  'migrations/0002_b.sql': table('b'),
  'migrations/0002_b.down.sql': drop('b'),
  'migrations/0003_c.sql': table('c'),
  'migrations/0003_c.down.sql': drop('c'),
};

async function setUp(more: Readonly<Record<string, string>> = {}) {
  const { client, endpoint } = await testDatabase();
  const source = await testSource({ ...files, ...more });
  const runner = await testRunner(endpoint, [source.source]);
  await runner.migrate.up();
  const tables = async () =>
    (
      await client.query("select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1")
    ).rows.map(({ name }) => name);
  const states = async () =>
    (await client.query("select name || ' ' || state as text from migrate.migrations where source = 'shop' order by name")).rows.map(
      ({ text }) => text,
    );
  return {
    client,
    endpoint,
    source,
    runner,
    migrate: runner.migrate,
    tables,
    states,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await source[Symbol.asyncDispose]();
    },
  };
}

test('[I13] down takes back what came after the target, latest first, and up applies it again', async () => {
  await using run = await setUp();
  const report = await run.migrate.down({ to: 'shop/0001_a' });
  expect(report).toMatchObject({ reverted: ['oltp:shop/0003_c', 'oltp:shop/0002_b'], warnings: [] });
  expect(await run.tables()).toEqual(['a']);
  expect(await run.states()).toEqual(['0001_a applied', '0002_b reverted', '0003_c reverted']);
  expect((await run.migrate.runs())[0]).toMatchObject({
    command: 'down',
    outcome: 'completed',
    migrations: ['shop/0003_c reverted', 'shop/0002_b reverted'],
  });
  expect((await run.migrate.plan()).map(({ id, state }) => `${id} ${state}`)).toEqual(['shop/0002_b reverted', 'shop/0003_c reverted']);
  expect((await run.migrate.up()).applied).toEqual(['oltp:shop/0002_b', 'oltp:shop/0003_c']);
  expect(await run.states()).toEqual(['0001_a applied', '0002_b applied', '0003_c applied']);
  expect((await run.client.query('select from migrate.migrations where reverted is not null')).rowCount).toBe(0);

  expect((await run.migrate.down({ to: 'shop' })).reverted).toHaveLength(3);
  expect(await run.tables()).toEqual([]);
});

test('[I13] nothing is started while one of them has no way back', async () => {
  await using run = await setUp({
    'migrations/0002_b.down.sql': '-- nobody wrote it\n',
    'migrations/0003_c.sql': `--! irreversible: mails were sent\n${table('c')}`,
  });
  const error = await run.migrate.down({ to: 'shop/0001_a' }).catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: 'PLINTH_MIGRATE_NO_WAY_BACK',
    details: { reasons: ['shop/0003_c is declared irreversible: mails were sent', 'shop/0002_b has no down.sql'] },
  });
  expect(await run.tables()).toEqual(['a', 'b', 'c']);
  await expect(run.migrate.down({ to: 'shop/0009_x' })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_UNKNOWN_TARGET', exitCode: 2 });
});

test('[I13] a contract, and what others require, does not go back', async () => {
  const { endpoint } = await testDatabase();
  const at = (n: number) => `migrations/oltp/2026010100000${n}_m${n}`;
  await using source = await testSource(
    {
      [`${at(1)}/up.sql`]: table('a'),
      [`${at(1)}/down.sql`]: drop('a'),
      [`${at(2)}/up.sql`]: table('b'),
      [`${at(2)}/down.sql`]: drop('b'),
      [`${at(2)}/meta.json`]: '{"phase": "contract"}',
    },
    { layout: 'product' },
  );
  await using other = await testSource(
    { 'migrations/0001_z.sql': `--! requires: shop/20260101000001_m1\n${table('z')}` },
    { name: 'other' },
  );
  await using runner = await testRunner(endpoint, [source.source, other.source]);
  await runner.migrate.up();
  const error = await runner.migrate.down({ to: 'shop' }).catch((thrown) => thrown);
  expect(error.details.reasons).toEqual([
    expect.stringContaining('20260101000002_m2 is a contract'),
    'other/0001_z, which stays, requires shop/20260101000002_m2'.replace('2_m2', '1_m1'),
  ]);
});

test('[I13] a way back that fails is rolled back: applied as before, with the reason', async () => {
  await using run = await setUp({ 'migrations/0003_c.down.sql': `${drop('c')}select 1 / 0;\n` });
  const error = await run.migrate.down({ to: 'shop/0001_a' }).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_MIGRATE_FAILED', message: expect.stringContaining('0003_c.down.sql') });
  expect(await run.states()).toEqual(['0001_a applied', '0002_b applied', '0003_c applied']);
  expect(await run.tables()).toEqual(['a', 'b', 'c']);
  expect((await run.migrate.status()).find(({ id }) => id === 'shop/0003_c')?.error).toContain('division by zero');

  await run.source.write('migrations/0003_c.down.sql', drop('c'));
  expect(await run.migrate.down({ to: 'shop/0002_b' })).toMatchObject({
    reverted: ['oltp:shop/0003_c'],
    warnings: [expect.stringContaining('another down.sql')],
  });
});

test('[I13] what ran by statements goes back by statements, and goes on where it stopped', async () => {
  await using run = await setUp({
    'migrations/0004_index.sql':
      '--! tx: none\ncreate index concurrently c_id_idx on public.c (id desc);\ncreate index concurrently c_idx on public.c (id);\n',
    'migrations/0004_index.down.sql': 'drop index concurrently public.c_idx;\ndrop index concurrently public.c_id_idx;\n',
  });
  await using other = await connectTo(run.endpoint);
  await other.query('begin; select from public.c');
  await using impatient = await testRunner(run.endpoint, [run.source.source], { lockDeadlineMs: 300 });
  await expect(impatient.migrate.down({ to: 'shop/0003_c' })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BLOCKED' });
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_HALF_REVERTED', exitCode: 5 });
  await other.query('rollback');
  expect((await run.migrate.down({ to: 'shop/0003_c' })).reverted).toEqual(['oltp:shop/0004_index']);
  const indexes = () => run.client.query("select from pg_indexes where indexname in ('c_idx', 'c_id_idx')");
  expect((await indexes()).rowCount).toBe(0);
  expect((await run.client.query('select from migrate.steps')).rowCount).toBe(0);
  await run.migrate.up();
  expect((await indexes()).rowCount).toBe(2);
});

test('[I13] objects of the source are made again by the next up', async () => {
  const objects = 'create or replace view public.all_c as select id from public.c;\n';
  await using run = await setUp({ 'objects/all.sql': objects });
  await expect(run.migrate.down({ to: 'shop/0002_b' })).rejects.toMatchObject({ message: expect.stringContaining('stands on it') });
  await run.source.write('migrations/0003_c.down.sql', `drop view public.all_c;\n${drop('c')}`);
  await run.migrate.down({ to: 'shop/0002_b' });
  await run.migrate.up();
  expect((await run.client.query("select to_regclass('public.all_c') is not null as is_there")).rows).toEqual([{ is_there: true }]);
});

test('[I13] where a window is needed, schema goes back inside a declared one only, and the run says which', async () => {
  await using run = await setUp();
  const deps = { clock: systemClock, log: run.runner.context.log, connect: run.runner.connect, sources: [run.source.source] };
  await using migrate = openMigrate(deps, { ...run.runner.context.options, needsWindow: true });
  await expect(migrate.down({ to: 'shop/0002_b' })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_WINDOW_CLOSED', exitCode: 4 });
  const past = '2020-01-31T22:00Z/2020-02-01T02:00Z';
  await expect(migrate.down({ to: 'shop/0002_b', window: past })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_WINDOW_CLOSED' });
  await expect(migrate.down({ to: 'shop/0002_b', window: 'tonight' })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BAD_WINDOW' });
  const at = (shiftMs: number) => new Date(Date.now() + shiftMs).toISOString();
  const window = `${at(-60_000)}/${at(60 * 60_000)}`;
  expect((await migrate.down({ to: 'shop/0002_b', window })).reverted).toEqual(['oltp:shop/0003_c']);
  expect((await migrate.runs())[0]).toMatchObject({ declaredWindow: window });
});

test('[I6] a ledger of the first release is brought up to date before anything else', async () => {
  const { client, endpoint } = await testDatabase();
  const first = new URL('../../sql/migrations/0001_create_ledger.sql', import.meta.url);
  await client.query(readFileSync(first, 'utf8'));
  await using source = await testSource(files);
  await using runner = await testRunner(endpoint, [source.source]);
  const { checksum } = (await runner.migrate.status()).find(({ id }) => id === 'migrate/0001_create_ledger') ?? { checksum: '' };
  await client.query(
    "insert into migrate.runs (id, actor, host, backend_pid) values ('019cf000-0000-7000-8000-000000000000', 'a', 'b', 1)",
  );
  await client.query(
    `insert into migrate.migrations (id, source, name, tier, state, checksum_up, tree_sha256, run_id, applied)
     values (gen_random_uuid(), 'migrate', '0001_create_ledger', 'oltp', 'applied', $1, 'x', '019cf000-0000-7000-8000-000000000000', now())`,
    [checksum],
  );
  expect((await runner.migrate.runs()).length).toBe(0);
  expect((await runner.migrate.up()).applied).toHaveLength(3);
  expect(
    (await client.query("select count(*)::int as n from migrate.migrations where source = 'migrate' and state <> 'applied'")).rows,
  ).toEqual([{ n: 0 }]);
});
