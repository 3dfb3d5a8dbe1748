import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/index.ts';
import { testRunner, testSource } from './harness.ts';

const table = (name: string) => `create table public.${name} (id int, constraint ${name}_pk primary key (id));\n`;
const states = async (client: { query(text: string): Promise<{ rows: { name: string; state: string }[] }> }) =>
  Object.fromEntries(
    (await client.query("select name, state from migrate.migrations where source <> 'migrate'")).rows.map(({ name, state }) => [
      name,
      state,
    ]),
  );

test('[I1] what is pending is applied in order and recorded; a second run finds nothing', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({
    'migrations/0001_a.sql': table('a'),
    'migrations/0002_b.sql': `insert into public.a values (1);\n${table('b')}`,
  });
  await using runner = await testRunner(endpoint, [files.source]);
  const ids = (await runner.migrate.plan()).map(({ id }) => id);
  expect(ids[0]).toBe('migrate/0001_create_ledger');
  expect(ids.slice(-2)).toEqual(['shop/0001_a', 'shop/0002_b']);

  const lines: string[] = [];
  const report = await runner.migrate.up({ onProgress: (line) => lines.push(line) });
  expect(report.warnings).toEqual([]);
  expect(report.applied).toEqual(['oltp:shop/0001_a', 'oltp:shop/0002_b']);
  expect(lines).toContain('oltp: shop/0002_b applied');
  expect((await client.query('select id from public.a')).rows).toEqual([{ id: 1 }]);
  expect((await client.query('select outcome, completed is not null as is_done from migrate.runs')).rows).toEqual([
    { outcome: 'completed', is_done: true },
  ]);

  expect(await runner.migrate.up()).toMatchObject({ applied: [], objectsReplaced: [] });
  expect(await runner.migrate.plan()).toEqual([]);
  expect((await runner.migrate.status()).map(({ id, state }) => `${id} ${state}`).slice(-2)).toEqual([
    'shop/0001_a applied',
    'shop/0002_b applied',
  ]);
});

test('[I1] a failing migration is rolled back whole, with file, line and caret; the file may be corrected', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({
    'migrations/0001_a.sql': table('a'),
    'migrations/0002_b.sql': `${table('b')}-- é😀\ninsert into public.a values (1), ('x');\n`,
    'migrations/0003_c.sql': table('c'),
  });
  await using runner = await testRunner(endpoint, [files.source]);
  const error = await runner.migrate.up().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_MIGRATE_FAILED', exitCode: 1 });
  expect(error.message).toContain('0002_b.sql:3\n');
  expect(error.message).toMatch(/\n {2}insert into public\.a values \(1\), \('x'\);\n {36}\^/);
  expect(await states(client)).toEqual({ '0001_a': 'applied', '0002_b': 'failed' });
  expect((await client.query("select to_regclass('public.b') as b")).rows).toEqual([{ b: null }]);
  const failed = (await runner.migrate.status()).find(({ id }) => id === 'shop/0002_b');
  expect(failed).toMatchObject({ state: 'failed', error: expect.stringContaining('invalid input syntax') });

  await files.write('migrations/0002_b.sql', table('b'));
  expect((await runner.migrate.up()).applied).toEqual(['oltp:shop/0002_b', 'oltp:shop/0003_c']);
});

test('[I4] nothing is started while a later file cannot be parsed', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({
    'migrations/0001_a.sql': table('a'),
    'migrations/0002_b.sql': 'create tabel public.b (id int);\n',
  });
  await using runner = await testRunner(endpoint, [files.source]);
  await expect(runner.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_PARSE' });
  expect((await client.query("select to_regclass('public.a') as a")).rows).toEqual([{ a: null }]);
});

