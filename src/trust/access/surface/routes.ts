import type { RouteDescriptor } from '../../../kernel/index.ts';
import type { AccessParts } from '../parts.ts';

const accessOf = (use: <T>(name: string) => T) => use<AccessParts>('access');

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/access/roles',
    summary: 'The roles of the model with what the servers know of them.',
    role: 'viewer',
    handler: async ({ use }) => ({ roles: await accessOf(use).plans.roles() }),
  },
  {
    method: 'GET',
    path: '/access/credentials',
    summary: 'Which passwords were given when, and until when they are good; never a secret.',
    role: 'viewer',
    handler: async ({ use }) => ({ credentials: await accessOf(use).passwords.credentials() }),
  },
  {
    method: 'GET',
    path: '/access/matrix',
    summary: 'What each role can do with each table.',
    role: 'viewer',
    handler: async ({ use }) => accessOf(use).plans.matrix(),
  },
  {
    method: 'GET',
    path: '/access/checks',
    summary: 'Roles, privileges, settings, files and log, judged against the model.',
    role: 'viewer',
    handler: async ({ use }) => accessOf(use).checks.run(),
  },
];
