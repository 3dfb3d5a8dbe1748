import { type Tier, tiers } from '../../kernel/index.ts';
import type { Connect } from './model/types.ts';

/** One tier for each database of the platform, in the order of tiers. */
export function distinctDatabases(connect: Pick<Connect, 'databaseKey'>): readonly Tier[] {
  const keys = tiers.map((tier) => connect.databaseKey(tier));
  return tiers.filter((_, index) => keys.indexOf(keys[index] as string) === index);
}
