import { type Connect, distinctDatabases } from '../../foundation/connect/index.ts';
import { climb } from '../../foundation/migrate/index.ts';
import type { Clock } from '../../kernel/index.ts';
import type { TenantData } from '../tenancy/index.ts';
import { shredHashKey } from './sql/queries/queries.gen.ts';

// Whoever writes to a tracked table reads the keys until its transaction ends.
const patienceMs = 60_000;

/**
 * The trail tells of a tenant and is not the tenant's: it neither moves with it nor goes with it. What it holds of an erased one are hashes,
 * whose key is destroyed before the first row goes: its bytes too, so the small table of keys is written anew.
 */
export function tenantKeys({ connect, clock }: { readonly connect: Connect; readonly clock: Clock }): TenantData {
  return {
    schemas: ['audit'],
    async erase(tenantId, signal = new AbortController().signal) {
      let keysOfHashes = 0;
      for (const tier of distinctDatabases(connect)) {
        await using session = await connect.session({ tier, tag: 'audit.shred', signal });
        keysOfHashes += await shredHashKey.run(session, { tenant_id: tenantId });
        await climb({ clock, signal, deadlineMs: patienceMs }, async ({ lockTimeoutMs }) => {
          await session.query({ text: `set lock_timeout = ${lockTimeoutMs}` });
          await session.query({ text: 'vacuum (full) audit.hash_keys' });
        });
      }
      return { keysOfHashes };
    },
  };
}
