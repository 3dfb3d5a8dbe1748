import type { Cluster, Server } from '../../foundation/cluster/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { Access } from './model/types.ts';
import { type AccessOptions, accessOptions } from './options.ts';

export const manifest: Manifest = {
  name: 'access',
  layer: 'trust',
  requires: ['cluster', 'connect', 'migrate'],
  tiers: [],
  options: accessOptions,
  async open(context) {
    const { openAccess } = await import('./access.ts');
    const cluster = context.use<Cluster>('cluster');
    const { clock, log, dataDir } = context;
    return openAccess({ endpoint: (tier) => cluster.endpoint(tier), dataDir, clock, log }, context.options as AccessOptions);
  },
  fills: {
    'connect.Credentials': (access: Access) => access.credentials,
    'migrate.ShadowRoles': () => async (server: Server) => (await import('./shadow.ts')).prepareShadow(server),
  },
};
