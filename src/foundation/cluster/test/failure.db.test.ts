import { execFile } from 'node:child_process';
import { appendFile, chmod, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../../../tests/support/index.ts';
import type { PlinthError } from '../../../kernel/index.ts';
import { ask, holdOpen, openIn, stoppedCluster, temporaryFolder } from './support/situation.ts';

const run = promisify(execFile);

let template: Awaited<ReturnType<typeof stoppedCluster>>;
beforeAll(async () => {
  template = await stoppedCluster();
});
afterAll(() => template[Symbol.asyncDispose]());

async function damaged(damage: (data: string) => Promise<void>) {
  const folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  await template.copyTo(dataDir);
  await damage(join(dataDir, 'main/data'));
  const error = (await openIn(dataDir).then(
    (cluster) => cluster[Symbol.asyncDispose]().then(() => undefined),
    (thrown: unknown) => thrown,
  )) as PlinthError | undefined;
  const left = await readdir(dataDir);
  await folder[Symbol.asyncDispose]();
  return { error, left };
}

const tail = (path: string) => async (data: string) => {
  const handle = await open(join(data, path), 'r+');
  await handle.write(Buffer.alloc(64, 0xff), 0, 64, 32);
  await handle.close();
};

it.each([
  ['VERSION_MISMATCH', 'PostgreSQL 16', (data: string) => writeFile(join(data, 'PG_VERSION'), '16\n')],
  ['CONTROL_FILE', 'control file', tail('global/pg_control')],
  ['CONFIGURATION', 'no_such_setting', (data: string) => appendFile(join(data, 'postgresql.conf'), 'no_such_setting = on\n')],
  ['LOCALE', 'xx_YY', (data: string) => appendFile(join(data, 'postgresql.conf'), "lc_messages = 'xx_YY.UTF-8'\n")],
  ['PERMISSION', 'Permission denied', (data: string) => chmod(join(data, 'global/pg_control'), 0)],
  ['SHARED_MEMORY', 'shared memory', (data: string) => appendFile(join(data, 'postgresql.conf'), "shared_buffers = '7TB'\n")],
] as const)('[I6] %s names cause and evidence (%s), and leaves no lock', async (code, evidence, damage) => {
  const { error, left } = await damaged(damage);
  expect(error?.code).toBe(`PLINTH_CLUSTER_${code}`);
  expect(error?.message).toContain(evidence);
  expect(left).toEqual(['main']);
});

it('[I6] leaves a folder alone that holds something else', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  await template.copyTo(dataDir);
  await run('rm', [join(dataDir, 'main/data/PG_VERSION')]);
  await expect(openIn(dataDir)).rejects.toMatchObject({ code: 'PLINTH_CLUSTER_HALF_MADE' });
  expect(await readdir(join(dataDir, 'main/data'))).toContain('base');
});

describeWith('root', 'as a user without a name', () => {
  it('[I6] says that initdb refuses it', async () => {
    await using folder = await temporaryFolder();
    await chmod(folder.path, 0o777);
    await using child = holdOpen(join(folder.path, 'data'), {}, { account: { uid: 54321, gid: 54321 } });
    await child.line(/PLINTH_CLUSTER_ACCOUNT_WITHOUT_NAME.*54321/);
    await child.exit();
  });
});

describeWith('root', 'on a full disk', () => {
  it('[I6] says so, damages nothing, and starts when there is room', async () => {
    await using folder = await temporaryFolder();
    await run('mount', ['-t', 'tmpfs', '-o', 'size=12m,mode=755', 'plinth-test', folder.path]);
    await using _mount = { [Symbol.asyncDispose]: async () => void (await run('umount', [folder.path])) };
    const dataDir = join(folder.path, '.plinth');
    const error = await openIn(dataDir).catch((thrown: PlinthError) => thrown);
    expect(error).toMatchObject({ code: 'PLINTH_CLUSTER_DISK_FULL', httpStatus: 507 });
    expect((error as PlinthError).message).toContain('No space left on device');
    await run('mount', ['-o', 'remount,size=300m', folder.path]);
    const cluster = await openIn(dataDir);
    expect(await ask(cluster.endpoint('olap'), 'select 1')).toBe(1);
    await cluster[Symbol.asyncDispose]();
    expect(await readFile(join(dataDir, 'main/data/PG_VERSION'), 'utf8')).toBe('18\n');
  });
});
