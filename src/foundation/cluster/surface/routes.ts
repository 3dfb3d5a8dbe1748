import type { RouteDescriptor } from '../../../kernel/index.ts';
import type { Cluster } from '../model/types.ts';

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/cluster/status',
    summary: 'Each tier: whether it is up, its size, its connections, and what its server can do for us.',
    role: 'viewer',
    async handler({ use }) {
      const { clusterStatus } = await import('../administration/index.ts');
      return clusterStatus(use<Cluster>('cluster'));
    },
  },
];
