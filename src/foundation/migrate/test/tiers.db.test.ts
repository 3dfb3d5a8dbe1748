import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/index.ts';
import { testRunner, testSource } from './harness.ts';

const at = (tier: string, n: number) => `migrations/${tier}/2026010100000${n}_m${n}`;
const table = (name: string) => `create table public.${name} (id int, constraint ${name}_id_pk primary key (id));\n`;
const id = (n: number) => `shop/2026010100000${n}_m${n}`;

async function setUp(files: Readonly<Record<string, string>>) {
  const [oltp, content, olap] = [await testDatabase(), await testDatabase(), await testDatabase()];
  const source = await testSource(files, { layout: 'product' });
  const endpoints = { oltp: oltp.endpoint, content: content.endpoint, queue: oltp.endpoint, olap: olap.endpoint };
  const runner = await testRunner(endpoints, [source.source], { lockDeadlineMs: 20_000 });
  return {
    oltp,
    content,
    olap,
    endpoints,
    source,
    migrate: runner.migrate,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await source[Symbol.asyncDispose]();
    },
  };
}

test('[I15] tiers are taken in order, contracts backwards, requirements across tiers first', async () => {
  await using run = await setUp({
    [`${at('oltp', 1)}/up.sql`]: table('a'),
    [`${at('oltp', 2)}/up.sql`]: table('b'),
    [`${at('oltp', 2)}/meta.json`]: `{"requires": ["olap:${id(5)}"]}`,
    [`${at('content', 3)}/up.sql`]: table('c'),
    [`${at('content', 4)}/up.sql`]: 'drop table public.c;',
    [`${at('content', 4)}/meta.json`]: '{"phase": "contract"}',
    [`${at('olap', 5)}/up.sql`]: table('e'),
    'objects/olap/all.sql': 'create or replace view public.all_e as select id from public.e;\n',
  });
  const report = await run.migrate.up();
  expect(report.applied).toEqual([1, 3, 5, 2, 4].map((n) => `${n < 3 ? 'oltp' : n < 5 ? 'content' : 'olap'}:${id(n)}`));
  expect(report.objectsReplaced).toEqual(['olap:shop/objects/olap/all']);
  expect(await run.migrate.plan()).toEqual([]);
});

test('[I15] the third tier fails: what is before it stays, what is after it is not begun, and the error says what is where', async () => {
  await using run = await setUp({
    [`${at('oltp', 1)}/up.sql`]: table('a'),
    [`${at('content', 2)}/up.sql`]: `${table('b')}select 1 / 0;`,
    [`${at('olap', 3)}/up.sql`]: table('c'),
  });
  // Somebody works here.
  await run.oltp.client.query('create table public.there (id int)');
  await expect(run.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_FAILED',
    details: { mixed: ['oltp 1 of 1', 'content 0 of 1', 'olap 0 of 1'] },
    message: expect.stringMatching(/Applied so far: oltp 1 of 1, .*"plinth migrate up" goes on.*migrate down --to/s),
  });
  expect((await run.olap.client.query("select to_regclass('public.c') as c")).rows).toEqual([{ c: null }]);
  await run.source.write(`${at('content', 2)}/up.sql`, table('b'));
  expect((await run.migrate.up()).applied).toEqual([`content:${id(2)}`, `olap:${id(3)}`]);
});

test('[I15] databases without a table are taken side by side; one that fails keeps no other from its end', async () => {
  await using run = await setUp({
    [`${at('oltp', 1)}/up.sql`]: table('a'),
    [`${at('content', 2)}/up.sql`]: `${table('b')}select 1 / 0;`,
    [`${at('olap', 3)}/up.sql`]: table('c'),
  });
  await expect(run.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_FAILED',
    details: { mixed: ['oltp 1 of 1', 'content 0 of 1', 'olap 1 of 1'] },
  });
  await run.source.write(`${at('content', 2)}/up.sql`, table('b'));
  expect((await run.migrate.up()).applied).toEqual([`content:${id(2)}`]);
});

test('[I15] two runs over several databases do not meet: one does all, the other nothing', async () => {
  await using run = await setUp(
    Object.fromEntries(
      ['oltp', 'content', 'olap'].flatMap((tier, n) => [[`${at(tier, n)}/up.sql`, `${table(tier)}select pg_sleep(0.2);`]]),
    ),
  );
  await using other = await testRunner(run.endpoints, [run.source.source]);
  const reports = await Promise.all([run.migrate.up(), other.migrate.up()]);
  expect(reports.map(({ applied }) => applied.length).sort()).toEqual([0, 3]);
});

test('[I15] a requirement that no tier brings is refused before anything starts', async () => {
  await using run = await setUp({
    [`${at('oltp', 1)}/up.sql`]: table('a'),
    [`${at('content', 2)}/up.sql`]: table('b'),
    [`${at('content', 2)}/meta.json`]: '{"requires": ["oltp:shop/20260101000009_m9"]}',
  });
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_MISSING_REQUIREMENT' });
  expect((await run.oltp.client.query("select to_regnamespace('migrate') as m")).rows).toEqual([{ m: null }]);
});
