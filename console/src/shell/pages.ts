import type { IconName } from '../parts/icon.tsx';

/** The pages in order of use. A page is shown only on a platform that has its capability. */
export const pages = [
  { to: '/', name: 'Overview', icon: 'overview', capability: 'cluster' },
  { to: '/tables', name: 'Tables', icon: 'tables', capability: 'console' },
  { to: '/tenants', name: 'Tenants', icon: 'tenants', capability: 'tenancy' },
  { to: '/mail', name: 'Mail', icon: 'mail', capability: 'mail' },
  { to: '/content', name: 'Content', icon: 'content', capability: 'content' },
  { to: '/pools', name: 'Pools', icon: 'pools', capability: 'connect' },
  { to: '/jobs', name: 'Jobs', icon: 'jobs', capability: 'queue' },
  { to: '/access', name: 'Access', icon: 'lock', capability: 'access' },
  { to: '/privacy', name: 'Privacy', icon: 'privacy', capability: 'privacy' },
  { to: '/migrations', name: 'Migrations', icon: 'migrations', capability: 'migrate' },
  { to: '/audit', name: 'Audit', icon: 'audit', capability: 'audit' },
] as const satisfies readonly { to: string; name: string; icon: IconName; capability: string }[];
