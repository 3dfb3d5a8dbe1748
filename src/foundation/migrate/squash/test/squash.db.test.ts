import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { spawnScript, testDatabase } from '../../../../../tests/support/index.ts';
import { compareHistory, type PlanEntry, parsePlanFile } from '../../model/plan-file.ts';
import { takeSnapshot } from '../../snapshot/index.ts';
import { type TestRunner, type TestSource, testRunner, testSource } from '../../test/harness.ts';

const name = (n: number, words: string) => `2026010100000${n}_${words}`;
const up = (n: number, words: string) => `migrations/oltp/${name(n, words)}/up.sql`;
const table = (words: string, columns = '') =>
  `create table public.${words} (id uuid not null, ${columns} constraint ${words}_id_pk primary key (id));\n`;

const files = {
  [up(1, 'items')]: `${table('items', 'price int,')}comment on table public.items is 'What is sold.';`,
  [up(2, 'stock')]: `-- plinth:allow indexed-key stock_item_id_fk a table of ten rows
    alter table public.items add stock int not null default 0, alter price type bigint;
    ${table('stock', 'item_id uuid constraint stock_item_id_fk references public.items (id),')}`,
  [up(3, 'index')]: 'create index concurrently items_price_idx on public.items (price);',
  [`migrations/oltp/${name(3, 'index')}/meta.json`]: '{"tx": "none"}',
  [up(4, 'view')]:
    `create function public.dear(public.items) returns boolean language sql immutable set search_path = '' as 'select $1.price > 100';
    alter table public.items drop column stock;`,
  [up(5, 'notes')]: table('notes'),
  [`migrations/oltp/${name(5, 'notes')}/meta.json`]: `{"requires": ["shop/${name(2, 'stock')}"]}`,
  'objects/oltp/cheap.sql':
    'create or replace view public.cheap with (security_invoker = true) as select id from public.items where price < 10;',
};

/** As the command writes it, for tests of what databases make of it. */
const squashed = {
  [up(2, 'squashed')]: `--! replaces: shop/${name(1, 'items')}\n--! replaces: shop/${name(2, 'stock')}\n${table('items')}${table('stock')}`,
};
const originals = { [up(1, 'items')]: table('items'), [up(2, 'stock')]: table('stock') };

const product = (more: Readonly<Record<string, string>>) => testSource(more, { layout: 'product' });

/** A database of its own with what is in `source` now. */
async function databaseWith(source: TestSource, isUp = true) {
  const { endpoint, client } = await testDatabase();
  const runner = await testRunner(endpoint, [source.source]);
  if (isUp) await runner.migrate.up();
  return { ...runner, endpoint, client };
}

const statesOf = async ({ migrate }: Pick<TestRunner, 'migrate'>) =>
  (await migrate.status())
    .filter(({ id, kind }) => id.startsWith('shop/') && kind === 'migration')
    .map(({ id, state }) => `${id.slice(20)} ${state}`)
    .sort();

const rootHash = ({ connect }: TestRunner) =>
  connect.transaction(
    { tier: 'oltp', as: 'owner', isolation: 'repeatable read', tag: 'test' },
    async (tx) => (await takeSnapshot(tx, { schemas: ['public'] })).rootHash,
  );

const versionOf = async ({ client }: Awaited<ReturnType<typeof databaseWith>>) =>
  (await client.query("select migrate.schema_version('oltp') as version")).rows[0].version;

test('[I50] one stands for many: recorded where they are, run alone where they are not, and the plan keeps their lines', {
  timeout: 240_000,
}, async () => {
  await using source = await product(files);
  await using old = await databaseWith(source);
  await old.migrate.writePlan();
  const plan = () => parsePlanFile(readFileSync(source.path('plan.lock'), 'utf8')) as readonly PlanEntry[];
  const before = plan();
  const report = await old.migrate.squashes.squash({ range: `shop/${name(1, 'items')}..${name(4, 'view')}` });
  expect(report).toMatchObject({
    id: `shop/${name(4, 'squashed')}`,
    replaces: [1, 2, 3, 4].map((n) => before[n - 1]?.id.replace('oltp', 'shop')),
  });
  expect(readdirSync(source.path('migrations/oltp'))).toEqual([name(4, 'squashed'), name(5, 'notes')]);

  expect((await old.migrate.plan()).map(({ id }) => id)).toEqual([`shop/${name(4, 'squashed')}`]);
  const hash = await rootHash(old);
  expect(await old.migrate.up()).toMatchObject({ applied: [], warnings: [] });
  expect(await statesOf(old)).toEqual([
    'index squashed',
    'items squashed',
    'notes applied',
    'squashed baseline',
    'stock squashed',
    'view squashed',
  ]);
  expect(await rootHash(old)).toBe(hash);
  expect(await old.migrate.plan()).toEqual([]);
  expect((await old.migrate.drift.check())[0]).toMatchObject({ entries: [] });

  await using fresh = await databaseWith(source);
  expect(await statesOf(fresh)).toEqual(['notes applied', 'squashed applied']);
  expect(await rootHash(fresh)).toBe(hash);
  expect(await versionOf(fresh)).toBe(await versionOf(old));
  expect(fresh.migrate.schemaVersion('oltp')).toBe(await versionOf(old));

  await fresh.migrate.writePlan();
  expect(compareHistory(before, plan())).toEqual([]);
  expect(plan().map(({ id }) => id)).toEqual([...before.map(({ id }) => id), `oltp/${name(4, 'squashed')}`]);
  for (const one of [old, fresh]) expect((await one.migrate.verify()).problems).toEqual([]);
});

