import { appendFile, chmod, chown, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../../tests/support/index.ts';
import { silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import { type Cluster, clusterOptions, openCluster, startTls } from '../index.ts';
import { certificatesOf, newAuthority } from './support/certificates.ts';
import { ask, openIn, temporaryFolder } from './support/situation.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let cluster: Cluster;
const authority = newAuthority();

beforeAll(async () => {
  folder = await temporaryFolder();
  const deps = { clock: systemClock, log: silentLog, dataDir: join(folder.path, 'data'), isThrowaway: true };
  cluster = await openCluster(deps, withDefaults(clusterOptions, { engine: 'embedded', port: 0 }));
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const overTcp = (ssl?: object) => ({ ...cluster.endpoint('oltp'), host: '127.0.0.1', ...(ssl && { ssl: { ...ssl } }) });
const ca = authority.certificate.toString();
const shown = async () => {
  const socket = await startTls(overTcp(), { ca });
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  return certificate;
};
const serial = async () => (await shown())?.serialNumber;

async function connected(ssl?: object) {
  const client = new pg.Client(overTcp(ssl) as pg.ClientConfig);
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

it('[I10] with certificates plaintext ends at the socket; sessions that are open go on', async () => {
  await using before = await connected();
  const certificates = certificatesOf(authority);
  expect(await cluster.installCertificates(certificates)).toBe(true);
  expect(await cluster.installCertificates(certificates)).toBe(false);
  expect((await before.query('select 42 as answer')).rows).toEqual([{ answer: 42 }]);
  await expect(ask(overTcp(), 'select 1')).rejects.toThrow(/no encryption/);
  expect(await ask(cluster.endpoint('oltp'), 'select 1')).toBe(1);
  const spoken = 'select version from pg_stat_ssl where pid = pg_backend_pid()';
  expect(await ask(overTcp({ ca }), spoken)).toBe('TLSv1.3');
});

it.each([
  ['TLS 1.1', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
  ['a cipher in CBC mode', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }],
  ['no encryption at all', { maxVersion: 'TLSv1.2', ciphers: 'eNULL:@SECLEVEL=0' }],
])('[I10] the server refuses %s', async (_, options) => {
  await expect(startTls(overTcp(), { rejectUnauthorized: false, ...options } as object)).rejects.toThrow(/alert|handshake/i);
});

it('[I10] a new certificate is taken up while statements run, and no session ends', async () => {
  await using session = await connected({ ca });
  const before = await serial();
  let isOver = false;
  let answers = 0;
  const load = async () => {
    while (!isOver) {
      expect(await ask(overTcp({ ca }), 'select 1')).toBe(1);
      await session.query('select 1');
      answers++;
    }
  };
  const running = load();
  expect(await cluster.installCertificates(certificatesOf(authority))).toBe(true);
  isOver = true;
  await running;
  expect(answers).toBeGreaterThan(0);
  expect(await serial()).not.toBe(before);
});

it('[I10] what the server cannot use changes nothing', async () => {
  const before = await serial();
  const [good, other] = [certificatesOf(authority), certificatesOf(authority)];
  const mismatched = `${good.identity.split('-----BEGIN PRIVATE')[0]}-----BEGIN PRIVATE${other.identity.split('-----BEGIN PRIVATE')[1]}`;
  await expect(cluster.installCertificates({ ...good, identity: mismatched })).rejects.toMatchObject({
    code: 'PLINTH_CLUSTER_TLS_REFUSED',
  });
  await expect(cluster.installCertificates({ ...good, roles: ['("bad'] })).rejects.toMatchObject({
    code: 'PLINTH_CLUSTER_TLS_REFUSED',
    message: expect.stringContaining('pg_'),
  });
  expect(await serial()).toBe(before);
  expect(await ask(overTcp({ ca }), 'select count(*)::int from pg_hba_file_rules where error is not null')).toBe(0);
});

it('[I10] lines that others wrote into pg_hba.conf stay, encrypted', async () => {
  const file = join(folder.path, 'data/main/data/pg_hba.conf');
  await appendFile(file, 'host all ann 10.1.2.3/32 scram-sha-256\n');
  expect(await cluster.installCertificates(certificatesOf(authority, undefined, { roles: ['plinth_admin'] }))).toBe(true);
  expect(await readFile(file, 'utf8')).toMatch(/^hostssl all ann 10\.1\.2\.3\/32 scram-sha-256$/m);
  expect(await ask(cluster.endpoint('oltp'), "select type from pg_hba_file_rules where address = '10.1.2.3'")).toBe('hostssl');
});

it('[I8] certificates that an operator names stay, and are no failure', async () => {
  const [main, other] = [join(folder.path, 'data/main'), certificatesOf(authority, ['localhost', '127.0.0.1', 'of.an.operator'])];
  const owner = await stat(join(main, 'data'));
  for (const name of ['own.crt', 'own.key']) {
    await writeFile(join(main, 'data', name), other.identity, { mode: 0o600 });
    await chown(join(main, 'data', name), owner.uid, owner.gid);
  }
  const configuration = join(main, 'data/postgresql.conf');
  const before = await readFile(configuration, 'utf8');
  await appendFile(configuration, "ssl_cert_file = 'own.crt'\nssl_key_file = 'own.key'\n");
  expect(await cluster.installCertificates(certificatesOf(authority))).toBe(true);
  await until(async () => (await shown())?.checkHost('of.an.operator'));
  await writeFile(configuration, before);
  expect(await cluster.installCertificates(certificatesOf(authority))).toBe(true);
  expect((await shown())?.checkHost('of.an.operator')).toBeUndefined();
});

it('[I6] [I10] a private key that others can read stops the start, with the chmod to run', async () => {
  await using place = await temporaryFolder();
  const dataDir = join(place.path, 'data');
  {
    await using first = await openIn(dataDir);
    await first.installCertificates(certificatesOf(authority));
  }
  const key = join(dataDir, 'main/tls/server.pem');
  await chmod(key, 0o644);
  await expect(openIn(dataDir)).rejects.toMatchObject({
    code: 'PLINTH_CLUSTER_KEY_EXPOSED',
    message: expect.stringMatching(/chmod 600 \S*main\/tls\/server\.pem$/),
  });
  await chmod(key, 0o600);
  await using again = await openIn(dataDir);
  expect(await ask({ ...again.endpoint('oltp'), host: '127.0.0.1', ssl: { ca } }, 'show ssl')).toBe('on');
});

/** The running server as one that others run. */
const attached = async (parameters: string) => {
  await using place = await temporaryFolder();
  const { password = '', port } = cluster.endpoint('oltp');
  const oltpUrl = `postgres://postgres:${password}@127.0.0.1:${port}/oltp?${parameters}`;
  const deps = { clock: systemClock, log: silentLog, dataDir: join(place.path, 'data') };
  await using opened = await openCluster(deps, withDefaults(clusterOptions, { engine: 'attached', oltpUrl }));
  return (await opened.probe('oltp')).versionNumber;
};

it('[I11] an attached server is believed for the authority and the address of its URL alone', async () => {
  const [right, wrong] = [join(folder.path, 'right.pem'), join(folder.path, 'wrong.pem')];
  await writeFile(right, ca);
  await writeFile(wrong, newAuthority().certificate.toString());
  await cluster.installCertificates(certificatesOf(authority));
  expect(await attached(`sslmode=verify-full&sslrootcert=${right}`)).toBeGreaterThan(170_000);
  await expect(attached(`sslmode=verify-full&sslrootcert=${wrong}`)).rejects.toMatchObject({ code: 'PLINTH_CLUSTER_NOT_BELIEVED' });

  await cluster.installCertificates(certificatesOf(authority, ['localhost', 'db.example']));
  await expect(attached(`sslrootcert=${right}`)).rejects.toMatchObject({
    message: expect.stringContaining("IP: 127.0.0.1 is not in the cert's list"),
  });
  expect(await attached(`sslmode=verify-ca&sslrootcert=${right}`)).toBeGreaterThan(170_000);

  await cluster.installCertificates(certificatesOf(authority, undefined, { hours: -3 }));
  await expect(attached(`sslrootcert=${right}`)).rejects.toMatchObject({ message: expect.stringContaining('expired') });
  await cluster.installCertificates(certificatesOf(authority));
});

it('[I11] a key in a URL that others can read is refused with the chmod to run', async () => {
  const file = join(folder.path, 'client.pem');
  await writeFile(file, certificatesOf(authority).identity);
  await chmod(file, 0o640);
  await expect(attached(`sslmode=require&sslcert=${file}&sslkey=${file}`)).rejects.toMatchObject({
    code: 'PLINTH_CLUSTER_URL_INVALID',
    message: expect.stringContaining(`chmod 600 ${file}`),
  });
});
