import type { RouteDescriptor } from '../../../kernel/index.ts';
import { clusterStatus } from '../administration/index.ts';
import type { Cluster } from '../model/types.ts';

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/cluster/status',
    summary: 'Each tier: whether it is up, its size, its connections, and what its server can do for us.',
    role: 'viewer',
    handler: ({ use }) => clusterStatus(use<Cluster>('cluster')),
  },
];
