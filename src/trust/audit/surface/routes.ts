import { nilUuid, type RouteDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Tenancy } from '../../tenancy/index.ts';
import type { Audit } from '../model/types.ts';

const tierQuery = Type.Optional(Type.Union(tiers.map((tier) => Type.Literal(tier))));

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/audit/tables',
    summary: 'Tables whose changes are in the trail.',
    role: 'viewer',
    handler: async ({ use }) => ({ tables: await use<Audit>('audit').tracked() }),
  },
  {
    method: 'POST',
    path: '/audit/tables',
    summary: 'Writes all changes of a table to the trail from now on.',
    role: 'admin',
    body: Type.Object({
      table: Type.String({ minLength: 1 }),
      tier: tierQuery,
      columns: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    }),
    async handler({ body, use }) {
      return { table: await use<Audit>('audit').track(body as { table: string; tier?: Tier; columns?: string[] }) };
    },
  },
  {
    method: 'DELETE',
    path: '/audit/tables/:table',
    summary: 'Ends the tracking of a table; what is in the trail stays.',
    role: 'admin',
    query: Type.Object({ tier: tierQuery }),
    async handler({ params, query, use }) {
      await use<Audit>('audit').untrack({ table: params.table ?? '', ...(query as { tier?: Tier }) });
      return { untracked: params.table };
    },
  },
  {
    method: 'GET',
    path: '/audit/tables/:table/history',
    summary: 'Every version of a row that the trail knows; of a row of a tenant under a running grant only.',
    role: 'operator',
    query: Type.Object({
      key: Type.Union([Type.String(), Type.Array(Type.String())]),
      tenantId: Type.Optional(Type.String()),
      tier: tierQuery,
    }),
    async handler({ account, params, query, use }) {
      const { key, ...place } = query as { key: string | string[]; tenantId?: string; tier?: Tier };
      const found = await use<Audit>('audit').history({ table: params.table ?? '', key: [key].flat(), ...place });
      const { tenantId = nilUuid, tier, table, versions } = found;
      if (tenantId === nilUuid) return found;
      const { grant } = await use<Tenancy>('tenancy').breakGlass.takeOf(account?.name, tenantId);
      await use<Audit>('audit').record({
        kind: 'access',
        action: 'audit.history',
        success: true,
        tenantId,
        tier,
        target: { type: 'table', id: table },
        purpose: grant.reason,
        rowCount: versions.length,
        keys: [found.key],
      });
      return found;
    },
  },
  {
    method: 'GET',
    path: '/audit/chain',
    summary: 'How much of the trail is sealed, and until when, per database.',
    role: 'viewer',
    handler: async ({ use }) => ({ chain: await use<Audit>('audit').chain.status() }),
  },
  {
    method: 'POST',
    path: '/audit/chain/verify',
    summary: 'Proves that nothing in the trail was changed, removed or added. Reads all of it.',
    role: 'operator',
    handler: ({ use, signal }) => use<Audit>('audit').chain.verify({ signal }),
  },
];
