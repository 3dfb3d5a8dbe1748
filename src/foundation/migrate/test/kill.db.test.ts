import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { spawnScript, testDatabase, until } from '../../../../tests/support/index.ts';
import { serverFolder } from '../../../../tests/support/server-folder.ts';
import { silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import { clusterOptions, type Endpoint, openCluster } from '../../cluster/index.ts';
import { connectTo, type TestSource, testRunner, testSource } from './harness.ts';

const script = new URL('./run-up.ts', import.meta.url);
// Set it to 1000 for a long night.
const randomKills = Number(process.env.PLINTH_TEST_RANDOM_KILLS ?? 4);

// Each effect leaves a row in a table without a key: one that happened twice shows.
const files = () =>
  testSource({
    'migrations/0001_effects.sql': `create table public.effects (what text);\n-- plinth:allow primary-key public.effects a repeated effect must show
      insert into public.effects values ('one');`,
    'migrations/0002_slow.sql': "insert into public.effects values ('two'); select pg_sleep(0.05);",
    'migrations/0003_steps.sql': `--! tx: none
      create index concurrently effects_what_idx on public.effects (what);
      -- @probe select exists (select from public.effects where what = 'three')
      insert into public.effects values ('three');
      reindex index concurrently public.effects_what_idx;`,
    'migrations/0004_last.sql':
      "insert into public.effects values ('four'); create table public.last (id int constraint last_pk primary key);",
    'objects/all.sql': 'create or replace view public.all_effects as select what from public.effects;',
  });

/** The schema as the catalog has it, and every effect. */
async function found(client: pg.Client) {
  const { rows } = await client.query(`
    select (select array_agg(what order by what) from public.effects) as effects,
           (select array_agg(source || '/' || name || ' ' || state order by source, name) from migrate.migrations where source <> 'migrate') as migrations,
           (select array_agg(number || ' ' || state order by number) from migrate.steps) as steps,
           (select array_agg(c.relname || ' ' || c.relkind::text || ' ' || coalesce(i.indisvalid::text, '') order by c.relname)
              from pg_class c left join pg_index i on i.indexrelid = c.oid where c.relnamespace = 'public'::regnamespace) as relations`);
  return rows[0];
}
const expected = {
  effects: ['four', 'one', 'three', 'two'],
  migrations: ['0001_effects', '0002_slow', '0003_steps', '0004_last'].map((name) => `shop/${name} applied`),
  steps: ['1 done', '2 done', '3 done'],
  relations: ['all_effects v ', 'effects r ', 'effects_what_idx i true', 'last r ', 'last_pk i true'],
};

async function expectRerun(source: TestSource, database: { readonly endpoint: Endpoint; readonly client: pg.Client }) {
  await using runner = await testRunner(database.endpoint, [source.source]);
  await runner.migrate.up();
  expect(await found(database.client)).toEqual(expected);
}

const points = [
  'lock held',
  '0001_create_ledger applied',
  'shop/0001_effects$',
  '0001_effects applied',
  'shop/0002_slow$',
  '0002_slow applied',
  'shop/0003_steps$',
  'step 1 create-index',
  'step 2 other',
  'step 3 reindex',
  '0003_steps applied',
  '0004_last applied',
  'shop/objects applied',
];

test.for(points)('[I1] the runner is killed at "%s": the next run ends in the same schema, each effect once', async (killAt) => {
  const database = await testDatabase();
  await using source = await files();
  await using child = spawnScript(script, { args: [JSON.stringify({ endpoint: database.endpoint, sources: [source.source], killAt })] });
  expect(await child.exit()).toMatchObject({ signal: 'SIGKILL' });
  await expectRerun(source, database);
});

test('[I1] the runner is killed at random times', { timeout: randomKills * 30_000 }, async () => {
  await using source = await files();
  for (let n = 0; n < randomKills; n++) {
    const database = await testDatabase();
    await using child = spawnScript(script, { args: [JSON.stringify({ endpoint: database.endpoint, sources: [source.source] })] });
    await child.line(/lock held/);
    await delay(Math.random() * 400);
    await child.kill9();
    await expectRerun(source, database);
  }
});

test.for(['0001_effects applied', 'shop/0002_slow$', 'step 1 create-index', 'step 3 reindex', '0004_last$'])(
  '[I1] the backend is terminated at "%s": the run fails, the next one ends in the same schema',
  async (point) => {
    const database = await testDatabase();
    await using source = await files();
    await using runner = await testRunner(database.endpoint, [source.source]);
    const terminate = () =>
      database.client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'plinth migrate %'",
      );
    let terminated: Promise<unknown> = Promise.resolve();
    const failed = runner.migrate.up({
      onProgress(line) {
        if (new RegExp(point).test(line)) terminated = terminate();
      },
    });
    await expect(failed).rejects.toThrow();
    await terminated;
    await expectRerun(source, database);
  },
);

test('[I1] the server is killed in the middle of a run', { timeout: 120_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const dataDir = await serverFolder('plinth-migrate-');
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const deps = { clock: systemClock, log: silentLog, dataDir };
  const cluster = stack.use(await openCluster(deps, withDefaults(clusterOptions, { engine: 'embedded', port: 0 })));
  const endpoint = cluster.endpoint('oltp');
  await using source = await files();
  for (const point of ['shop/0002_slow$', 'step 1 create-index', '0004_last$']) {
    await using runner = await testRunner(endpoint, [source.source]);
    const isKilled = await runner.migrate
      .up({
        onProgress(line) {
          if (new RegExp(point).test(line)) process.kill(readPostmasterPid(dataDir), 'SIGKILL');
        },
      })
      .then(
        () => false,
        () => true,
      );
    expect(isKilled, point).toBe(true);
    const client = await until(() => connectTo(endpoint), { timeoutMs: 30_000, what: 'the server to be started again' });
    await client.end();
  }
  await using client = await connectTo(endpoint);
  await expectRerun(source, { endpoint, client });
});

const readPostmasterPid = (dataDir: string) => Number(readFileSync(join(dataDir, 'main/data/postmaster.pid'), 'utf8').split('\n', 1)[0]);
