import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { takeSnapshot } from '../../snapshot/index.ts';
import { type TestRunner, testRunner, testSource } from '../../test/harness.ts';

const files = {
  'migrations/oltp/20260101000001_items/up.sql': `create table public.items (id int not null, price int, constraint items_id_pk primary key (id));
    create table public.parts (id int not null, constraint parts_id_pk primary key (id)) partition by range (id);`,
  'objects/oltp/cheap.sql':
    'create or replace view public.cheap with (security_invoker = true) as select id from public.items where price < 10;',
};
const foreign = `create index items_price_idx on public.items (price); alter table public.items add note text default 'x';
  comment on table public.items is 'by hand'; create table public.parts_1 partition of public.parts for values from (1) to (9);`;

const rootHash = ({ connect }: TestRunner) =>
  connect.transaction(
    { tier: 'oltp', as: 'owner', isolation: 'repeatable read', tag: 'test' },
    async (tx) => (await takeSnapshot(tx, { schemas: ['public'] })).rootHash,
  );

test('[I51] what was changed by hand becomes a migration that is there already, and others apply it', { timeout: 240_000 }, async () => {
  await using source = await testSource(files, { layout: 'product' });
  const { endpoint, client } = await testDatabase();
  await using runner = await testRunner(endpoint, [source.source]);
  await runner.migrate.up();
  await client.query(foreign);
  const report = await runner.migrate.foreign.adopt();
  expect(report.objects).toContain('index public.items_price_idx');
  const states = (await runner.migrate.status()).filter(({ id }) => report.migrations.includes(id));
  expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['baseline']));
  expect(states).toHaveLength(report.migrations.length);
  expect(await runner.migrate.plan()).toEqual([]);
  expect((await runner.migrate.drift.check())[0]).toMatchObject({ entries: [] });
  const other = await testDatabase();
  await using fresh = await testRunner(other.endpoint, [source.source]);
  await fresh.migrate.up();
  await client.query('drop table public.parts_1');
  expect(await rootHash(fresh)).toBe(await rootHash(runner));
});

test('[I51] what a migration cannot keep is refused and leaves nothing; the way back is tried before it is shown', {
  timeout: 240_000,
}, async () => {
  await using source = await testSource(files, { layout: 'product' });
  const { endpoint, client } = await testDatabase();
  await using runner = await testRunner(endpoint, [source.source]);
  await runner.migrate.up();
  const before = await rootHash(runner);
  await client.query('create or replace view public.cheap with (security_invoker = true) as select id from public.items where price < 99');
  await expect(runner.migrate.foreign.adopt()).rejects.toThrow(/cheap/);
  expect(readdirSync(source.path('migrations/oltp'))).toEqual(['20260101000001_items']);
  await client.query(foreign.replace(/create table public.parts_1.*$/, ''));
  const { statements } = await runner.migrate.foreign.revert();
  expect(statements.filter(({ isDestructive }) => isDestructive).map(({ sql }) => sql)).toEqual([
    expect.stringContaining('drop column note'),
  ]);
  for (const { sql } of statements) if (!sql.startsWith('set local ')) await client.query(sql);
  expect(await rootHash(runner)).toBe(before);
  expect((await runner.migrate.drift.check())[0]).toMatchObject({ entries: [] });
});
