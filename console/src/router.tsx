import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { sessionQuery } from './api/queries.ts';
import { listSearch } from './parts/list-state.ts';
import { Empty, Loading, Problem } from './parts/states.tsx';
import { Shell } from './shell/shell.tsx';

const optional = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
/** Keeps the keys that are given; an absent one does not show in the address. */
const keep = <K extends string>(search: Record<string, unknown>, ...keys: K[]): { [P in K]?: string } =>
  Object.fromEntries(keys.flatMap((key) => (optional(search[key]) === undefined ? [] : [[key, String(search[key])]]))) as {
    [P in K]?: string;
  };

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => <Empty title="There is no such page">The address leads nowhere here. The pages stand on the left.</Empty>,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>) => keep(search, 'next'),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  validateSearch: (search: Record<string, unknown>) => keep(search, 'tenant'),
  search: { middlewares: [retainSearchParams(['tenant'])] },
  beforeLoad: async ({ context, location }) => {
    const { account } = await context.client.ensureQueryData(sessionQuery);
    if (!account) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
  component: Shell,
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
});

const tables = createRoute({
  getParentRoute: () => shell,
  path: '/tables',
  validateSearch: (search: Record<string, unknown>) => ({ ...listSearch(search), ...keep(search, 'tier', 'view') }),
  component: lazyRouteComponent(() => import('./pages/tables/tables-page.tsx'), 'TablesPage'),
});

const table = createRoute({
  getParentRoute: () => shell,
  path: '/tables/$tier/$schema/$table',
  validateSearch: (search: Record<string, unknown>) => keep(search, 'view'),
  component: lazyRouteComponent(() => import('./pages/tables/table-page.tsx'), 'TablePage'),
});

const tenants = createRoute({
  getParentRoute: () => shell,
  path: '/tenants',
  validateSearch: (search: Record<string, unknown>) => ({ ...listSearch(search), ...keep(search, 'view', 'minute') }),
  component: lazyRouteComponent(() => import('./pages/tenants/tenants-page.tsx'), 'TenantsPage'),
});

const tenant = createRoute({
  getParentRoute: () => shell,
  path: '/tenants/$id',
  component: lazyRouteComponent(() => import('./pages/tenants/tenant-page.tsx'), 'TenantPage'),
});

const mail = createRoute({
  getParentRoute: () => shell,
  path: '/mail',
  validateSearch: (search: Record<string, unknown>) => keep(search, 'q', 'thread'),
  component: lazyRouteComponent(() => import('./pages/mail/mail-page.tsx'), 'MailPage'),
});

const content = createRoute({
  getParentRoute: () => shell,
  path: '/content',
  component: lazyRouteComponent(() => import('./pages/content/content-page.tsx'), 'ContentPage'),
});

const pools = createRoute({
  getParentRoute: () => shell,
  path: '/pools',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/pools/pools-page.tsx'), 'PoolsPage'),
});

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: (search: Record<string, unknown>) => ({
    ...listSearch(search),
    ...keep(search, 'view', 'state', 'queue', 'type', 'since', 'until', 'signature', 'schedule', 'range'),
  }),
  component: lazyRouteComponent(() => import('./pages/jobs/jobs-page.tsx'), 'JobsPage'),
});

const job = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/$id',
  component: lazyRouteComponent(() => import('./pages/jobs/job-page.tsx'), 'JobPage'),
});

const batch = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/batches/$id',
  component: lazyRouteComponent(() => import('./pages/jobs/batch-page.tsx'), 'BatchPage'),
});

const access = createRoute({
  getParentRoute: () => shell,
  path: '/access',
  validateSearch: (search: Record<string, unknown>) => ({ ...listSearch(search), ...keep(search, 'view') }),
  component: lazyRouteComponent(() => import('./pages/access/access-page.tsx'), 'AccessPage'),
});

const migrations = createRoute({
  getParentRoute: () => shell,
  path: '/migrations',
  validateSearch: (search: Record<string, unknown>) => ({ ...listSearch(search), ...keep(search, 'view') }),
  component: lazyRouteComponent(() => import('./pages/migrations/migrations-page.tsx'), 'MigrationsPage'),
});

const privacy = createRoute({
  getParentRoute: () => shell,
  path: '/privacy',
  validateSearch: (search: Record<string, unknown>) => ({ ...listSearch(search), ...keep(search, 'view') }),
  component: lazyRouteComponent(() => import('./pages/privacy/privacy-page.tsx'), 'PrivacyPage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>) => ({
    ...listSearch(search),
    ...keep(search, 'view', 'from', 'to', 'kind', 'action', 'target', 'user', 'outcome', 'event', 'subject', 'tier', 'table', 'key', 'all'),
  }),
  component: lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
});

const routeTree = root.addChildren([
  signIn,
  shell.addChildren([overview, tables, table, tenants, tenant, mail, content, pools, jobs, job, batch, access, migrations, privacy, audit]),
]);

/** The pages by address; each is loaded when it is first opened, or when a pointer rests on a link to it. */
export function createConsoleRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    defaultPendingComponent: () => <Loading />,
    defaultErrorComponent: ({ error, reset }) => (
      <Problem error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
    ),
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
