import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cluster } from '../../../../foundation/cluster/index.ts';
import { daysLater, tlsOf } from './platform-tls.ts';

// Of an attached server only the files are made: no server is needed to look at them.
const cluster = {
  mode: 'attached',
  endpoint: () => ({ host: 'db.example', port: 5432, database: 'oltp', user: 'ann' }),
  installCertificates: () => Promise.reject(new Error('it is run by others')),
} satisfies Pick<Cluster, 'mode' | 'endpoint' | 'installCertificates'>;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plinth-certificates-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

const file = (name: string) => join(dataDir, 'tls', name);
const certificate = async (name: string) => new X509Certificate(await readFile(file(name), 'utf8'));
const modeOf = async (name: string) => (await stat(file(name))).mode & 0o777;
const at = (days = 0, tlsNames?: string) =>
  tlsOf({ cluster, dataDir }, { clock: daysLater(days), ...(tlsNames !== undefined && { tlsNames }) });

test('[I20] makes an authority and what it signs once; keys are for their owner alone', async () => {
  const racing = await Promise.all([at().ensure(), at().ensure()]);
  expect(racing.flatMap(({ issued }) => issued).filter((name) => name === 'authority')).toHaveLength(1);
  expect(await at().ensure()).toEqual({ issued: [], isInstalled: false });
  const [authority, server] = await Promise.all([certificate('ca.pem'), certificate('server.pem')]);
  expect(server.verify(authority.publicKey)).toBe(true);
  expect([authority.ca, server.ca, server.checkIP('127.0.0.1'), server.checkHost('localhost')]).toEqual([
    true,
    false,
    '127.0.0.1',
    'localhost',
  ]);
  expect(await Promise.all(['authority.pem', 'server.pem', 'issued.jsonl', 'ca.pem'].map(modeOf))).toEqual([0o600, 0o600, 0o600, 0o644]);
  expect(await readFile(file('ca.pem'), 'utf8')).not.toContain('PRIVATE');
});

test('[I20] renews what has less than a third of its life left, and nothing before', async () => {
  await at().issue('plinth_backup@nightly');
  const before = await certificate('server.pem');
  expect((await at(59).ensure()).issued).toEqual([]);
  expect((await at(61).ensure()).issued).toEqual(['server', 'plinth_backup@nightly']);
  expect((await certificate('server.pem')).serialNumber).not.toBe(before.serialNumber);
  expect((await at(61).status()).revocations?.validUntil.getTime()).toBeGreaterThan(daysLater(150).now().getTime());
});

test('[I20] the authority is renewed with its key, so that who believes the old one believes its work', async () => {
  const old = await certificate('ca.pem');
  expect((await at(2_500).ensure()).issued).toContain('authority');
  const renewed = await certificate('ca.pem');
  expect(renewed.serialNumber).not.toBe(old.serialNumber);
  expect((await certificate('server.pem')).verify(old.publicKey)).toBe(true);
});

test('another name in the option is another certificate', async () => {
  expect((await at(2_500, 'db.example.com').ensure()).issued).toEqual(['server']);
  expect((await certificate('server.pem')).checkHost('db.example.com')).toBe('db.example.com');
  expect(() => at(0, 'db_1')).toThrow('db_1');
});

test('[I20] a certificate that cannot be revoked does not exist: the ledger knows it first', async () => {
  const tls = at(2_500);
  await tls.issue('plinth_admin@ann');
  const ledger = await readFile(file('issued.jsonl'), 'utf8');
  const { serialNumber } = await certificate('clients/plinth_admin@ann.pem');
  expect(ledger.toUpperCase()).toContain(serialNumber);
  await expect(tls.issue('plinth_admin@ann')).rejects.toMatchObject({ code: 'PLINTH_ACCESS_CERTIFICATE_EXISTS' });
  await expect(tls.issue('postgres@ann')).rejects.toMatchObject({ code: 'PLINTH_ACCESS_CERTIFICATE_NAME' });

  await tls.revoke('plinth_admin@ann');
  expect((await tls.status()).revocations?.count).toBe(1);
  expect((await tls.status()).certificates.map(({ name }) => name)).not.toContain('plinth_admin@ann');
  await expect(tls.revoke('plinth_admin@ann')).rejects.toMatchObject({ code: 'PLINTH_ACCESS_CERTIFICATE_UNKNOWN' });
  expect(tls.told.map(({ action }) => action)).toEqual(['access.tls.issue', 'access.tls.revoke']);
});

test('[I20] a revocation that was killed before its list was made is made up for', async () => {
  const tls = at(2_500);
  await tls.issue('plinth_admin@bob');
  const [list, ledger] = await Promise.all(['revocations.pem', 'issued.jsonl'].map((name) => readFile(file(name), 'utf8')));
  await tls.revoke('plinth_admin@bob');
  expect(await readFile(file('issued.jsonl'), 'utf8')).not.toBe(ledger);
  await writeFile(file('revocations.pem'), list as string);
  await tls.ensure();
  expect(await readFile(file('revocations.pem'), 'utf8')).not.toBe(list);
  expect((await tls.status()).revocations?.count).toBe(2);
});

test('[I4] a key that others can read stops the work, with the chmod to run', async () => {
  await chmod(file('authority.pem'), 0o640);
  await expect(at(2_500).ensure()).rejects.toMatchObject({
    code: 'PLINTH_ACCESS_SECRETS_EXPOSED',
    message: expect.stringContaining(`chmod 600 ${file('authority.pem')}`),
  });
  await chmod(file('authority.pem'), 0o600);
});