test('[I3] edited statements stop the run; comments and layout are a warning until accepted', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({ 'migrations/0001_a.sql': table('a') });
  await using runner = await testRunner(endpoint, [files.source]);
  await runner.migrate.up();
  for (const same of [table('a').replaceAll('\n', '\r\n'), `\ufeff${table('a')}`, table('a').trim()]) {
    await files.write('migrations/0001_a.sql', same);
    expect((await runner.migrate.up()).warnings).toEqual([]);
  }
  await files.write('migrations/0001_a.sql', `-- the accounts\n${table('a')}`);
  expect((await runner.migrate.up()).warnings).toEqual([expect.stringContaining('accept shop/0001_a')]);
  expect((await runner.migrate.verify()).problems).toMatchObject([{ id: 'oltp:shop/0001_a', problem: 'was applied with other bytes' }]);
  await runner.migrate.accept({ id: 'shop/0001_a' });
  expect((await runner.migrate.up()).warnings).toEqual([]);
  expect((await client.query('select accepted_by from migrate.migrations where accepted is not null')).rowCount).toBe(1);

  await files.write('migrations/0001_a.sql', table('a').replace('id int', 'id bigint'));
  await expect(runner.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_EDITED' });
  await expect(runner.migrate.accept({ id: 'shop/0001_a' })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_EDITED' });
});

test('[I3] identity is source and name: a moved folder changes nothing', async () => {
  const { endpoint } = await testDatabase();
  const text = { 'migrations/0001_a.sql': table('a') };
  await using here = await testSource(text);
  await using there = await testSource(text);
  await using before = await testRunner(endpoint, [here.source]);
  await before.migrate.up();
  await using after = await testRunner(endpoint, [there.source]);
  expect(await after.migrate.up()).toMatchObject({ applied: [], warnings: [] });
});

test('[I8] a file merged late is applied with a warning, or refused where the order is strict', async () => {
  const { endpoint } = await testDatabase();
  await using files = await testSource({ 'migrations/0002_b.sql': table('b') });
  await using runner = await testRunner(endpoint, [files.source]);
  await runner.migrate.up();
  await files.write('migrations/0001_a.sql', table('a'));
  await using strict = await testRunner(endpoint, [files.source], { order: 'strict' });
  await expect(strict.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_OUT_OF_ORDER', details: { ids: ['shop/0001_a'] } });
  expect(await runner.migrate.up()).toMatchObject({ applied: ['oltp:shop/0001_a'], warnings: [expect.stringContaining('sorts before')] });
});

test('[I9] tiers in one database: applied once, recorded for each, also for one that joins later', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({ 'migrations/0001_a.sql': table('a') }, { tiers: ['oltp', 'content'] });
  await using apart = await testRunner({ oltp: endpoint, content: endpoint }, [{ ...files.source, tiers: ['oltp'] }]);
  await apart.migrate.up();
  await using together = await testRunner({ oltp: endpoint, content: endpoint }, [files.source]);
  expect((await together.migrate.up()).applied).toEqual([]);
  expect((await client.query("select tier, state from migrate.migrations where name = '0001_a' order by tier")).rows).toEqual([
    { tier: 'content', state: 'applied' },
    { tier: 'oltp', state: 'applied' },
  ]);
});

test('[I9] tiers in databases of their own: each has what it keeps', async () => {
  const [one, two] = [await testDatabase(), await testDatabase()];
  await using files = await testSource(
    { 'migrations/0001_a.sql': table('a'), 'migrations/0002_b.sql': `--! tiers: content\n${table('b')}` },
    { tiers: ['oltp', 'content'] },
  );
  await using runner = await testRunner({ oltp: one.endpoint, content: two.endpoint }, [files.source]);
  expect((await runner.migrate.up({ tier: 'content' })).applied).toEqual(['content:shop/0001_a', 'content:shop/0002_b']);
  expect((await runner.migrate.up()).applied).toEqual(['oltp:shop/0001_a']);
});

test('[I11] rows that pre.sql or post.sql finds roll the migration back', async () => {
  const { client, endpoint } = await testDatabase();
  const folder = 'migrations/oltp/20260102030405_fill';
  await using files = await testSource(
    {
      'migrations/oltp/20260101000000_make/up.sql': `${table('a')}insert into public.a values (1), (2);`,
      [`${folder}/up.sql`]: 'insert into public.a values (3);',
      [`${folder}/pre.sql`]: 'select id as "too small" from public.a where id < 2;',
      [`${folder}/meta.json`]: '{ "phase": "expand", "requires": ["shop/20260101000000_make"] }',
    },
    { layout: 'product' },
  );
  await using runner = await testRunner(endpoint, [files.source]);
  const error = await runner.migrate.up().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_MIGRATE_VIOLATED', message: expect.stringContaining('{"too small":1}') });
  await files.write(`${folder}/pre.sql`, 'delete from public.a;');
  await expect(runner.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_FAILED', message: expect.stringContaining('read-only') });
  await files.write(`${folder}/pre.sql`, 'select from public.a where id > 9;');
  await files.write(`${folder}/post.sql`, 'select id from public.a where id = 3;');
  await expect(runner.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_VIOLATED' });
  expect((await client.query('select id from public.a order by id')).rows).toEqual([{ id: 1 }, { id: 2 }]);
  await files.write(`${folder}/post.sql`, 'select id from public.a where id > 3;');
  expect((await runner.migrate.up()).applied).toEqual(['oltp:shop/20260102030405_fill']);
});

test('[I11] built-in invariants roll back, unless the file allows the exception', async () => {
  const { endpoint } = await testDatabase();
  await using files = await testSource({ 'migrations/0001_a.sql': table('a') });
  await using runner = await testRunner(endpoint, [files.source]);
  await runner.migrate.up();
  const refused: Record<string, string> = {
    'primary-key': 'create table public.b (x int);',
    'row-security': `create table public.b (tenant_id uuid, constraint b_pk primary key (tenant_id));`,
    'indexed-key': `create table public.b (id int constraint b_pk primary key, a_id int constraint b_a_id_fk references public.a (id));`,
    'valid-constraint': `do $$ begin execute 'alter table public.a add constraint a_id_check check (id > 0) not valid'; end $$; alter table public.a add column b int;`,
  };
  for (const [rule, sql] of Object.entries(refused)) {
    await files.write('migrations/0002_b.sql', sql);
    await expect(runner.migrate.up(), rule).rejects.toMatchObject({
      code: 'PLINTH_MIGRATE_INVARIANT',
      message: expect.stringContaining(`(${rule})`),
    });
  }
  await files.write('migrations/0002_b.sql', `-- plinth:allow primary-key public.b only ever appended to\n${refused['primary-key']}`);
  expect((await runner.migrate.up()).applied).toEqual(['oltp:shop/0002_b']);
  await files.write('migrations/0003_c.sql', 'alter table public.a add constraint a_id_check check (id > 0) not valid;');
  await files.write(
    'migrations/0004_d.sql',
    `alter table public.b enable row level security, force row level security; create table public.d (id int constraint d_pk primary key,
      a_id int constraint d_a_id_fk references public.a (id)); create index d_a_id_idx on public.d (a_id) where a_id is not null;`,
  );
  expect((await runner.migrate.up()).applied).toEqual(['oltp:shop/0003_c', 'oltp:shop/0004_d']);
});

test('[I12] the plan file binds order and bytes of a product', async () => {
  const { endpoint } = await testDatabase();
  await using files = await testSource({ 'migrations/oltp/20260101000000_a/up.sql': table('a') }, { layout: 'product' });
  await using runner = await testRunner(endpoint, [files.source]);
  expect((await runner.migrate.verify()).problems.map(({ problem }) => problem)).toContain('is not in the plan');
  expect(await runner.migrate.writePlan()).toEqual([files.path('plan.lock')]);
  expect(await readFile(files.path('plan.lock'), 'utf8')).toMatch(/\n[0-9a-f]{32} v1:sha256:[0-9a-f]{64} oltp\/20260101000000_a\n$/);
  await files.write('migrations/oltp/20260101000000_a/up.sql', table('b'));
  await expect(runner.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_PLAN_DIFFERS' });
  expect(await runner.migrate.writePlan()).toHaveLength(1);
  await runner.migrate.up();
  expect((await runner.migrate.verify()).problems).toEqual([]);
  const made = await runner.migrate.templates.create({ template: 'blank', target: 'add_c' });
  expect(made[0]).toMatch(/oltp\/\d{14}_add_c$/);
  expect((await runner.migrate.up()).applied).toHaveLength(1);
});

test('bad files have codes of their own', async () => {
  const { endpoint } = await testDatabase();
  const codes: Record<string, Record<string, string>> = {
    PLINTH_MIGRATE_BAD_NAME: { 'migrations/1_a.sql': '' },
    PLINTH_MIGRATE_DUPLICATE: { 'migrations/0001_a.sql': '', 'migrations/0001_b.sql': '' },
    PLINTH_MIGRATE_BAD_OPTION: { 'migrations/0001_a.sql': '--! tires: oltp' },
  };
  for (const [code, text] of Object.entries(codes)) {
    await using files = await testSource(text);
    await using runner = await testRunner(endpoint, [files.source]);
    await expect(runner.migrate.up()).rejects.toMatchObject({ code });
  }
  await using future = await testSource({ 'migrations/oltp/29990101000000_a/up.sql': '' }, { layout: 'product' });
  await using runner = await testRunner(endpoint, [future.source]);
  await expect(runner.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_FUTURE' });
});

test('a ledger that a newer version changed is left alone', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({ 'migrations/0001_a.sql': table('a') });
  await using runner = await testRunner(endpoint, [files.source]);
  await runner.migrate.up();
  await client.query(`insert into migrate.migrations (id, source, name, tier, state, checksum_up, tree_sha256, run_id, applied)
    select gen_random_uuid(), 'migrate', '0099_later', tier, state, checksum_up, tree_sha256, run_id, applied from migrate.migrations limit 1`);
  await expect(runner.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_NEWER_LEDGER' });
});
