import { execFile } from 'node:child_process';
import { mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { testDatabase, testPasswords } from '../../../../../tests/support/index.ts';
import { serverFolder } from '../../../../../tests/support/server-folder.ts';
import { testRunner } from '../../test/harness.ts';
import { historyProblems } from '../base.ts';
import { jobs, renderWorkflow } from '../model/workflow.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../../../', import.meta.url));

interface Project extends AsyncDisposable {
  readonly folder: string;
  write(path: string, text: string): Promise<void>;
  git(...args: string[]): Promise<string>;
}

/** A product in a git repository of its own, with plinth as a package. */
async function project(): Promise<Project> {
  const folder = await realpath(await serverFolder('plinth-pipeline-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const git = async (...args: string[]) =>
    (await run('git', ['-C', folder, '-c', 'user.name=ann', '-c', 'user.email=ann@example.com', ...args])).stdout;
  await git('init', '-q', '-b', 'main');
  await write('.gitignore', 'node_modules\n.plinth\n');
  await write('package.json', '{ "name": "shop", "type": "module", "private": true }\n');
  await write('migrations/oltp/20260101000000_create_orders/up.sql', table('orders'));
  await write('migrations/oltp/20260101000000_create_orders/down.sql', 'drop table shop.orders; drop schema shop;');
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules/plinth'));
  return { folder, write, git, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

const table = (name: string) => `create schema if not exists shop;
create table shop.${name} (id uuid not null, constraint ${name}_id_pk primary key (id));
comment on table shop.${name} is 'All ${name}.';`;

test('[I48] a change that edits history, or says what the schema does not, is not merged', async () => {
  const database = await testDatabase();
  await using shop = await project();
  const source = { name: 'shop', dir: shop.folder, layout: 'product', tiers: ['oltp'] } as const;
  await using runner = await testRunner(database.endpoint, [source]);
  await runner.migrate.writePlan();
  await runner.migrate.documents.build();
  await shop.git('add', '.');
  await shop.git('commit', '-qm', 'orders');

  await shop.write('migrations/oltp/20260102000000_create_bills/up.sql', table('bills'));
  await shop.write('migrations/oltp/20260102000000_create_bills/down.sql', 'drop table shop.bills;');
  await runner.migrate.writePlan();
  await runner.migrate.documents.build();
  const verdicts = async () =>
    Object.fromEntries(
      (await runner.migrate.prove({ base: 'main' })).map(({ name, verdict, details }) => [name, [verdict, ...details].join('\n')]),
    );
  const good = await verdicts();
  expect(good).toMatchObject({
    history: 'passed',
    'plan file': 'passed',
    rehearsal: expect.stringMatching(/^passed/),
    documents: 'passed',
  });

  await shop.write('migrations/oltp/20260101000000_create_orders/up.sql', `${table('orders')}\ncomment on schema shop is 'Edited.';`);
  await runner.migrate.writePlan();
  await shop.write('README.md', 'See `shop.order`.\n');
  const bad = await verdicts();
  expect(bad.history).toContain('oltp/20260101000000_create_orders was edited');
  expect(bad.documents).toContain('README.md:1 shop.order does not exist in any tier');
  await expect(historyProblems(runner.context, 'nowhere')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_NO_BASE' });
});

test('[I48] every line of the workflow for the shell does what it says', async () => {
  const staging = await testDatabase();
  await using shop = await project();
  const npm = async (line: string, env: Record<string, string> = {}) => {
    const npx = `node "${join(root, 'bin/plinth.js')}"`;
    const { stdout } = await run('sh', ['-ec', line.replaceAll('npx plinth', npx)], {
      cwd: shop.folder,
      env: { ...process.env, NODE_ENV: '', ...env },
    });
    return stdout;
  };
  await shop.write('plinth.config.ts', "export default { name: 'shop' };\n");
  await npm('npx plinth migrate plan --write && npx plinth migrate docs build');
  await shop.git('add', '.');
  await shop.git('commit', '-qm', 'orders');
  await npm('npx plinth migrate ci init --github');
  const { appPassword, migratorPassword } = testPasswords;
  const attached = (url: string) => ({
    PLINTH_ACCESS_APP_PASSWORD: appPassword,
    PLINTH_ACCESS_MIGRATOR_PASSWORD: migratorPassword,
    ...Object.fromEntries(['OLTP', 'CONTENT', 'QUEUE', 'OLAP'].map((tier) => [`PLINTH_CLUSTER_${tier}_URL`, url])),
  });
  const given: Record<string, Record<string, string>> = {
    prove: { BASE: 'main' },
    staging: attached(staging.url),
  };
  expect(renderWorkflow('main')).toContain('npx plinth migrate ci --base "$BASE"');
  const [prove, toStaging, toProduction] = jobs;
  // What is good for staging is good for production: the same lines, on another place.
  expect(toProduction?.steps).toEqual(toStaging?.steps);
  for (const { id, steps } of [prove, toStaging].filter((job) => job !== undefined)) {
    for (const step of steps) {
      // What npm itself installs is npm's business; here the package is a link.
      if ('run' in step && step.run !== 'npm ci') await npm(step.run, given[id]);
    }
  }
  const { rows } = await staging.client.query("select to_regclass('shop.orders') is not null as exists");
  expect(rows).toEqual([{ exists: true }]);
});
