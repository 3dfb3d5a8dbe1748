import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/index.ts';
import type { Executor } from '../../../../kernel/index.ts';
import { judgeEncryption } from '../index.ts';
import { ownServer, tlsOf } from './platform-tls.ts';

let server: Awaited<ReturnType<typeof ownServer>>;
let tls: ReturnType<typeof tlsOf>;
let ca: string;

beforeAll(async () => {
  server = await ownServer();
  tls = tlsOf(server);
  await ask(
    server.cluster.endpoint('oltp'),
    'create role plinth_admin login; create role plinth_backup login replication; create role plinth_rewind login',
  );
});
afterAll(() => server[Symbol.asyncDispose]());

async function opened(config: object): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client(config as pg.ClientConfig);
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** The first column of the first row. */
async function ask(config: object, text: string): Promise<unknown> {
  await using client = await opened(config);
  const { rows } = await client.query(text);
  return Object.values(rows?.[0] ?? {})[0];
}

const overTcp = (ssl: object = {}) => ({ ...server.cluster.endpoint('oltp'), host: '127.0.0.1', ssl: { ca, ...ssl } });
const asClient = async (role: string, file: string, ca_: object = {}) => {
  const text = await readFile(file, 'utf8');
  return { ...overTcp({ cert: text, key: text, ...ca_ }), user: role, password: '' };
};

test('[I22] a trial can fail: a server without TLS, and one that lets plaintext in, which the next start mends', async () => {
  await expect(tls.tryOut()).rejects.toMatchObject({ code: 'PLINTH_ACCESS_TRIAL_UNREACHABLE' });
  expect((await tls.ensure()).isInstalled).toBe(true);
  ca = await readFile(join(server.dataDir, 'tls/ca.pem'), 'utf8');
  const endpoint = server.cluster.endpoint('oltp');
  const file = String(await ask(endpoint, 'show hba_file'));
  const lines = ['local all all scram-sha-256', 'host all,replication all 127.0.0.1/32 scram-sha-256'];
  await ask(endpoint, `copy (select unnest('{${lines.map((line) => `"${line}"`).join(',')}}'::text[])) to '${file}' with (delimiter '|')`);
  await ask(endpoint, 'select pg_reload_conf()');
  const trial = async () => (await tls.tryOut()).trials.find(({ what }) => what === 'a login without encryption');
  await until(async () => (await trial())?.outcome === 'accepted');

  {
    await using copying = await opened({ ...endpoint, host: '127.0.0.1', replication: 'true', application_name: 'a standby' });
    await copying.query('IDENTIFY_SYSTEM');
    await using observer = await opened(endpoint);
    const { A01, A02 } = await judgeEncryption(endpoint, observer as unknown as Executor);
    expect(A01).toMatchObject({ findings: [{ subject: 'a login without encryption' }], notJudged: [] });
    expect(A02.findings).toMatchObject([{ subject: 'a standby', what: 'a standby copies the server to 127.0.0.1 without encryption' }]);
  }
  expect(await tls.ensure()).toEqual({ issued: [], isInstalled: true });
});

