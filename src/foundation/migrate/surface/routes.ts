import type { RouteDescriptor } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/status',
    summary: 'Every migration and file of repeatable objects with its state, per tier.',
    role: 'viewer',
    handler: async ({ use }) => ({ migrations: await use<Migrate>('migrate').status() }),
  },
];
