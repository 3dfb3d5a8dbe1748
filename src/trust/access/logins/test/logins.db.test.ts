import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTo, until } from '../../../../../tests/support/index.ts';
import type { Access } from '../../model/types.ts';
import type { AccessParts } from '../../parts.ts';
import { hurried } from '../../test/hurried-clock.ts';
import { type OwnServer, openOwnServer } from '../../test/own-server.ts';

let server: OwnServer;
let access: Access & AccessParts;
const password = 'seven-tin-boats-drift-past-utrecht';

beforeAll(async () => {
  server = await openOwnServer();
  const options = { environment: 'development', lockAfterFailures: true } as const;
  access = await server.access({ ...options, accounts: [{ name: 'ann', kind: 'person', memberOf: ['plinth_readonly'] }] }, hurried(20));
  await access.plans.apply();
  await server.run(`alter role ann password '${password}' valid until '2030-01-01'`);
});
afterAll(async () => {
  await access?.logins.watch?.stop();
  await server?.[Symbol.asyncDispose]();
});

const fail = async (user: string, times: number) => {
  for (let i = 0; i < times; i++) await expect(connectTo({ ...server.endpoint, user, password: 'wrong' })).rejects.toThrow();
};
const alarms = () => server.told.filter(({ kind }) => kind === 'security').map(({ event }) => event as { action: string; reason: string });

test('[I15] five failed logins raise one event; the account loses its login, the platform does not', async () => {
  access.logins.watch?.start();
  // What stood in the log before is past; the first round only finds its end.
  await until(async () => {
    await fail('ann', 1);
    return alarms().length > 0;
  });
  expect(alarms()[0]).toMatchObject({
    eventType: 'login_failures',
    action: 'log in as ann from [local]',
    reason: '5 failed logins within 10 minutes; the login was taken from it',
  });
  await expect(connectTo({ ...server.endpoint, user: 'ann', password })).rejects.toThrow('not permitted to log in');
  expect((await access.plans.plan()).differences.map(({ what }) => what)).toContain('ann may not log in');
  await fail('plinth_app', 5);
  const ofApp = await until(() => alarms().find(({ action }) => action === 'log in as plinth_app from [local]'));
  expect(ofApp?.reason).toBe('5 failed logins within 10 minutes');
  const { user, password: own = '' } = await access.credentials.login('app', 'oltp');
  await using _ = await connectTo({ ...server.endpoint, user, password: own });
});
