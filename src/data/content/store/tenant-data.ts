import type { Connect } from '../../../foundation/connect/index.ts';
import type { TenantData } from '../../../trust/tenancy/index.ts';
import { countKept, listReadable } from '../sql/queries/queries.gen.ts';
import { ObjectReader, type RunContent } from './reader.ts';

/**
 * What content adds to the rows that tenancy moves by itself. All it keeps is rows, bytes included; what rows do not show is whether
 * those bytes are still what was put in.
 */
export function contentTenantData(connect: Connect): TenantData {
  // As the owner: the tenant is not open yet while its import is looked through.
  const run: RunContent = (request, work) => connect.transaction({ ...request, tier: 'content', as: 'owner' }, work);
  return {
    // Of bytes nothing can be masked; their objects stay, as what had a name and a size.
    unmaskable: ['content.frames'],
    count: (tenantId) =>
      run({ tag: 'content.count', isReadOnly: true }, async (tx) => ({ ...(await countKept.one(tx, { tenant_id: tenantId })) })),
    async verify(tenantId, signal) {
      for (let after: string | null = null; ; ) {
        const page = await run({ tag: 'content.verify', isReadOnly: true }, (tx) => listReadable.all(tx, { tenant_id: tenantId, after }));
        for (const { id } of page) {
          signal?.throwIfAborted();
          const reader = new ObjectReader(run, { tenantId }, id, async () => {});
          // Read to the end, each frame and the whole are compared with what was put in.
          for await (const _ of reader.read());
        }
        after = page.at(-1)?.blob_id ?? null;
        if (after === null) return;
      }
    },
  };
}
