import { chmod, mkdir, readdir, readlink, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../../../../tests/support/index.ts';
import { tiers } from '../../../kernel/index.ts';
import type { Cluster } from '../index.ts';
import { isAlive, readLock } from '../supervisor/index.ts';
import { ask, holdOpen, opened, openIn, stoppedCluster, temporaryFolder } from './support/situation.ts';

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
const nobody = { uid: 65534, gid: 65534 };

let template: Awaited<ReturnType<typeof stoppedCluster>>;
beforeAll(async () => {
  template = await stoppedCluster();
});
afterAll(() => template[Symbol.asyncDispose]());

it('[I1] makes four databases in an empty folder, private, checksummed, with one order of text everywhere', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, '.plinth');
  await using cluster = await openIn(dataDir);
  expect([cluster.mode, cluster.isOwner]).toEqual(['embedded', true]);
  for (const tier of tiers) expect(await ask(cluster.endpoint(tier), 'select current_database()')).toBe(tier);
  const oltp = cluster.endpoint('oltp');
  expect(await ask(oltp, 'show data_checksums')).toBe('on');
  expect(await ask(oltp, 'select datlocprovider::text || datlocale from pg_database where datname = current_database()')).toBe('bC.UTF-8');
  expect([await modeOf(join(dataDir, 'main/data')), await modeOf(join(dataDir, 'main/run'))]).toEqual([0o700, 0o700]);
  expect([await modeOf(join(dataDir, 'main/superuser-password')), await modeOf(join(dataDir, 'supervisor.json'))]).toEqual([0o600, 0o600]);
  await expect(ask({ ...oltp, password: 'wrong' }, 'select 1')).rejects.toThrow('password authentication failed');
});

it('[I2] keeps the data over a stop that leaves no process and no lock', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  await template.copyTo(dataDir);
  const first = await openIn(dataDir);
  await ask(first.endpoint('oltp'), 'create table kept as select 42 as value');
  const pid = (await readLock(dataDir))?.server?.postmasterPid ?? 0;
  expect(isAlive(pid)).toBe(true);
  await first[Symbol.asyncDispose]();
  expect(isAlive(pid)).toBe(false);
  expect(await readdir(dataDir)).toEqual(['main']);
  await using second = await openIn(dataDir);
  expect(await ask(second.endpoint('oltp'), 'select value from kept')).toBe(42);
});

describe('[I3] starts', () => {
  it.each([
    ['a space and letters beyond ASCII', 'my prøject ü/.plinth'],
    ['a quote, a comma and a backslash', `it's "a", b\\c/.plinth`],
    ['more bytes than a socket name may have', `${'long-'.repeat(24)}/.plinth`],
  ])('in a path with %s', async (_, name) => {
    await using folder = await temporaryFolder();
    const dataDir = join(folder.path, name);
    await mkdir(join(dataDir, '..'), { recursive: true });
    await template.copyTo(dataDir);
    await using cluster = await openIn(dataDir);
    expect(await ask(cluster.endpoint('oltp'), 'select 1')).toBe(1);
    expect(Buffer.byteLength(`${cluster.endpoint('oltp').host}/.s.PGSQL.65535`)).toBeLessThanOrEqual(103);
  });

  it('on the next free port when the wanted one is taken, and says so', async () => {
    await using folder = await temporaryFolder();
    await using taken = createServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    taken.listen(0, '127.0.0.1', resolve);
    await promise;
    const { port } = taken.address() as { port: number };
    await template.copyTo(join(folder.path, 'data'));
    await using child = holdOpen(join(folder.path, 'data'), { port });
    expect((await opened(child)).port).toBeGreaterThan(port);
    expect(child.output()).toContain(`port ${port} is taken`);
    child.signal('SIGTERM');
    await child.line(/closed/);
  });

  it('twice at once in two folders, and answers each on its own', async () => {
    await using folder = await temporaryFolder();
    const places = ['a', 'b'].map((name) => join(folder.path, name));
    await Promise.all(places.map((place) => template.copyTo(place)));
    const clusters = await Promise.all(places.map((place) => openIn(place, { port: 5432 })));
    const ports = clusters.map((cluster) => cluster.endpoint('oltp').port);
    const overTcp = clusters.map((cluster) =>
      ask({ ...cluster.endpoint('oltp'), host: '127.0.0.1' }, "select current_setting('port')::int"),
    );
    expect(await Promise.all(overTcp)).toEqual(ports);
    expect(new Set(ports).size).toBe(2);
    await Promise.all(clusters.map((cluster) => cluster[Symbol.asyncDispose]()));
  });

  it('[I4] once when two processes open one folder in the same moment: one owns, one joins', async () => {
    await using folder = await temporaryFolder();
    await template.copyTo(join(folder.path, 'data'));
    const clusters = await Promise.all([0, 1].map(() => openIn(join(folder.path, 'data'))));
    const [owner, joined] = clusters.sort((a, b) => Number(b.isOwner) - Number(a.isOwner)) as [Cluster, Cluster];
    expect([owner.isOwner, joined.isOwner]).toEqual([true, false]);
    await joined[Symbol.asyncDispose]();
    expect(await ask(joined.endpoint('queue'), 'select 1')).toBe(1);
    await owner[Symbol.asyncDispose]();
  });
});

