import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTo, spawnScript, until } from '../../../../../tests/support/index.ts';
import type { Connect } from '../../../../foundation/connect/index.ts';
import { silentLog, systemClock } from '../../../../kernel/index.ts';
import { hurried } from '../../test/hurried-clock.ts';
import { ownServer } from '../../tls/test/platform-tls.ts';
import { openRotation, renewCredentials } from '../index.ts';
import { openProcess } from './situation.ts';

let server: Awaited<ReturnType<typeof ownServer>>;
let own: Awaited<ReturnType<typeof openProcess>>;

beforeAll(async () => {
  server = await ownServer();
  own = await openProcess(server);
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const endpoint = () => server.cluster.endpoint('oltp');
const whoIs = async (login: { user: string; password: string }) => {
  await using client = await connectTo({ ...endpoint(), ...login });
  return (await client.query('select session_user::text as login, current_user::text as role')).rows[0];
};
const ask = async (text: string) => {
  await using client = await connectTo(endpoint());
  return (await client.query(text)).rows;
};
const dayMs = 86_400_000;
/** Within a minute. */
const inDays = (days: number) =>
  expect.toSatisfy((end: Date) => Math.abs(end.getTime() - Date.now() - days * dayMs) < 60_000, `in ${days} days`) as unknown as Date;
const loginsWithPassword = async () => {
  const rows = await ask("select rolname from pg_authid where rolname like 'plinth_app%' and rolpassword is not null order by 1");
  return rows.map(({ rolname }) => rolname);
};

/** Transactions of a subject, one after the other, in two lines, until told to stop; the number of those that ended well. */
function load(connect: Connect, as: 'system' | 'owner') {
  let isOver = false;
  const line = async () => {
    let done = 0;
    for (; !isOver; done++) {
      await connect.transaction({ tier: 'oltp', as, tag: 'test.load', isRetryable: false }, (tx) =>
        tx.query({ text: 'select pg_sleep(0.002)' }),
      );
    }
    return done;
  };
  const running = Promise.all([line(), line()]);
  return async () => {
    isOver = true;
    return (await running).reduce((sum, done) => sum + done, 0);
  };
}

test('[I21] under load, in two processes, no query fails; afterwards the old password is refused', async () => {
  await using other = await openProcess(server);
  const loads = [load(own.connect, 'system'), load(own.connect, 'owner'), load(other.connect, 'system')];
  // Whoever read the old credential right before the switch gets in during these seconds: once in their full length.
  const rotations = { app: own.rotationAt(systemClock), migrator: own.rotationAt(hurried(6)) };
  for (const service of ['app', 'migrator'] as const) {
    const role = service === 'app' ? 'plinth_app' : 'plinth_migrator';
    const old = await own.secrets.login(role);
    expect(await rotations[service].rotate(service)).toEqual({
      service,
      login: `${role}_alternate`,
      left: role,
      isDone: true,
      lingering: [],
    });
    const now = await own.secrets.login(role);
    expect(await whoIs(now)).toEqual({ login: `${role}_alternate`, role: service === 'app' ? 'plinth_app' : 'plinth_owner' });
    await expect(whoIs(old)).rejects.toMatchObject({ code: '28P01' });
  }
  const done = await Promise.all(loads.map((stop) => stop()));
  expect(Math.min(...done)).toBeGreaterThan(100);
  expect(await own.rotation.rotate('app')).toMatchObject({ login: 'plinth_app', left: 'plinth_app_alternate', isDone: true });
  expect(await own.rotation.status()).toEqual([
    { service: 'app', login: 'plinth_app', phase: 'none', isGiven: false, expires: inDays(30) },
    { service: 'migrator', login: 'plinth_migrator_alternate', phase: 'none', isGiven: false, expires: inDays(30) },
  ]);
});

test('[I21] a platform that starts after a rotation finds its logins and changes nothing', async () => {
  await using next = await openProcess(server);
  expect(next.report).toEqual({ applied: [], limits: [] });
});

test('[I1] the second login is no more than the first', async () => {
  const kept = await own.secrets.kept();
  const { user, password } = await own.secrets.login('plinth_migrator');
  expect(kept.active).toEqual({ plinth_migrator: user });
  await using client = await connectTo({ ...endpoint(), user, password });
  const { rows } = await client.query(
    `select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as is_more,
       array(select roleid::regrole::text from pg_auth_members where member = r.oid) as member_of
     from pg_roles r where rolname = session_user`,
  );
  expect(rows).toEqual([{ is_more: false, member_of: ['plinth_owner'] }]);
});

/** Running it again after it was broken off: a login works meanwhile, and one is left. */
async function goOn() {
  expect(await whoIs(await own.secrets.login('plinth_app'))).toMatchObject({ role: 'plinth_app' });
  const { phase } = (await own.rotation.status())[0] ?? {};
  if (phase !== 'none') expect(await own.rotation.rotate('app')).toMatchObject({ isDone: true });
  const { user } = await own.secrets.login('plinth_app');
  expect(await loginsWithPassword()).toEqual([user]);
  expect(await whoIs(await own.secrets.login('plinth_app'))).toMatchObject({ login: user });
}

test('[I21] killed when both logins are good, one works, and running it again ends with one', async () => {
  const args = [server.dataDir, JSON.stringify(endpoint()), 'new connections use'];
  await using child = spawnScript(new URL('./rotate-child.ts', import.meta.url), { args });
  expect(await child.exit(), child.output()).toMatchObject({ signal: 'SIGKILL' });
  await goOn();
});

test.each([['a new password is kept'], ['knows'], ['new connections use'], ['refuses'], ['is forgotten']])(
  '[I21] broken off when "%s", a login works, and running it again ends with one',
  async (step) => {
    const onProgress = (line: string) => {
      if (line.includes(step)) throw new Error('broken off');
    };
    await expect(own.rotation.rotate('app', { onProgress })).rejects.toThrow('broken off');
    await goOn();
  },
);

test('[I26] what a start makes ends, and is replaced by the platform itself before a third of its life is left', async () => {
  const before = await own.rotation.status();
  expect(before.map(({ expires }) => expires)).toEqual([inDays(30), inDays(30)]);
  expect(await own.rotationAt(hurried(20, 19)).rotateDue('app')).toBeUndefined();
  const renewal = renewCredentials({ rotation: own.rotationAt(hurried(20, 21)), clock: systemClock, log: silentLog });
  renewal.start();
  const isOther = async () => (await own.rotation.status()).every(({ login, phase }, i) => login !== before[i]?.login && phase === 'none');
  await until(isOther, { what: 'both services log in as another' });
  await renewal.stop();
  expect((await own.rotation.status()).map(({ expires }) => expires)).toEqual([inDays(51), inDays(51)]);
  expect(
    await ask("select count(*)::int as n from pg_roles where rolname ~ '^plinth_(app|migrator)' and rolvaliduntil = '-infinity'"),
  ).toEqual([{ n: 2 }]);
});

test('[I26] a password without an end is due on a server of ours, and left alone where somebody may have a copy of it', async () => {
  const { user } = await own.secrets.login('plinth_app');
  await ask(`alter role ${user} valid until 'infinity'`);
  expect(await own.rotationAt(hurried(20), false).rotateDue('app')).toBeUndefined();
  expect(await own.rotation.rotateDue('app')).toMatchObject({ left: user, isDone: true });
});

test('[I26] a platform that was off for longer than its passwords are good starts; on servers of others it says what to run', async () => {
  const old = await own.secrets.login('plinth_app');
  for (const role of ['plinth_app', 'plinth_migrator'])
    await ask(`alter role ${(await own.secrets.login(role as never)).user} valid until '2026-01-01'`);
  await expect(openProcess(server, { isOwn: false })).rejects.toMatchObject({
    code: 'PLINTH_ACCESS_PASSWORD_ENDED',
    message: expect.stringMatching(/ended on 2026-01-01.*plinth access rotate app/),
  });
  await own.rotation.rotate('migrator');
  // As a start leaves it that was killed after it had written the file.
  await own.secrets.change((kept) => ({
    ...kept,
    passwords: { ...kept.passwords, [old.user]: 'never-reached-the-server-so-it-is-no-good' },
  }));
  await using next = await openProcess(server);
  expect(next.report.applied).toEqual([]);
  const { user, password } = await next.secrets.login('plinth_app');
  expect([user === old.user, password === old.password]).toEqual([true, false]);
  expect(await whoIs({ user, password })).toMatchObject({ role: 'plinth_app' });
  expect((await next.rotation.status())[0]?.expires).toEqual(inDays(30));
});

test('[I21] who still uses the old login keeps it: named, and revoked the next time', async () => {
  const old = await own.secrets.login('plinth_app');
  const lingering = await connectTo({ ...endpoint(), ...old }, 'a report');
  const first = await own.rotation.rotate('app', { waitMs: 100 });
  expect(first).toMatchObject({ isDone: false, lingering: [{ applicationName: 'a report', pid: expect.any(Number) }] });
  expect((await lingering.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  expect(await whoIs(old)).toMatchObject({ login: old.user });
  await lingering.end();
  expect(await own.rotation.rotate('app')).toMatchObject({ left: old.user, isDone: true });
  await expect(whoIs(old)).rejects.toMatchObject({ code: '28P01' });
});

test('[I21] one rotation at a time, and only of what is kept here', async () => {
  const begun = Promise.withResolvers<void>();
  const running = own.rotation.rotate('app', { onProgress: () => begun.resolve() });
  await begun.promise;
  await expect(own.rotation.rotate('migrator')).rejects.toMatchObject({ code: 'PLINTH_ACCESS_ROTATION_BUSY' });
  await running;
  await expect(own.rotation.rotate('postgres')).rejects.toMatchObject({ code: 'PLINTH_ACCESS_SERVICE_UNKNOWN' });
  const given = { ...own.secrets, givenBy: () => 'access.appPassword' };
  const rotation = openRotation({ endpoint, secrets: given, connect: own.connect } as unknown as Parameters<typeof openRotation>[0]);
  await expect(rotation.rotate('app')).rejects.toMatchObject({ code: 'PLINTH_ACCESS_PASSWORD_GIVEN' });
});

test('[I5] no clear password of a rotation reaches the log of the server', async () => {
  const log = await readFile(`${server.dataDir}/main/server.log`, 'utf8');
  const kept = await own.secrets.kept();
  for (const password of Object.values(kept.passwords)) expect(log).not.toContain(password);
});
