import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectTo } from '../../../../tests/support/index.ts';
import { connectOptions, openConnect } from '../../../foundation/connect/index.ts';
import { createEventBus, silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import { openAccess } from '../access.ts';
import { scramVerifier } from '../model/scram.ts';
import { ownServer } from '../tls/test/platform-tls.ts';

test('[I25] each new connection logs in with what the program prints at that moment', async () => {
  await using server = await ownServer();
  const { cluster, dataDir } = server;
  const endpoint = () => cluster.endpoint('oltp');
  const file = join(dataDir, 'token');
  /** What an identity provider does: the password of before is good no more. */
  const give = async (token: string) => {
    await using admin = await connectTo(endpoint());
    await admin.query(`alter role plinth_app password '${scramVerifier(token, randomBytes(16))}'`);
    await admin.query(`alter role plinth_migrator password '${scramVerifier(token, randomBytes(16))}'`);
    await writeFile(file, `${token}\n`);
  };
  const deps = { endpoint, dataDir, clock: systemClock, log: silentLog };
  await (await openAccess(deps, {})).applyRoles();

  const access = await openAccess(deps, { passwordCommand: ['cat', file] });
  await expect(access.applyRoles()).rejects.toMatchObject({ code: 'PLINTH_ACCESS_PASSWORD_COMMAND' });
  await writeFile(file, 'a wrong one\n');
  await expect(access.applyRoles()).rejects.toMatchObject({
    code: 'PLINTH_ACCESS_PASSWORD_REFUSED',
    message: expect.stringContaining('access.passwordCommand'),
  });
  await give('first-token');
  expect((await access.applyRoles()).applied).toEqual([]);

  await using connect = await openConnect(
    {
      endpoint,
      credentials: () => access.credentials,
      sessionContext: () => ({ prelude: () => '' }),
      clock: systemClock,
      log: silentLog,
      events: createEventBus(),
    },
    withDefaults(connectOptions),
  );
  const pid = () =>
    connect.transaction({ tier: 'oltp', as: 'system', tag: 'test.token' }, async (tx) => {
      const { rows } = await tx.query({ text: 'select pg_backend_pid() as pid' });
      return (rows[0] as { pid: number }).pid;
    });
  const first = await pid();
  await give('second-token');
  connect.renew('app');
  expect(await pid()).not.toBe(first);
});
