import { isTier, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Console } from '../console.ts';
import { consoleErrors } from '../errors.ts';

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/console/capabilities',
    summary: 'What this platform is made of: which pages there are',
    role: 'viewer',
    handler: async ({ use }) => ({ capabilities: use<Console>('console').capabilities }),
  },
  {
    method: 'GET',
    path: '/console/tables',
    summary: 'Every table of all tiers with its size',
    role: 'viewer',
    handler: async ({ use, signal }) => ({ tables: await use<Console>('console').listTables(signal) }),
  },
  {
    method: 'GET',
    path: '/console/tables/:tier/:schema/:table',
    summary: 'Columns, indexes, constraints, policies; under a running grant the first 100 rows of a tenant',
    role: 'viewer',
    query: Type.Object({ tenant: Type.Optional(Type.String({ description: 'Slug or id' })) }),
    async handler({ params, query, account, use, signal }) {
      const { tier = '', schema = '', table = '' } = params;
      if (!isTier(tier)) throw consoleErrors.UNKNOWN_TABLE({ tier, schema, table });
      const describe = (tenantId?: string) =>
        use<Console>('console').describeTable({ tier, schema, table }, tenantId, signal, account?.name);
      if (query.tenant === undefined) return describe();
      const tenancy = use<Tenancy>('tenancy');
      const { id } = await tenancy.find(query.tenant as string);
      const glass = await tenancy.breakGlass.takeOf(account?.name, id);
      return glass.run(() => describe(id));
    },
  },
];