test('[I50] what a schema does not show is named, and nothing is written', { timeout: 120_000 }, async () => {
  await using source = await product({
    [up(1, 'items')]: table('items', 'price int,'),
    [up(2, 'fill')]: "select 1;\n\ninsert into public.items values ('00000000-0000-0000-0000-000000000000', 1);",
    [up(3, 'later')]: 'update public.items set price = 2 where price is null;',
    [`migrations/oltp/${name(3, 'later')}/meta.json`]: '{"phase": "backfill"}',
    [up(4, 'calls')]:
      "create function public.add() returns void language sql set search_path = '' as 'insert into public.items values (gen_random_uuid(), 1)';\nselect public.add();",
    'hooks/after-migration.sql': `select 1 where current_setting('plinth.migration') = 'shop/${name(1, 'items')}';`,
  });
  await using run = await databaseWith(source, false);
  await expect(run.migrate.squashes.squash({ range: `shop/${name(1, 'items')}..${name(4, 'calls')}` })).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_CANNOT_SQUASH',
    details: {
      reasons: [
        expect.stringMatching(/fill\/up.sql:3 is there for rows: insert into/),
        `shop/${name(3, 'later')} is a backfill`,
        expect.stringContaining(`hooks/after-migration.sql is called for shop/${name(1, 'items')}`),
      ],
    },
  });
  for (const path of [up(2, 'fill'), up(3, 'later'), 'hooks']) await source.remove(path.replace(/\/up.sql$/, ''));
  await expect(run.migrate.squashes.squash({ range: `shop/${name(1, 'items')}..${name(4, 'calls')}` })).rejects.toMatchObject({
    details: { reasons: ['public.items holds what these migrations put there'] },
  });
  for (const range of ['nonsense', `other/${name(1, 'items')}..${name(4, 'calls')}`])
    await expect(run.migrate.squashes.squash({ range })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BAD_RANGE' });
  await expect(run.migrate.squashes.squash({ to: '2026.1' })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BAD_RANGE' });
  expect(readdirSync(source.path('migrations/oltp'))).toEqual([name(1, 'items'), name(4, 'calls')]);
});

test('[I50] a database in the middle is refused, with what it lacks; one that was squashed refuses older files', async () => {
  await using older = await product(originals);
  await using half = await databaseWith(older, false);
  await older.remove(`migrations/oltp/${name(2, 'stock')}`);
  await half.migrate.up();
  await using newer = await product(squashed);
  await using there = await testRunner(half.endpoint, [newer.source]);
  await expect(there.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_HALF_SQUASHED',
    details: { missing: [`shop/${name(2, 'stock')}`] },
  });
  expect(await statesOf(there)).toEqual(['items applied', 'squashed pending']);
  // The remedy.
  await older.write(up(2, 'stock'), table('stock'));
  await half.migrate.up();
  await there.migrate.up();
  expect(await statesOf(there)).toEqual(['items squashed', 'squashed baseline', 'stock squashed']);
  await expect(half.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_ALREADY_SQUASHED' });
  await expect(there.migrate.down({ to: 'shop' })).rejects.toThrow(/squashed is a baseline/);
});

test('[I50] files that are still there beside what stands for them are not read', async () => {
  await using both = await product({ ...originals, ...squashed });
  await using run = await databaseWith(both);
  expect(await statesOf(run)).toEqual(['squashed applied']);
});

test('[I50] killed anywhere, the one is recorded and the many are squashed, or neither', { timeout: 120_000 }, async () => {
  for (const [killAt, left] of [
    ['lock held', ['items applied', 'squashed pending', 'stock applied']],
    ['in the place of 2', ['items applied', 'squashed pending', 'stock applied']],
    ['squashed recorded', ['items squashed', 'squashed baseline', 'stock squashed']],
  ] as const) {
    await using older = await product(originals);
    await using database = await databaseWith(older);
    await using newer = await product(squashed);
    const input = JSON.stringify({ endpoint: database.endpoint, sources: [newer.source], killAt });
    await using child = spawnScript(new URL('../../test/run-up.ts', import.meta.url), { args: [input] });
    expect(await child.exit(), child.output()).toMatchObject({ signal: 'SIGKILL' });
    await using runner = await testRunner(database.endpoint, [newer.source]);
    expect(await statesOf(runner), killAt).toEqual(left);
    await runner.migrate.up();
    expect(await statesOf(runner), killAt).toEqual(['items squashed', 'squashed baseline', 'stock squashed']);
  }
});
