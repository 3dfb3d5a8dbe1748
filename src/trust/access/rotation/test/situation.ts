import { type ConnectDeps, connectOptions, openConnect } from '../../../../foundation/connect/index.ts';
import { type Clock, createEventBus, silentLog, systemClock, type Tier, withDefaults } from '../../../../kernel/index.ts';
import { openAccess } from '../../access.ts';
import { openSecrets } from '../../secrets/index.ts';
import { hurried } from '../../test/hurried-clock.ts';
import type { ownServer } from '../../tls/test/platform-tls.ts';
import { openRotation, watchCredentials } from '../index.ts';

type Server = Pick<Awaited<ReturnType<typeof ownServer>>, 'dataDir'> & { readonly cluster: { endpoint: ConnectDeps['endpoint'] } };

/** What one process of a platform has of access: its connections, and the rotation of their credentials. */
export async function openProcess({ cluster, dataDir }: Server, { isOwn = true } = {}) {
  await using stack = new AsyncDisposableStack();
  const deps = { clock: systemClock, log: silentLog, events: createEventBus() };
  const endpoint = (tier: Tier) => cluster.endpoint(tier);
  const secrets = await openSecrets(dataDir, {});
  const access = await openAccess({ endpoint, dataDir, clock: systemClock, log: silentLog, secrets, isOwn }, {});
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
  const rotationAt = (clock: Clock, isOurs = isOwn) => openRotation({ ...deps, clock, endpoint, isOwn: isOurs, secrets, connect });
  return {
    secrets,
    connect,
    report,
    rotationAt,
    rotation: rotationAt(hurried(20)),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
