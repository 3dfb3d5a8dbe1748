import type { Cluster, Server } from '../../foundation/cluster/index.ts';
import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest, Service } from '../../kernel/index.ts';
import { listenAddressesOf } from './model/environments.ts';
import { platformSchemasOf } from './model/platform-schemas.ts';
import type { Access } from './model/types.ts';
import { type AccessOptions, accessOptions } from './options.ts';
import type { AccessParts } from './parts.ts';
import type { Rotation } from './rotation/index.ts';
import { rotationCommands, rotationRoutes } from './rotation/surface.ts';
import { commands } from './surface/commands.ts';
import type { Teller } from './surface/open-here.ts';
import { routes } from './surface/routes.ts';
import type { Tls } from './tls/index.ts';
import { tlsCommands, tlsRoutes } from './tls/surface.ts';

/** The facade with what belongs to a running platform; others see it as Access. */
type OpenedAccess = Access &
  AccessParts &
  Teller & { readonly tls: Tls; readonly rotation: Rotation; readonly services: readonly Service[] };

const load = () =>
  Promise.all([
    import('./access.ts'),
    import('./context.ts'),
    import('./parts.ts'),
    import('./rotation/index.ts'),
    import('./secrets/index.ts'),
    import('./tls/index.ts'),
  ]);

export const manifest: Manifest = {
  name: 'access',
  layer: 'trust',
  requires: ['cluster', 'connect', 'migrate'],
  tiers: ['oltp'],
  options: accessOptions,
  migrations: { name: 'access', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands: [...commands, ...tlsCommands, ...rotationCommands],
  routes: [...routes, ...tlsRoutes, ...rotationRoutes],
  load,
  async open(context): Promise<OpenedAccess> {
    const [
      { openAccess },
      { contextOf, declaredIn },
      { openParts },
      { openRotation, renewCredentials, watchCredentials },
      { openSecrets },
      { openTls },
    ] = await load();
    const { clock, log, dataDir, events } = context;
    const options = context.options as AccessOptions;
    const [cluster, connect] = [context.use<Cluster>('cluster'), context.use<Connect>('connect')];
    const endpoint = (tier: Parameters<Cluster['endpoint']>[0]) => cluster.endpoint(tier);
    const secrets = await openSecrets(dataDir, options);
    const isOwn = cluster.mode !== 'attached';
    const access = await openAccess({ endpoint, dataDir, clock, log, secrets, isOwn }, options);
    const platformSchemas = platformSchemasOf(context.manifests);
    const installRules: Cluster['installRules'] = (rules) => cluster.installRules(rules);
    const deps = { endpoint, dataDir, clock, log, events, mode: cluster.mode, installRules, platformSchemas };
    const parts = openParts(deps, options);
    const { environment } = declaredIn(contextOf(deps, options));
    const networks = environment.from;
    const { renewal, ...tls } = openTls({ cluster, dataDir, clock, log, events, networks }, options);
    // A process that joined finds the server as its owner has secured it.
    if (cluster.isOwner) {
      await tls.ensure();
      await cluster.listenOn(listenAddressesOf(environment));
    }
    const rotation = openRotation({ endpoint, isOwn, secrets, connect, clock, events });
    const watches = [watchCredentials({ secrets, connect, clock, log }), ...(parts.logins.watch ? [parts.logins.watch] : [])];
    const tell: Teller['tell'] = (event) => events.emit('audited', event);
    return { ...access, ...parts, tls, rotation, tell, services: [renewal, renewCredentials({ rotation, clock, log }), ...watches] };
  },
  fills: {
    'connect.Credentials': (access: Access) => access.credentials,
    'migrate.ShadowRoles': () => async (server: Server) => (await import('./shadow.ts')).prepareShadow(server),
  },
  services: (access: OpenedAccess) => access.services,
};
