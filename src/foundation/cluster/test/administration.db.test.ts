import { execFile } from 'node:child_process';
import { appendFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandInput, systemClock, withDefaults } from '../../../kernel/index.ts';
import { clusterStatus, stopPlatform } from '../administration/index.ts';
import { type ClusterOptions, clusterOptions } from '../index.ts';
import { isAlive, readLock } from '../supervisor/index.ts';
import { commands } from '../surface/commands.ts';
import { holdOpen, opened, openIn, stoppedCluster, temporaryFolder } from './support/situation.ts';

let template: Awaited<ReturnType<typeof stoppedCluster>>;
beforeAll(async () => {
  template = await stoppedCluster();
});
afterAll(() => template[Symbol.asyncDispose]());

async function copied() {
  const folder = await temporaryFolder();
  const dataDir = join(folder.path, 'shop', '.plinth');
  await promisify(execFile)('mkdir', [join(folder.path, 'shop')]);
  await template.copyTo(dataDir);
  return { dataDir, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const neverOpen = () => {
  throw new Error('needs config only');
};

function runCommand(name: string, dataDir: string, flags: Record<string, unknown> = {}, options: Partial<ClusterOptions> = {}) {
  const command = commands.find((known) => known.name === name);
  const input: CommandInput = {
    args: {},
    flags,
    signal: new AbortController().signal,
    progress: () => {},
    print: async () => {},
    dataDir,
    manifests: [],
    options: <T>() => withDefaults(clusterOptions, options) as T,
    use: neverOpen,
    open: neverOpen,
  };
  if (!command) throw new Error(`no command ${name}`);
  return command.run(input);
}

it('status of a stopped platform starts nothing', async () => {
  await using place = await copied();
  expect(await runCommand('status', place.dataDir)).toMatchObject({ data: { isRunning: false }, exitCode: 3 });
  expect(await readdir(place.dataDir)).toEqual(['main']);
});

it('status of a running one shows every tier, the verdicts and what was announced', async () => {
  await using place = await copied();
  await using cluster = await openIn(place.dataDir);
  await cluster.announce({ console: 'http://127.0.0.1:4000' });
  const { data, text, table, exitCode } = await runCommand('status', place.dataDir);
  expect(exitCode).toBe(0);
  expect(text).toContain('http://127.0.0.1:4000');
  expect((data as { tiers: unknown[] }).tiers).toHaveLength(4);
  expect(table?.rows).toContainEqual(['durable commits', 'works', '', 'all']);
  expect((await clusterStatus(cluster)).tiers[0]).toMatchObject({
    tier: 'oltp',
    database: 'oltp',
    isUp: true,
    connections: { total: 0, max: 200 },
  });
});

it('status says which tier does not answer, and why', async () => {
  await using place = await copied();
  const oltpUrl = 'postgres://ann@127.0.0.1:1/data';
  const { text, exitCode } = await runCommand('status', place.dataDir, {}, { oltpUrl });
  expect(text).toContain('does not answer: connect ECONNREFUSED');
  expect(exitCode).toBe(3);
});

it('down returns when the process and its server are gone', async () => {
  await using place = await copied();
  await using child = holdOpen(place.dataDir);
  await opened(child);
  const pid = (await readLock(place.dataDir))?.server?.postmasterPid ?? 0;
  const stopped = await stopPlatform({ clock: systemClock, dataDir: place.dataDir });
  expect(stopped).toEqual({ supervisorPid: child.pid, postmasterPid: pid });
  expect([isAlive(child.pid), isAlive(pid)]).toEqual([false, false]);
  expect((await runCommand('down', place.dataDir)).text).toBe('Nothing was running.');
});

it('down stops a server whose supervisor and guard are gone', async () => {
  await using place = await copied();
  await using child = holdOpen(place.dataDir);
  await opened(child);
  const pid = (await readLock(place.dataDir))?.server?.postmasterPid ?? 0;
  await promisify(execFile)('pkill', ['-9', '-f', `plinth-guard ${pid} `]);
  await child.kill9();
  expect(await stopPlatform({ clock: systemClock, dataDir: place.dataDir })).toEqual({ postmasterPid: pid });
  expect(isAlive(pid)).toBe(false);
});

it('destroy wants the name, a stopped platform, and a folder of ours', async () => {
  await using place = await copied();
  await expect(runCommand('destroy', place.dataDir)).rejects.toMatchObject({
    code: 'PLINTH_CLUSTER_NOT_CONFIRMED',
    message: expect.stringContaining('--confirm shop'),
  });
  {
    await using _cluster = await openIn(place.dataDir);
    await expect(runCommand('destroy', place.dataDir, { confirm: 'shop' })).rejects.toMatchObject({ code: 'PLINTH_CLUSTER_STILL_RUNNING' });
  }
  await writeFile(join(place.dataDir, 'package.json'), '{}');
  await expect(runCommand('destroy', place.dataDir, { confirm: 'shop' })).rejects.toMatchObject({ code: 'PLINTH_CLUSTER_NOT_A_DATA_DIR' });
  await promisify(execFile)('rm', [join(place.dataDir, 'package.json')]);
  await runCommand('destroy', place.dataDir, { confirm: 'shop' });
  await expect(stat(place.dataDir)).rejects.toThrow('ENOENT');
  await expect(runCommand('destroy', place.dataDir, { confirm: 'shop' })).rejects.toMatchObject({ code: 'PLINTH_CLUSTER_NO_DATA' });
});

it('[I8] cluster conf writes our file only, shows what waits for a restart, and leaves an overruled value alone', async () => {
  await using place = await copied();
  await appendFile(join(place.dataDir, 'main/data/postgresql.conf'), "log_lock_waits = 'off'\n");
  await using _cluster = await openIn(place.dataDir);
  const states = async (flags: object, options: Partial<ClusterOptions> = {}) => {
    const { table } = await runCommand('cluster conf', place.dataDir, { ...flags }, options);
    return Object.fromEntries((table?.rows ?? []).map(([name, , , state]) => [name, state]));
  };
  const now = await states({});
  expect(now.log_lock_waits).toBe('overruled');
  expect(Object.values(now).filter((state) => state !== 'as wanted')).toEqual(['overruled']);
  const wider = { workload: 'analytics' } as const;
  expect((await states({}, wider)).autovacuum_naptime).toBe('pending reload');
  const applied = await states({ apply: true }, wider);
  expect([applied.autovacuum_naptime, applied.shared_buffers]).toEqual(['as wanted', 'pending restart']);
});

it('cluster logs shows the end of the log, or says that there is none', async () => {
  await using place = await copied();
  const { data } = await runCommand('cluster logs', place.dataDir, { lines: 1 });
  expect((data as { lines: string[] }).lines[0]).toContain('database system is shut down');
  expect((await runCommand('cluster logs', '/nonexistent', { lines: 5 })).text).toContain('no server of ours');
});
