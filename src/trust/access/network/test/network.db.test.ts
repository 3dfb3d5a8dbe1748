import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTo } from '../../../../../tests/support/index.ts';
import type { AccessOptions } from '../../options.ts';
import { type OwnServer, openOwnServer } from '../../test/own-server.ts';

let server: OwnServer;
let file: string;

const options: AccessOptions = { environment: 'test', accounts: [{ name: 'reporting', kind: 'service', memberOf: ['plinth_readonly'] }] };

beforeAll(async () => {
  server = await openOwnServer();
  file = join(server.dataDir, 'main/data/pg_hba.conf');
});
afterAll(() => server?.[Symbol.asyncDispose]());

const tryLogin = async (user: string, password: string) => {
  await using client = await connectTo({ ...server.endpoint, user, password });
  return (await client.query('select 1 as one')).rows[0].one;
};

test('[I14] the lines are in force: logins of the environment come in, others are told no', async () => {
  const access = await server.access(options);
  const password = 'seven-tin-boats-drift-past-utrecht';
  await server.run(`create role eve login password '${password}'`, `create role reporting login password '${password}'`);
  await access.plans.apply();
  expect(await tryLogin('eve', password).catch(String)).not.toContain('reject');
  const before = await stat(file);
  const applied = await access.network.apply();
  expect(applied).toMatchObject({ isChanged: true, environment: 'test', listenAddresses: '127.0.0.1' });
  expect(await readFile(file, 'utf8')).toBe(applied.text);
  const after = await stat(file);
  expect([after.uid, after.mode]).toEqual([before.uid, before.mode]);
  await expect(tryLogin('eve', password)).rejects.toThrow('pg_hba.conf rejects connection');
  // It had no right to connect before; now it is a member of readers.
  expect(await tryLogin('reporting', password)).toBe(1);
  expect((await access.network.apply()).isChanged).toBe(false);
  const { checks } = await access.checks.run();
  expect(checks.find(({ id }) => id === 'A05')).toMatchObject({ verdict: 'pass', findings: [] });
});

test('[I14] a file that the server does not accept is put back', async () => {
  const good = await readFile(file, 'utf8');
  // From other machines nobody comes without TLS, which this server does not speak.
  const access = await server.access({ ...options, environments: { test: { from: ['10.0.0.0/24'] } } });
  await expect(access.network.apply()).rejects.toMatchObject({
    code: 'PLINTH_CLUSTER_RULES_REFUSED',
    message: expect.stringContaining('SSL is disabled'),
  });
  expect(await readFile(file, 'utf8')).toBe(good);
  await tryLogin(server.endpoint.user, server.endpoint.password ?? '');
});

test('[I14] lines that would shut the administrator out are not written', async () => {
  const good = await readFile(file, 'utf8');
  const lowly = { ...server.endpoint, user: 'reporting', password: 'seven-tin-boats-drift-past-utrecht' };
  // Without its account the login that asks is in none of the lines.
  await server.run('grant pg_read_all_settings to reporting');
  await expect(server.partsAs(lowly, { environment: 'test' }).network.apply()).rejects.toMatchObject({
    code: 'PLINTH_ACCESS_HBA_LOCKS_OUT',
  });
  expect(await readFile(file, 'utf8')).toBe(good);
});

test('[I12] trust, written by hand, is found', async () => {
  const good = await readFile(file, 'utf8');
  await writeFile(file, `host all all 0.0.0.0/0 trust\n${good}`);
  const access = await server.access(options);
  const { checks } = await access.checks.run();
  expect(checks.find(({ id }) => id === 'A05')).toMatchObject({
    verdict: 'fail',
    findings: [{ what: 'line 1 of pg_hba.conf asks nobody for a password' }],
  });
  expect((await access.network.apply()).isChanged).toBe(true);
  expect(await readFile(file, 'utf8')).toBe(good);
});

test('[I27] the server listens where the model says from its next start on, and is found when it does not', async () => {
  const listens = async () => {
    await using client = await connectTo(server.endpoint);
    return (await client.query('show listen_addresses')).rows[0].listen_addresses;
  };
  const open = await server.access({ ...options, environments: { test: { from: ['10.0.0.0/24'] } } });
  const findings = async () => (await open.checks.run()).checks.find(({ id }) => id === 'A05')?.findings.map(({ subject }) => subject);
  expect(await findings()).toContain('listen_addresses');
  const { listenAddresses } = await open.network.rules();
  expect([await server.cluster.listenOn(listenAddresses), await listens()]).toEqual([true, '*']);
  expect(await findings()).not.toContain('listen_addresses');
  expect(await server.cluster.listenOn(listenAddresses)).toBe(false);
  // As a process leaves it that was killed before the server was started again: the file is there, the server is not.
  await writeFile(join(server.dataDir, 'main/listen-addresses'), '127.0.0.1\n');
  expect([await server.cluster.listenOn('127.0.0.1'), await listens()]).toEqual([true, '127.0.0.1']);
});