test('[I22] what a server must refuse is refused, tried from outside', async () => {
  const { verified, spoken, trials } = await tls.tryOut();
  expect([verified, spoken]).toEqual([true, { protocol: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' }]);
  expect(trials.filter(({ outcome }) => outcome === 'accepted')).toEqual([]);
  const refused = trials.filter(({ outcome }) => outcome === 'refused').map(({ what }) => what);
  expect(refused).toEqual(
    expect.arrayContaining([
      'a login without encryption',
      'TLS 1.0 and 1.1',
      'ciphers with NULL',
      'a server under another name',
      'a server of another authority',
      'a client with a certificate signed by itself',
      'a client with an expired certificate',
      'a client with a revoked certificate',
      'a client with the certificate of another role',
    ]),
  );
});

test('[I22] the checks of encryption pass on a server of ours, and tell what our own side believes', async () => {
  const endpoint = server.cluster.endpoint('oltp');
  await using observer = await opened(endpoint);
  const judged = async (change: object) => judgeEncryption({ ...endpoint, ...change }, observer as unknown as Executor);
  const nothing = { findings: [], notJudged: [] };
  expect(await judged({})).toEqual({ A01: nothing, A02: nothing, A03: nothing });
  const told = async (ssl?: object) => (await judged({ host: 'localhost.localdomain', ssl })).A03.findings.map(({ what }) => what);
  expect(await told()).toEqual(['connections to localhost.localdomain are not encrypted']);
  expect(await told({ rejectUnauthorized: false })).toEqual(['connections to localhost.localdomain believe any certificate']);
  expect(await told({ rejectUnauthorized: true, checkServerIdentity: () => undefined })).toHaveLength(1);
  expect(await told({ rejectUnauthorized: true })).toEqual([]);
});

test('[I23] administration, backup and repair log in by certificate, each as its own role', async () => {
  const admin = await tls.issue('plinth_admin@ann');
  const backup = await tls.issue('plinth_backup@nightly');
  expect(await ask(await asClient('plinth_admin', admin.file), 'select current_user::text')).toBe('plinth_admin');
  expect(await ask({ ...(await asClient('plinth_backup', backup.file)), replication: 'database' }, 'IDENTIFY_SYSTEM')).toMatch(/^\d+$/);
  await expect(ask(await asClient('plinth_backup', admin.file), 'select 1')).rejects.toThrow('certificate authentication failed');
  await expect(ask(await asClient('postgres', admin.file), 'select 1')).rejects.toThrow(/password|SASL/);
  await expect(ask({ ...overTcp(), user: 'plinth_admin', password: 'guess' }, 'select 1')).rejects.toThrow(/certificate/);
});

test('[I23] a revoked certificate opens no session any more; the others do', async () => {
  const cora = await tls.issue('plinth_admin@cora');
  const config = await asClient('plinth_admin', cora.file);
  expect(await ask(config, 'select 1')).toBe(1);
  await tls.revoke('plinth_admin@cora');
  await expect(ask(config, 'select 1')).rejects.toThrow(/revoked|closed|terminated|ECONNRESET/i);
  expect(await ask(await asClient('plinth_admin', join(server.dataDir, 'tls/clients/plinth_admin@ann.pem')), 'select 1')).toBe(1);
});

test('[I24] certificates are renewed while statements run over them, and no statement fails', async () => {
  const client = new pg.Client(overTcp() as pg.ClientConfig);
  await client.connect();
  let isOver = false;
  let [answers, opened] = [0, 0];
  const onOpen = async () => {
    for (; !isOver; answers++) expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  };
  const onNew = async () => {
    for (; !isOver; opened++) expect(await ask(overTcp(), 'select 1')).toBe(1);
  };
  const running = [onOpen(), onNew()];
  for (let round = 0; round < 2; round++) expect(await tls.ensure({ isForced: true })).toMatchObject({ isInstalled: true });
  isOver = true;
  await Promise.all(running);
  await client.end();
  expect(Math.min(answers, opened)).toBeGreaterThan(3);
  expect(await tls.status()).toMatchObject({ server: 'ours' });
});

test('[I24] status tells a server that shows another certificate from one that is up to date', async () => {
  const { url, certificates, revocations } = await tls.status();
  expect(certificates.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['authority', 'server', 'client']));
  expect(revocations?.count).toBeGreaterThan(0);
  expect(url).toMatch(/^postgres:\/\/postgres@localhost:\d+\/oltp\?sslmode=verify-full&sslrootcert=/);
  await tlsOf({ dataDir: server.dataDir, cluster: { ...server.cluster, installCertificates: async () => false } }).ensure({
    isForced: true,
  });
  expect((await tls.status()).server).toBe('other');
  await tls.ensure();
  expect((await tls.status()).server).toBe('ours');
});
