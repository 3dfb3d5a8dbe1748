import { rm } from 'node:fs/promises';
import type { Endpoint } from '../../src/foundation/cluster/index.ts';
import { silentLog, systemClock, withDefaults } from '../../src/kernel/index.ts';
import { createRoles } from './roles.ts';
import { serverFolder } from './server-folder.ts';
import { withClient } from './template.ts';

/** A PostgreSQL for tests, as superuser; nothing of ours is in it but the roles. */
export interface TestServer extends AsyncDisposable {
  /** URL of its database `postgres`. */
  readonly url: string;
}

/** The server of `PLINTH_TEST_SERVER`, or one started by the cluster capability in a temporary folder. */
export async function openTestServer(): Promise<TestServer> {
  const given = process.env.PLINTH_TEST_SERVER;
  if (given) {
    await withClient(given, createRoles);
    return { url: given, async [Symbol.asyncDispose]() {} };
  }

  // Only where it is used: a defect in the capability that starts servers must not keep tests off a server that is there.
  const { openCluster } = await import('../../src/foundation/cluster/cluster.ts');
  const { clusterOptions } = await import('../../src/foundation/cluster/options.ts');
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await serverFolder('plinth-tests-');
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  const deps = { clock: systemClock, log: silentLog, dataDir, isThrowaway: true };
  const cluster = cleanup.use(await openCluster(deps, withDefaults(clusterOptions, { engine: 'embedded', port: 0 })));
  const url = urlOf({ ...cluster.endpoint('oltp'), database: 'postgres' });
  await withClient(url, createRoles);
  const held = cleanup.move();
  return { url, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** An endpoint as a connection URL. A socket's folder goes into the query, where the driver looks for it. */
export function urlOf({ host, port, database, user, password }: Endpoint): string {
  const isSocket = host.startsWith('/');
  const login = password === undefined ? encodeURIComponent(user) : `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const address = `${isSocket ? 'localhost' : host}:${port}`;
  return `postgres://${login}@${address}/${encodeURIComponent(database)}${isSocket ? `?host=${encodeURIComponent(host)}` : ''}`;
}
