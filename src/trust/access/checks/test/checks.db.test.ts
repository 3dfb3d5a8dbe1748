import { once } from 'node:events';
import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Access } from '../../model/types.ts';
import type { AccessOptions } from '../../options.ts';
import type { AccessParts } from '../../parts.ts';
import { type OwnServer, openOwnServer } from '../../test/own-server.ts';
import { tlsOf } from '../../tls/test/platform-tls.ts';

let server: OwnServer;
let access: Access & AccessParts;

beforeAll(async () => {
  server = await openOwnServer();
  access = await server.access();
  await access.plans.apply();
  await tlsOf(server).ensure();
});
afterAll(() => server?.[Symbol.asyncDispose]());

const verdicts = async (of: AccessParts = access) => Object.fromEntries((await of.checks.run()).checks.map((check) => [check.id, check]));

const notPassed = (found: Awaited<ReturnType<typeof verdicts>>) =>
  Object.values(found).flatMap(({ id, verdict }) => (verdict === 'pass' ? [] : [`${id} ${verdict}`]));

test('[I12] a server of ours passes; what nobody declared is not judged', async () => {
  const found = await verdicts();
  expect(notPassed(found)).toEqual(['A13 skipped', 'A15 skipped']);
  expect(found.A13?.notJudged).toEqual(['pgaudit is not declared (access.pgaudit)']);
  expect(found.A15?.notJudged).toContain('patroni: access.controlPlane does not say where, or that there is none');
});

test('[I12] what is allowed by a line of the configuration is no failure, and a line that allows nothing is told', async () => {
  await server.run("alter role plinth_app valid until 'infinity'");
  const waived = await server.access({
    waivers: [
      { check: 'A10', subject: 'plinth_*', reason: 'rotated by hand every month' },
      { check: 'A07', subject: 'gone', reason: 'left over from last year' },
    ],
  });
  const report = await waived.checks.run();
  expect(report.checks.find(({ id }) => id === 'A10')).toMatchObject({
    verdict: 'pass',
    waived: [{ what: 'plinth_app may use its password for ever', because: 'rotated by hand every month' }],
  });
  expect(report.idleWaivers.map(({ subject }) => subject)).toEqual(['gone']);
});

test('[I12] a secret in the log is found, and files that others can read', async () => {
  const { plinth_app: secret } = JSON.parse(await readFile(join(server.dataDir, 'secrets.json'), 'utf8'));
  const log = join(server.dataDir, 'main/server.log');
  const before = await readFile(log);
  await appendFile(log, `${'x'.repeat(3 << 20)}alter role plinth_app password '${secret}'\n`);
  await chmod(join(server.dataDir, 'main/superuser-password'), 0o644);
  await chmod(join(server.dataDir, 'tls/authority.pem'), 0o640);
  const { A04, A14 } = await verdicts();
  expect(A14?.findings.map(({ what }) => what)).toEqual(['the log of the server holds the clear password of plinth_app']);
  expect(A04?.findings).toMatchObject([
    { what: expect.stringContaining('superuser-password has mode 0644'), remedy: expect.stringContaining('chmod 0600') },
    { what: expect.stringContaining('tls/authority.pem has mode 0640') },
  ]);
  await writeFile(log, before);
  await chmod(join(server.dataDir, 'main/superuser-password'), 0o600);
  await chmod(join(server.dataDir, 'tls/authority.pem'), 0o600);
  expect((await verdicts()).A14?.verdict).toBe('pass');
});

test('[I12] a login without enough rounds, or kept as md5, is found', async () => {
  await server.run('set scram_iterations = 100', "create role lax login valid until '2030-01-01' password 'seven-tin-boats-drift'");
  const { A06 } = await verdicts();
  expect(A06).toMatchObject({ verdict: 'fail', findings: [{ what: 'the password of lax is kept as SCRAM-SHA-256 with 100 rounds' }] });
  await server.run('drop role lax');
});

test('[I12] what cannot be judged from outside is skipped with the reason, and no pass', async () => {
  const password = 'seven-tin-boats-drift-past-utrecht';
  await server.run(
    `create role outsider login createrole valid until '2030-01-01' password '${password}'`,
    'grant connect on database oltp, content, queue, olap to outsider',
  );
  const outside = server.partsAs({ ...server.endpoint, user: 'outsider', password }, { environment: 'development' }, 'attached');
  const found = await verdicts(outside);
  expect(['A01', 'A02', 'A04', 'A05', 'A06'].map((id) => found[id]?.verdict)).toEqual(Array(5).fill('skipped'));
  expect(found.A05?.notJudged.join()).toContain('outsider may not see pg_hba.conf');
  await server.run('drop owned by outsider', 'drop role outsider');
});

test('[I12] pgaudit that is declared and not loaded is found; a server of ours has none', async () => {
  const declared = await server.access({ pgaudit: { role: 'auditor', tables: ['shop.orders'] } });
  const { A13 } = await verdicts(declared);
  expect(A13).toMatchObject({ verdict: 'fail', findings: [{ what: 'pgaudit is declared, and the server does not load it' }] });
});

/** A listener of the control plane, as strict as its status says. */
async function listener(status: number) {
  const http = createServer((_, answer) => answer.writeHead(status).end());
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/config`, [Symbol.asyncDispose]: async () => void http.close() };
}

test('[I28] what steers the servers is tried without credentials: closed, open, silent, in clear text', async () => {
  await using closed = await listener(401);
  await using open = await listener(200);
  const pooler = `postgres://postgres@127.0.0.1:${server.endpoint.port}/oltp`;
  const judge = async (controlPlane: NonNullable<AccessOptions['controlPlane']>) =>
    (await verdicts(await server.access({ controlPlane }))).A15;
  const shut = await judge({ patroni: [closed.url], etcd: false, pgbouncer: [pooler], exporters: false });
  // The console runs with the platform alone.
  expect(shut).toMatchObject({ findings: [], notJudged: ['the console does not run, so nothing of it could be tried'] });
  const leaky = await judge({
    patroni: [open.url, 'http://127.0.0.1:1/config'],
    etcd: false,
    pgbouncer: false,
    exporters: ['http://db.invalid/'],
  });
  expect(leaky?.findings.map(({ subject, what }) => [subject, what])).toEqual([
    ['patroni', `patroni at ${open.url} answers 200 to anybody`],
    ['exporters', 'exporters at http://db.invalid/ speaks in clear text'],
  ]);
  expect(leaky?.notJudged.join()).toMatch(
    /patroni at http:\/\/127.0.0.1:1\/config does not answer.*exporters at http:\/\/db.invalid\/ does not answer/,
  );
});
