import type { Connect } from '../../../foundation/connect/index.ts';
import type { TenantMeasure } from '../../../trust/tenancy/index.ts';
import { bytesByTenant } from '../sql/queries/queries.gen.ts';

/** What tenants keep here, for their usage. */
export const contentMeasures = (connect: Connect): readonly TenantMeasure[] => [
  {
    name: 'content.bytes',
    meaning: 'Bytes kept now: each sequence of bytes once, before it is compressed.',
    unit: 'bytes',
    async read(_, signal) {
      const request = { tier: 'content', as: 'owner', priority: 'maintenance', tag: 'content.measure', isReadOnly: true, signal } as const;
      const rows = await connect.transaction(request, (tx) => bytesByTenant.all(tx, {}));
      return new Map(rows.map(({ tenant_id, bytes }) => [tenant_id, bytes]));
    },
  },
];
