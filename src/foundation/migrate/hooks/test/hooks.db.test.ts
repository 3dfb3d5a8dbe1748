import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';

const at = (n: number) => `migrations/oltp/2026010100000${n}_m${n}`;
const files = {
  [`${at(1)}/up.sql`]:
    'create table public.calls (n bigint generated always as identity, what text, constraint calls_n_pk primary key (n));',
  [`${at(2)}/up.sql`]: 'create table public.a (id int, constraint a_id_pk primary key (id));',
  [`${at(3)}/up.sql`]: 'create index concurrently a_idx on public.a (id);',
  [`${at(3)}/meta.json`]: '{"tx": "none"}',
};
const note = (what: string) =>
  `insert into public.calls (what) select '${what} ' || current_setting('plinth.tier') || ' ' || current_setting('plinth.migration') where to_regclass('public.calls') is not null;\n`;

async function setUp(hooks: Readonly<Record<string, string>>) {
  const { client, endpoint } = await testDatabase();
  const source = await testSource({ [`${at(1)}/up.sql`]: files[`${at(1)}/up.sql`] ?? '' }, { layout: 'product' });
  const runner = await testRunner(endpoint, [source.source]);
  await runner.migrate.up();
  for (const [name, text] of Object.entries({ ...files, ...hooks })) await source.write(name, text);
  return {
    client,
    source,
    migrate: runner.migrate,
    context: runner.context,
    calls: async () => (await client.query('select what from public.calls order by n')).rows.map(({ what }) => what),
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await source[Symbol.asyncDispose]();
    },
  };
}

test('[I14] hooks are called around run, tier, migration and step, and recorded with their checksum', async () => {
  const points = [
    'before-run',
    'before-tier',
    'before-migration',
    'before-step',
    'after-step',
    'after-migration',
    'after-tier',
    'after-run',
  ];
  await using run = await setUp(Object.fromEntries(points.map((point) => [`hooks/${point}.sql`, note(point)])));
  await run.migrate.up();
  const [m2, m3] = ['shop/20260101000002_m2', 'shop/20260101000003_m3'];
  expect(await run.calls()).toEqual([
    'before-run oltp ',
    'before-tier oltp ',
    `before-migration oltp ${m2}`,
    `after-migration oltp ${m2}`,
    `before-migration oltp ${m3}`,
    `before-step oltp ${m3}`,
    `after-step oltp ${m3}`,
    `after-migration oltp ${m3}`,
    'after-tier oltp ',
    'after-run oltp ',
  ]);
  const { rows } = await run.client.query('select hook, subject, outcome, checksum from migrate.hook_calls order by started');
  expect(rows[5]).toEqual({
    hook: 'shop/hooks/before-step.sql',
    subject: `${m3} step 1`,
    outcome: 'completed',
    checksum: expect.stringMatching(/^v1:sha256:/),
  });
  await run.migrate.up();
  expect(await run.calls()).toHaveLength(10);
});

test('[I14] a hook before something stops it, and failure has hooks of its own', async () => {
  await using run = await setUp({
    'hooks/before-migration.freeze.ts':
      "export default async ({ migration, query }) => { if (migration.endsWith('m3')) throw new Error((await query('select 40 + 2 as n'))[0].n + ' reasons'); };\n",
    'hooks/on-failure.sql': "insert into public.calls (what) values (current_setting('plinth.error'));\n",
  });
  await expect(run.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_HOOK_FAILED',
    message: expect.stringContaining('42 reasons'),
  });
  const states = await run.client.query("select name, state from migrate.migrations where source = 'shop' order by name");
  expect(states.rows.map(({ state }) => state)).toEqual(['applied', 'applied', 'failed']);
  expect(await run.calls()).toEqual([expect.stringContaining('42 reasons')]);
  await run.source.remove('hooks/before-migration.freeze.ts');
  expect((await run.migrate.up()).applied).toEqual(['oltp:shop/20260101000003_m3']);
});

test('[I14] a hook after something never undoes it: a warning', async () => {
  await using run = await setUp({ 'hooks/after-migration.sql': 'select 1 / 0;\n' });
  const report = await run.migrate.up();
  expect(report.applied).toHaveLength(2);
  expect(report.warnings).toEqual([expect.stringContaining('division by zero'), expect.stringContaining('m3')]);
  expect((await run.client.query('select outcome from migrate.hook_calls')).rows).toEqual([{ outcome: 'failed' }, { outcome: 'failed' }]);
});

test('[I14] a hook that takes too long is ended', async () => {
  await using run = await setUp({ 'hooks/before-run.sql': '--! timeoutMs: 100\nselect pg_sleep(60);\n' });
  await expect(run.migrate.up()).rejects.toMatchObject({ message: expect.stringContaining('longer than 100 ms') });
  expect(
    (
      await run.client.query(
        "select from pg_stat_activity where datname = current_database() and query like '%pg_sleep(60)%' and pid <> pg_backend_pid() and state = 'active'",
      )
    ).rowCount,
  ).toBeLessThan(2);
});

test('[I14] on a shadow only those hooks run that say so, and they are told', async () => {
  await using run = await setUp({
    'hooks/before-run.a.sql': note('a'),
    'hooks/before-run.b.sql': `--! dry-run: yes\ninsert into public.calls (what) values ('b ' || current_setting('plinth.is_dry_run'));\n`,
  });
  const { up } = await import('../../up.ts');
  await up({ ...run.context, isDryRun: true }, {});
  expect(await run.calls()).toEqual(['b true']);
});

test('[I14] a name that is no point is refused', async () => {
  await using run = await setUp({ 'hooks/before-lunch.sql': 'select 1;' });
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BAD_NAME' });
});
