import type { Connect } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';

export interface DistanceDeps {
  readonly connect: Pick<Connect, 'databaseKey'>;
  readonly tenancy: Pick<Tenancy, 'directory'>;
}

/** Why what is committed for a tenant in a tier is not committed with the queue; undefined: it is, both are in one database. */
export function distanceOf({ connect, tenancy }: DistanceDeps, tier: Tier, tenantId: string | undefined): string | undefined {
  if (connect.databaseKey(tier) !== connect.databaseKey('queue')) return 'its database is not that of the queue';
  const place = tenantId === undefined ? undefined : tenancy.directory.placeOf?.(tenantId, tier);
  return place && `its tenant is placed in the database ${place.database}`;
}
