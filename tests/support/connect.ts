import { openConnect } from '../../src/foundation/connect/connect.ts';
import type { Connect, SessionContext } from '../../src/foundation/connect/index.ts';
import { type ConnectOptions, connectOptions } from '../../src/foundation/connect/options.ts';
import { createEventBus, silentLog, systemClock, withDefaults } from '../../src/kernel/index.ts';
import { openAccess } from '../../src/trust/access/access.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { testPasswords } from './roles.ts';

export interface TestConnect extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly connect: Connect;
}

/**
 * Connections to a database of the file's own in which the three roles are applied: `owner` and, given a session context,
 * tenants and `system` can be served. All tiers are that one database. Dispose it in the test or in `afterAll`.
 */
export async function testConnect(
  given: { readonly database?: TestDatabase; readonly sessionContext?: SessionContext; readonly options?: Partial<ConnectOptions> } = {},
): Promise<TestConnect> {
  const database = given.database ?? (await testDatabase());
  const endpoint = () => database.endpoint;
  const base = { endpoint, clock: systemClock, log: silentLog };
  const access = await openAccess({ ...base, dataDir: '/nonexistent' }, testPasswords);
  await access.applyRoles();
  const connect = await openConnect(
    { ...base, credentials: () => access.credentials, sessionContext: () => given.sessionContext, events: createEventBus() },
    withDefaults(connectOptions, given.options),
  );
  return { database, connect, [Symbol.asyncDispose]: () => connect[Symbol.asyncDispose]() };
}
