import type { Connect } from '../../foundation/connect/index.ts';
import { type Tier, tiers } from '../../kernel/index.ts';
import type { TenantReplicas } from './model/types.ts';
import type { Place } from './placement/index.ts';
import { putReplica } from './sql/queries/queries.gen.ts';

/**
 * Writes the replicas directly, tier by tier at the same time. Tiers that share oltp's database have the truth itself. The database of a
 * placed tenant judges its state, so it has a replica too.
 */
export function directReplicas(connect: Connect, findPlace: (name: string) => Place): TenantReplicas {
  return {
    async put({ id, slug, name, state, created, placement }) {
      const others = new Map(tiers.map((tier) => [connect.databaseKey(tier), tier]));
      others.delete(connect.databaseKey('oltp'));
      const write = (to: Connect, tier: Tier) =>
        to.transaction({ tier, as: 'owner', tag: 'tenancy.put-replica' }, (tx) => putReplica.run(tx, { id, slug, name, state, created }));
      await Promise.all([
        ...[...others.values()].map((tier) => write(connect, tier)),
        ...(placement === null ? [] : [write(findPlace(placement).connect, 'oltp')]),
      ]);
    },
  };
}
