import { type Tier, tiers } from '../../kernel/index.ts';
import type { Endpoint } from '../cluster/index.ts';
import type { Connect } from './model/types.ts';
import { databaseName } from './pools/index.ts';

/** One tier for each database of the platform, in the order of tiers. */
export function distinctDatabases(connect: Pick<Connect, 'databaseKey'>): readonly Tier[] {
  const keys = tiers.map((tier) => connect.databaseKey(tier));
  return tiers.filter((_, index) => keys.indexOf(keys[index] as string) === index);
}

/** The same connections, with all work of this tier in another database: that of a placed tenant. */
export function connectAt(connect: Connect, tier: Tier, place: Endpoint): Connect {
  const there = <T extends { readonly tier: Tier }>(request: T): T => (request.tier === tier ? { ...request, place } : request);
  return {
    transaction: (request, work) => connect.transaction(there(request), work),
    session: (request) => connect.session(there(request)),
    pools: () => connect.pools(),
    renew: (login) => connect.renew(login),
    databaseKey: (one) => (one === tier ? databaseName(place) : connect.databaseKey(one)),
    async [Symbol.asyncDispose]() {},
  };
}
