import type { Cluster, Server } from '../../foundation/cluster/index.ts';
import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest, Service } from '../../kernel/index.ts';
import type { Access } from './model/types.ts';
import { type AccessOptions, accessOptions } from './options.ts';
import type { Rotation } from './rotation/index.ts';
import { rotationCommands, rotationRoutes } from './rotation/surface.ts';
import type { Tls } from './tls/index.ts';
import { tlsCommands, tlsRoutes } from './tls/surface.ts';

/** The facade with what belongs to a running platform; others see it as Access. */
type OpenedAccess = Access & { readonly tls: Tls; readonly rotation: Rotation; readonly services: readonly Service[] };

export const manifest: Manifest = {
  name: 'access',
  layer: 'trust',
  requires: ['cluster', 'connect', 'migrate'],
  tiers: [],
  options: accessOptions,
  commands: [...tlsCommands, ...rotationCommands],
  routes: [...tlsRoutes, ...rotationRoutes],
  async open(context): Promise<OpenedAccess> {
    const [{ openAccess }, { openRotation, watchCredentials }, { openSecrets }, { openTls }] = await Promise.all([
      import('./access.ts'),
      import('./rotation/index.ts'),
      import('./secrets/index.ts'),
      import('./tls/index.ts'),
    ]);
    const { clock, log, dataDir, events } = context;
    const options = context.options as AccessOptions;
    const [cluster, connect] = [context.use<Cluster>('cluster'), context.use<Connect>('connect')];
    const endpoint = (tier: Parameters<Cluster['endpoint']>[0]) => cluster.endpoint(tier);
    const secrets = await openSecrets(dataDir, options);
    const access = await openAccess({ endpoint, dataDir, clock, log, secrets }, options);
    const { renewal, ...tls } = openTls({ cluster, dataDir, clock, log, events }, options);
    // A process that joined finds the server as its owner has secured it.
    if (cluster.isOwner) await tls.ensure();
    return {
      ...access,
      tls,
      rotation: openRotation({ endpoint, secrets, connect, clock, events }),
      services: [renewal, watchCredentials({ secrets, connect, clock, log })],
    };
  },
  fills: {
    'connect.Credentials': (access: Access) => access.credentials,
    'migrate.ShadowRoles': () => async (server: Server) => (await import('./shadow.ts')).prepareShadow(server),
  },
  services: (access: OpenedAccess) => access.services,
};
