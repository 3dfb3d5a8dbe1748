import type { RouteDescriptor } from '../../../kernel/index.ts';

// What answers is imported where it does: each command loads this file.
const asking = () => import('../surface/asking.ts');

export const overviewRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/queue/flow',
    summary: 'Where the jobs of each queue are, and the last hour minute by minute.',
    role: 'viewer',
    handler: async (request) => (await asking()).queueOf(request).overview.flow(),
  },
  {
    method: 'GET',
    path: '/queue/tenants',
    summary: 'Which tenants wait longest and why, and who had how much processing time; tenants side by side.',
    role: 'operator',
    handler: async (request) => (await asking()).queueOf(request).overview.tenants(),
  },
  {
    method: 'GET',
    path: '/queue/dead/groups',
    summary: 'Dead letters that nobody has redriven, by what they died of, over all tenants; of messages what varies is left out.',
    role: 'operator',
    handler: async (request) => ({ groups: await (await asking()).queueOf(request).overview.deadGroups() }),
  },
];
