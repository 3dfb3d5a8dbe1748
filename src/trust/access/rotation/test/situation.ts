import { type ConnectDeps, connectOptions, openConnect } from '../../../../foundation/connect/index.ts';
import { createEventBus, silentLog, systemClock, type Tier, withDefaults } from '../../../../kernel/index.ts';
import { openAccess } from '../../access.ts';
import { openSecrets } from '../../secrets/index.ts';
import type { ownServer } from '../../tls/test/platform-tls.ts';
import { openRotation, watchCredentials } from '../index.ts';

type Server = Pick<Awaited<ReturnType<typeof ownServer>>, 'dataDir'> & { readonly cluster: { endpoint: ConnectDeps['endpoint'] } };

/** What one process of a platform has of access: its connections, and the rotation of their credentials. */
export async function openProcess({ cluster, dataDir }: Server) {
  await using stack = new AsyncDisposableStack();
  const deps = { clock: systemClock, log: silentLog, events: createEventBus() };
  const endpoint = (tier: Tier) => cluster.endpoint(tier);
  const secrets = await openSecrets(dataDir, {});
  const access = await openAccess({ endpoint, dataDir, clock: systemClock, log: silentLog, secrets }, {});
  const report = await access.applyRoles();
  const connect = stack.use(
    await openConnect(
      { ...deps, endpoint, credentials: () => access.credentials, sessionContext: () => ({ prelude: () => '' }) },
      withDefaults(connectOptions),
    ),
  );
  const watch = watchCredentials({ ...deps, secrets, connect });
  watch.start();
  stack.defer(() => watch.stop());
  const held = stack.move();
  return {
    secrets,
    connect,
    report,
    rotation: openRotation({ ...deps, endpoint, secrets, connect }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
