import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';

const run = promisify(execFile);
const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
const table = (name: string) => `create table public.${name} (id int, constraint ${name}_pk primary key (id));\n`;

const file = (name: string) => `migrations/oltp/${name === 'a' ? '20260101' : '20260102'}000000_${name}/up.sql`;

test('[I65] runs of the ledger and commits of git become figures; a failure is open until a run goes through', async () => {
  const { endpoint } = await testDatabase();
  await using files = await testSource({ [file('a')]: table('a') }, { layout: 'product' });
  const git = (...args: string[]) =>
    run('git', ['-C', files.path('.'), ...who, ...args], { env: { ...process.env, GIT_COMMITTER_DATE: committed } });
  const committed = new Date(Date.now() - 3_600_000).toISOString();
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'a');
  await using runner = await testRunner(endpoint, [files.source]);
  const { deployments } = runner.migrate;

  await runner.migrate.up();
  const first = await deployments.figures({ days: 7 });
  expect(first).toMatchObject({ environment: 'development', days: 7, deployments: 1, failed: 0, changeFailureRate: 0, isBroken: false });
  expect(first.leadTimeMs).toBeGreaterThanOrEqual(3_590_000);
  expect(first.leadTimeMs).toBeLessThan(3_900_000);
  expect(first.durationMs).toBeGreaterThan(0);
  expect(first.weeks).toMatchObject([{ completed: 1, failed: 0 }]);

  await files.write(file('b'), 'select 1 / 0;\n');
  await runner.migrate.up().catch(() => {});
  expect(await deployments.figures()).toMatchObject({ deployments: 2, failed: 1, changeFailureRate: 0.5, isBroken: true });
  await files.write(file('b'), table('b'));
  await runner.migrate.up();
  const repaired = await deployments.figures();
  expect(repaired).toMatchObject({ deployments: 3, failed: 1, isBroken: false, retries: 1 });
  expect(repaired.restoreMs).toBeGreaterThan(0);
  // Never committed, so nobody knows since when it waited.
  expect(repaired.leadTimesUnknown).toBe(1);
});
