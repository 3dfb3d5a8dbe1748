import { type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/status',
    summary: 'Every migration and file of repeatable objects with its state, per tier.',
    role: 'viewer',
    handler: async ({ use }) => ({ migrations: await use<Migrate>('migrate').status() }),
  },
  {
    method: 'GET',
    path: '/migrate/plan',
    summary: 'What the next run would do, in order.',
    role: 'viewer',
    handler: async ({ use }) => ({ migrations: await use<Migrate>('migrate').plan() }),
  },
  {
    method: 'GET',
    path: '/migrate/runs',
    summary: 'The latest runs of all databases: who, from where, what they did and how they ended.',
    role: 'viewer',
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'At most so many; default 50.' })) }),
    handler: async ({ query, use }) => {
      const limit = query.limit as number | undefined;
      return { runs: await use<Migrate>('migrate').runs({ ...(limit && { limit }) }) };
    },
  },
];
