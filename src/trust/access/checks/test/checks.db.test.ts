import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Access } from '../../model/types.ts';
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

test('[I12] a server of ours passes, save for passwords that do not end', async () => {
  const found = await verdicts();
  expect(
    Object.values(found)
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ id }) => id),
  ).toEqual(['A10']);
  expect(found.A10?.findings.map(({ what }) => what)).toEqual([
    'plinth_migrator may use its password for ever',
    'plinth_app may use its password for ever',
  ]);
});

test('[I12] what is allowed by a line of the configuration is no failure, and a line that allows nothing is told', async () => {
  const waived = await server.access({
    waivers: [
      { check: 'A10', subject: 'plinth_*', reason: 'rotated by hand every month' },
      { check: 'A07', subject: 'gone', reason: 'left over from last year' },
    ],
  });
  const report = await waived.checks.run();
  expect(report.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  expect(report.checks.find(({ id }) => id === 'A10')?.waived).toHaveLength(2);
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
