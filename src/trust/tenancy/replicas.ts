import type { Connect } from '../../foundation/connect/index.ts';
import { tiers } from '../../kernel/index.ts';
import type { TenantReplicas } from './model/types.ts';
import { putReplica } from './sql/queries/queries.gen.ts';

/** Writes the replicas directly, tier by tier at the same time. Tiers that share oltp's database have the truth itself. */
export function directReplicas(connect: Connect): TenantReplicas {
  return {
    async put({ id, slug, name, state, created }) {
      const others = new Map(tiers.map((tier) => [connect.databaseKey(tier), tier]));
      others.delete(connect.databaseKey('oltp'));
      await Promise.all(
        [...others.values()].map((tier) =>
          connect.transaction({ tier, as: 'owner', tag: 'tenancy.put-replica' }, (tx) =>
            putReplica.run(tx, { id, slug, name, state, created }),
          ),
        ),
      );
    },
  };
}