describeWith('root', 'as root', () => {
  it('[I3] runs the server under an account without privileges', async () => {
    await using folder = await temporaryFolder();
    await template.copyTo(join(folder.path, 'data'));
    await using _cluster = await openIn(join(folder.path, 'data'));
    const pid = (await readLock(join(folder.path, 'data')))?.server?.postmasterPid;
    expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
  });

  it('[I3] keeps the node where its account can reach it, when the project is closed to others', async () => {
    await using folder = await temporaryFolder();
    const project = join(folder.path, 'closed');
    await mkdir(project, { mode: 0o700 });
    const dataDir = join(project, '.plinth');
    await using cluster = await openIn(dataDir);
    await using _place = { [Symbol.asyncDispose]: async () => rm(await readlink(join(dataDir, 'main')), { recursive: true }) };
    expect(await readlink(join(dataDir, 'main'))).toMatch(/^\/var\/lib\/plinth\/closed-/);
    expect(await ask(cluster.endpoint('oltp'), 'select 1')).toBe(1);
    await cluster[Symbol.asyncDispose]();
  });

  it('[I3] runs as a normal user directly, as itself, and goes on with its data under root', async () => {
    await using folder = await temporaryFolder();
    const project = join(folder.path, 'project');
    await mkdir(project);
    await chmod(project, 0o777);
    const dataDir = join(project, '.plinth');
    await using child = holdOpen(dataDir, {}, { account: nobody });
    await opened(child);
    const pid = (await readLock(dataDir))?.server?.postmasterPid;
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid);
    child.signal('SIGTERM');
    await child.line(/closed/);
    await using cluster = await openIn(dataDir);
    expect(await ask(cluster.endpoint('oltp'), 'select 1')).toBe(1);
  });

  it('[I3] starts without any network', async () => {
    await using folder = await temporaryFolder();
    await template.copyTo(join(folder.path, 'data'));
    await using child = holdOpen(join(folder.path, 'data'), {}, { through: ['unshare', '--net'] });
    expect(await ask(await opened(child), 'select 1')).toBe(1);
    child.signal('SIGTERM');
    await child.line(/closed/);
  });

  it('[I6] says what to do in a read-only project folder', async () => {
    await using folder = await temporaryFolder();
    await using child = holdOpen(join(folder.path, '.plinth'), {}, { account: nobody });
    await child.line(/PLINTH_CLUSTER_DATA_DIR_NOT_WRITABLE.*permission denied.*--data/);
    expect((await child.exit()).code).toBe(1);
    expect(await readdir(folder.path)).toEqual([]);
  });
});
