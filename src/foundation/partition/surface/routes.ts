import { type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Partition } from '../model/types.ts';

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/partition/sets',
    summary: 'Every table that is looked after, with its coverage, and what is wrong with any.',
    role: 'viewer',
    handler: async ({ use }) => {
      const partition = use<Partition>('partition');
      return { sets: await partition.status(), findings: await partition.findings() };
    },
  },
  {
    method: 'GET',
    path: '/partition/parts',
    summary: 'Partitions there are or were, of one table or all.',
    role: 'viewer',
    query: Type.Object({ table: Type.Optional(Type.String({ description: 'schema.table' })) }),
    handler: async ({ use, query }) => ({ parts: await use<Partition>('partition').parts(query.table as string | undefined) }),
  },
  {
    method: 'GET',
    path: '/partition/archives',
    summary: 'Archives of partitions, with the time they were last read back.',
    role: 'viewer',
    handler: async ({ use }) => ({ archives: await use<Partition>('partition').archives() }),
  },
];
