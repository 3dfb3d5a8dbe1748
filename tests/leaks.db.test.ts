import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { root } from '../scripts/queries/capabilities.ts';
import { reportVariable } from '../scripts/tests/report-file.ts';
import { spawnScript, until } from './support/index.ts';

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
// What these runs leave behind is not of this one: they write no report of their own.
const env = { PLINTH_TEST_SERVER: inject('serverUrl'), NO_COLOR: '1', [reportVariable]: '' };

async function run(fixture: string) {
  await using child = spawnScript(vitest, { args: ['run', '--config', 'tests/fixtures/leaks/vitest.config.ts', fixture], cwd: root, env });
  return { ...(await child.exit()), output: child.output() };
}

test('a run that leaves nothing behind succeeds', async () => {
  const { code, output } = await run('nothing.leak');
  expect(code, output).toBe(0);
});

test('a connection left open fails the run and is named', async () => {
  const { code, output } = await run('connection.leak');
  expect(output).toMatch(/Connections left open:\s+.*the forgotten one/);
  expect(code).not.toBe(0);
});

test('a process left running fails the run, is named and killed', async () => {
  const { code, output } = await run('process.leak');
  const pid = Number(/Processes left behind by tests:\s+(\d+) sleep 333/.exec(output)?.[1]);
  expect(pid, output).toBeGreaterThan(0);
  // Killed, and perhaps not yet collected by whoever inherited it: then its command line is empty.
  const command = () => (existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '');
  await until(() => command() === '', { what: `process ${pid} gone` });
  expect(code).not.toBe(0);
});

test('a run without a test fails, and ends with the closing line', async () => {
  await using child = spawnScript(join(root, 'scripts/test.ts'), { args: ['tests/no-such-file'], cwd: root, env });
  expect((await child.exit()).code).toBe(1);
  expect(child.output().trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
});
