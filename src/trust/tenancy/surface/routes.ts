import type { RouteDescriptor } from '../../../kernel/index.ts';
import type { Verdict } from '../model/certificate.ts';
import type { Tenancy } from '../model/types.ts';

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/tenancy/tenants',
    summary: 'All tenants with the number of their members.',
    role: 'viewer',
    handler: async ({ use }) => ({ tenants: await use<Tenancy>('tenancy').list() }),
  },
  {
    method: 'GET',
    path: '/tenancy/tenants/:id',
    summary: 'One tenant, its members and the latest refused attempts.',
    role: 'viewer',
    async handler({ params, use }) {
      const tenancy = use<Tenancy>('tenancy');
      const tenant = await tenancy.find(params.id ?? '');
      const [members, events] = await Promise.all([tenancy.members(tenant.id), tenancy.events(tenant.id)]);
      return { tenant, members, events };
    },
  },
  {
    method: 'GET',
    path: '/tenancy/coverage',
    summary: 'Every table that could show a tenant’s rows, judged against its declaration.',
    role: 'viewer',
    handler: async ({ use }) => ({ tables: await use<Tenancy>('tenancy').coverage() }),
  },
  {
    method: 'GET',
    path: '/tenancy/certificate',
    summary: 'When isolation was last tried on this machine, and what came of it.',
    role: 'viewer',
    async handler({ use }) {
      const certificate = await use<Tenancy>('tenancy').certificate();
      if (!certificate) return { certificate: null };
      const { made, attempts } = certificate;
      const count = (verdict: Verdict) => attempts.filter((attempt) => attempt.verdict === verdict).length;
      return { certificate: { made, attempts: attempts.length, leaks: count('leak'), notProven: count('not proven') } };
    },
  },
];
