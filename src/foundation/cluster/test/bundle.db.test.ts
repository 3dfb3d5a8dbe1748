import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeWith } from '../../../../tests/support/index.ts';
import { chooseAccount, findBundle, prepareBundle, runProgram } from '../programs/index.ts';
import { temporaryFolder } from './support/situation.ts';

const run = promisify(execFile);

/** The bundle as a package manager leaves it that runs no install scripts: without its library links. */
async function bundleWithoutLinks(root: string) {
  const { native, major } = findBundle();
  await run('cp', ['-a', native, join(root, 'native')]);
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  for (const { target } of links) await rm(join(root, target), { force: true });
  return { native: join(root, 'native'), key: `test-${randomUUID()}`, major };
}

it('[I3] makes the library links that a blocked install script did not make', async () => {
  await using folder = await temporaryFolder();
  const bundle = await bundleWithoutLinks(folder.path);
  expect((await runProgram(join(bundle.native, 'bin/initdb'), ['--version'])).output).toContain('error while loading shared libraries');
  const { bin } = await prepareBundle(bundle, undefined);
  expect(bin).toBe(join(bundle.native, 'bin'));
  expect((await runProgram(join(bin, 'initdb'), ['--version'])).output).toMatch(/^initdb \(PostgreSQL\) 18/);
});

describeWith('root', 'copies the binaries', () => {
  it.each([
    ['[I3] that its account cannot reach', (root: string) => chmod(root, 0o700), async () => {}],
    [
      '[I3] whose links are missing in a read-only node_modules',
      async (root: string) => {
        await run('mount', ['--bind', root, root]);
        await run('mount', ['-o', 'remount,bind,ro', root]);
      },
      async (root: string) => void (await run('umount', [root])),
    ],
  ])('%s', async (_, close, open) => {
    await using folder = await temporaryFolder();
    const root = join(folder.path, 'package');
    await mkdir(root);
    const bundle = await bundleWithoutLinks(root);
    await close(root);
    await using _opened = { [Symbol.asyncDispose]: () => open(root) };
    const account = await chooseAccount('/nonexistent');
    const { bin } = await prepareBundle(bundle, account);
    await using _copy = { [Symbol.asyncDispose]: () => rm(join(bin, '..'), { recursive: true }) };
    expect(bin).toContain(bundle.key);
    expect((await runProgram(join(bin, 'postgres'), ['--version'], account)).output).toMatch(/^postgres \(PostgreSQL\) 18/);
    expect((await lstat(join(bin, '..'))).mode & 0o022).toBe(0);
    expect((await prepareBundle(bundle, account)).bin).toBe(bin);
  });
});
