import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../../tests/support/index.ts';
import { isAlive, readLock, readSupervisor } from '../supervisor/index.ts';
import { ask, holdOpen, opened, openIn, stoppedCluster, temporaryFolder } from './support/situation.ts';

let template: Awaited<ReturnType<typeof stoppedCluster>>;
beforeAll(async () => {
  template = await stoppedCluster();
});
afterAll(() => template[Symbol.asyncDispose]());

/** A cluster in a process of its own, with one acknowledged row. */
async function running() {
  const folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  await template.copyTo(dataDir);
  const child = holdOpen(dataDir);
  const endpoint = await opened(child);
  await ask(endpoint, 'create table kept as select 42 as value');
  const pid = (await readLock(dataDir))?.server?.postmasterPid ?? 0;
  return {
    dataDir,
    child,
    endpoint,
    pid,
    async [Symbol.asyncDispose]() {
      child.signal('SIGTERM');
      await child.exit();
      await until(() => !isAlive(pid), { what: 'the end of the server' });
      await folder[Symbol.asyncDispose]();
    },
  };
}

const guardOf = async (pid: number) => {
  const { stdout } = await promisify(execFile)('pgrep', ['-f', `plinth-guard ${pid} `]);
  return Number(stdout.trim());
};

const keeps = async (dataDir: string) => {
  await using cluster = await openIn(dataDir);
  expect(cluster.isOwner).toBe(true);
  expect(await ask(cluster.endpoint('oltp'), 'select value from kept')).toBe(42);
};

it('[I1] starts afresh after a kill while the data were being made', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  await using child = holdOpen(dataDir);
  await until(async () => (await readdir(join(dataDir, 'main'))).some((name) => name.startsWith('data.new-')));
  await child.kill9();
  // What a kill leaves between making the file and writing it.
  await writeFile(join(dataDir, 'main/superuser-password'), '');
  await using cluster = await openIn(dataDir);
  expect(await ask(cluster.endpoint('olap'), 'select 1')).toBe(1);
  expect((await readdir(join(dataDir, 'main'))).sort()).toEqual(['data', 'plinth.conf', 'run', 'server.log', 'superuser-password', 'tls']);
});

it('[I5] starts the server again when only that is killed, on the same port, with all that was acknowledged', async () => {
  await using held = await running();
  process.kill(held.pid, 'SIGKILL');
  await held.child.line(/started again/);
  expect(await until(() => ask(held.endpoint, 'select value from kept'))).toBe(42);
  const again = await until(async () => {
    const now = (await readLock(held.dataDir))?.server?.postmasterPid;
    return now === held.pid ? undefined : now;
  });
  held.child.signal('SIGTERM');
  await held.child.exit();
  expect(isAlive(again ?? 0)).toBe(false);
});

it('[I5] shuts the server down when its supervisor is killed, and starts with the data the next time', async () => {
  await using held = await running();
  await held.child.kill9();
  await until(() => !isAlive(held.pid), { what: 'the guard to stop the server' });
  expect(await readFile(join(held.dataDir, 'main/server.log'), 'utf8')).toContain('received fast shutdown request');
  expect(await readSupervisor(held.dataDir)).toBeUndefined();
  await keeps(held.dataDir);
});

it('[I5] starts after supervisor, guard and server were killed together', async () => {
  await using held = await running();
  process.kill(await guardOf(held.pid), 'SIGKILL');
  process.kill(held.pid, 'SIGSTOP');
  await held.child.kill9();
  process.kill(held.pid, 'SIGKILL');
  await keeps(held.dataDir);
});

it('[I5] adopts a server whose supervisor and guard were killed: never two on one folder', async () => {
  await using held = await running();
  process.kill(await guardOf(held.pid), 'SIGKILL');
  await held.child.kill9();
  expect(isAlive(held.pid)).toBe(true);
  await using cluster = await openIn(held.dataDir);
  expect([cluster.isOwner, (await readLock(held.dataDir))?.server?.postmasterPid]).toEqual([true, held.pid]);
  expect(await ask(cluster.endpoint('oltp'), 'select value from kept')).toBe(42);
  await cluster[Symbol.asyncDispose]();
  expect(isAlive(held.pid)).toBe(false);
});

it('[I4] joins a running platform, sees what it announced, and leaves it running', async () => {
  await using held = await running();
  const joined = await openIn(held.dataDir);
  expect([joined.isOwner, joined.endpoint('oltp').port]).toEqual([false, held.endpoint.port]);
  await joined.announce({ console: 'http://wrong' });
  await joined[Symbol.asyncDispose]();
  expect(await ask(held.endpoint, 'select value from kept')).toBe(42);
  expect((await readSupervisor(held.dataDir))?.announced).toEqual({});
});

it('[I5] is not fooled by a pid file that names a living process of somebody else', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  await template.copyTo(dataDir);
  const file = join(dataDir, 'main/data/postmaster.pid');
  await writeFile(file, `${process.pid}\n${dataDir}/main/data\n1\n5432\n\n127.0.0.1\n 1 1\nready\n`);
  await using cluster = await openIn(dataDir);
  expect(await ask(cluster.endpoint('oltp'), 'select 1')).toBe(1);
});

it('[I4] takes over a lock whose pid belongs to another process by now', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  await template.copyTo(dataDir);
  const stale = { pid: process.pid, processStarted: 'an earlier boot/1', state: 'running', mode: 'embedded', started: '', announced: {} };
  await writeFile(join(dataDir, 'supervisor.json'), JSON.stringify(stale));
  await using cluster = await openIn(dataDir);
  expect(cluster.isOwner).toBe(true);
});
