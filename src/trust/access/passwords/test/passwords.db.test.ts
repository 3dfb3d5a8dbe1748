import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTo } from '../../../../../tests/support/index.ts';
import type { Access } from '../../model/types.ts';
import type { AccessParts } from '../../parts.ts';
import { type OwnServer, openOwnServer } from '../../test/own-server.ts';

let server: OwnServer;
let access: Access & AccessParts;

beforeAll(async () => {
  server = await openOwnServer();
  access = await server.access({
    environment: 'development',
    accounts: [
      { name: 'reporting', kind: 'service', memberOf: ['plinth_readonly'] },
      { name: 'ann', kind: 'person', memberOf: ['plinth_readonly'] },
    ],
  });
  await access.plans.apply();
  const migration = await readFile(join(import.meta.dirname, '../../sql/migrations/0001_create_credentials.sql'), 'utf8');
  await server.run('set role plinth_owner', migration);
  // Whatever is executed is in the log: the strictest server to keep a secret from.
  await server.run("alter system set log_statement = 'all'", 'select pg_reload_conf()');
});
afterAll(() => server?.[Symbol.asyncDispose]());

const tryLogin = async (user: string, password: string) => {
  await using client = await connectTo({ ...server.endpoint, user, password });
  return (await client.query('select current_user as name')).rows[0].name;
};

test('[I5] a password that was given lets in, and is nowhere in the log of the server', async () => {
  const { password, expires } = await access.passwords.set({ role: 'reporting' });
  expect(await tryLogin('reporting', password)).toBe('reporting');
  expect(Buffer.from(password, 'base64url')).toHaveLength(32);
  expect(Math.round((expires.getTime() - Date.now()) / 86_400_000)).toBe(30);
  const chosen = 'wobbly kettle under snowdrift';
  await access.passwords.set({ role: 'ann', password: chosen, purpose: 'laptop' });
  expect(await tryLogin('ann', chosen)).toBe('ann');
  const log = await readFile(join(server.dataDir, 'main/server.log'), 'utf8');
  expect(log).toContain('alter role "ann" password');
  expect(log.includes(password) || log.includes(chosen)).toBe(false);
  const { checks } = await access.checks.run();
  expect(checks.find(({ id }) => id === 'A14')).toMatchObject({ verdict: 'pass' });
});

test('[I13] a weak one, and one of the last five, is refused with the reason; the one before stays', async () => {
  await expect(access.passwords.set({ role: 'ann', password: 'Summer2026!' })).rejects.toMatchObject({
    code: 'PLINTH_ACCESS_PASSWORD_WEAK',
    message: expect.stringMatching(/11 characters of at least 16; it is put together from common passwords/),
  });
  expect(await tryLogin('ann', 'wobbly kettle under snowdrift')).toBe('ann');
  const others = [
    'first boat past Utrecht',
    'second boat past Utrecht',
    'third boat past Utrecht',
    'fourth boat past Utrecht',
    'fifth boat past Utrecht',
  ];
  for (const [index, password] of others.entries()) {
    // Each time all that are kept are tried, and each takes as long as it is meant to: once when it is the latest, once when it is the fifth.
    if (index === 0 || index === 4) {
      const again = access.passwords.set({ role: 'ann', password: 'wobbly kettle under snowdrift' });
      await expect(again).rejects.toThrow('it is one of the last 5');
    }
    await access.passwords.set({ role: 'ann', password });
  }
  await access.passwords.set({ role: 'ann', password: 'wobbly kettle under snowdrift' });
  const { rows } = await query("select count(*)::int as n from access.password_history where role_name = 'ann'");
  expect(rows).toEqual([{ n: 5 }]);
});

test('[I13] what was given is on record without the secret, one of each login in use', async () => {
  const credentials = await access.passwords.credentials();
  const inUse = credentials.filter(({ retired }) => retired === undefined).map(({ role, purpose }) => [role, purpose]);
  expect(inUse).toEqual([
    ['ann', 'A person.'],
    ['reporting', 'An application.'],
  ]);
  expect(new Set(credentials.map(({ fingerprint }) => fingerprint)).size).toBe(credentials.length);
  expect(
    server.told
      .filter(({ kind }) => kind === 'audited')
      .map(({ event }) => JSON.stringify(event))
      .join(),
  ).not.toContain('Utrecht');
});

test('[I13] an expired one lets nobody in, and is found', async () => {
  await server.run("alter role ann valid until '2026-01-01'");
  await expect(tryLogin('ann', 'wobbly kettle under snowdrift')).rejects.toThrow('password authentication failed');
  const { checks } = await access.checks.run();
  expect(checks.find(({ id }) => id === 'A10')?.findings.map(({ what }) => what)).toContain('ann has a password that ended on 2026-01-01');
});

test('[I13] the logins that the platform uses itself, and roles without login, get none here', async () => {
  for (const role of ['plinth_app', 'plinth_owner', 'plinth_readonly', 'nobody']) {
    await expect(access.passwords.set({ role })).rejects.toMatchObject({ code: 'PLINTH_ACCESS_PASSWORD_NOT_HERE' });
  }
  await server.run('drop owned by plinth_worker', 'drop role plinth_worker');
  await expect(access.passwords.set({ role: 'plinth_worker' })).rejects.toMatchObject({ code: 'PLINTH_ACCESS_ROLE_MISSING' });
});

async function query(text: string) {
  await using client = await connectTo(server.endpoint);
  return await client.query(text);
}
