import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';

const create = 'migrations/oltp/20260501000000_create/up.sql';
const change = 'migrations/oltp/20260502000000_change/up.sql';
const table = 'create table public.items (id bigint constraint items_pk primary key, state text);';

test('[I22] a server that others use is not given what lint objects to, until it is allowed with a reason', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({ [create]: table }, { layout: 'product' });
  await using runner = await testRunner(endpoint, [files.source], { refusesLint: true });
  await runner.migrate.up();
  await client.query('insert into public.items select n from generate_series(1, 200000) n');
  await client.query('analyze public.items');

  await files.write(change, 'create index items_state_idx on public.items (state);');
  const error = await runner.migrate.up().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_MIGRATE_LINT_FAILED' });
  expect(error.message).toContain('change/up.sql:1 L01 Nobody can write to public.items');
  expect((await client.query("select to_regclass('public.items_state_idx') as i")).rows).toEqual([{ i: null }]);

  await files.write(change, '-- plinth:allow L01 the product is closed on Sunday\ncreate index items_state_idx on public.items (state);');
  expect((await runner.migrate.up()).applied).toEqual(['oltp:shop/20260502000000_change']);
});

test('[I22] sizes are those of the server that is asked: an empty table keeps nobody waiting', async () => {
  const { endpoint } = await testDatabase();
  await using files = await testSource(
    { [create]: table, [change]: 'create index items_state_idx on public.items (state);' },
    { layout: 'product' },
  );
  await using runner = await testRunner(endpoint, [files.source], { refusesLint: true });
  const pending = (await runner.migrate.plan()).map(({ id }) => id);
  const { findings } = await runner.migrate.lint.pending(new Set(pending));
  expect(findings.filter(({ id, migration }) => id === 'L01' && migration.startsWith('shop/')).map(({ severity }) => severity)).toEqual([
    'warning',
  ]);
  expect((await runner.migrate.up()).applied).toHaveLength(2);
});

test('[I22] what is known of production is written down once, and lint reads it without a server', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({ [create]: table }, { layout: 'product' });
  await using runner = await testRunner(endpoint, [files.source]);
  await runner.migrate.up();
  await client.query(`create schema "Über"; create table "Über"."Events" (id bigint, day date) partition by range (day);
    create table "Über"."Part" partition of "Über"."Events" default;
    insert into "Über"."Events" select n, '2026-01-01' from generate_series(1, 1234) n; analyze; create table public.fresh (id int)`);

  expect(await runner.migrate.lint.stats({ write: true })).toMatchObject({ path: files.path('production.json'), isWritten: true });
  expect((await runner.migrate.lint.stats({ write: true })).isWritten).toBe(false);
  const written = JSON.parse(await readFile(files.path('production.json'), 'utf8'));
  expect(written).toMatchObject({ server: 18, applied: ['shop/20260501000000_create'] });
  expect(written.tables.oltp['"Über"."Events"'].rows).toBe(1200);
  expect(written.tables.oltp['"Über"."Part"'].rows).toBe(1200);
  expect(written.tables.oltp['public.fresh']).toEqual({ rows: 0, bytes: expect.any(Number) });

  await files.write(change, 'alter table public.items alter column state set not null;');
  const { findings } = await runner.migrate.lint.findings();
  expect(findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual(['L19 warning']);
});
