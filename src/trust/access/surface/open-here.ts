import { findCluster } from '../../../foundation/cluster/index.ts';
import { type CommandInput, createEventBus, silentLog, systemClock } from '../../../kernel/index.ts';
import { accessErrors } from '../errors.ts';
import { platformSchemasOf } from '../model/platform-schemas.ts';
import type { AccessOptions } from '../options.ts';
import { type AccessParts, openParts } from '../parts.ts';

/**
 * What looks and changes nothing, without opening the platform: that would make roles and revoke privileges before anybody has seen
 * the plan, and would refuse to start for just the differences one wants to see.
 * @throws PLINTH_ACCESS_NOTHING_RUNS
 */
export async function openHere(input: CommandInput): Promise<Pick<AccessParts, 'plans' | 'checks' | 'network'>> {
  const { dataDir, manifests } = input;
  const deps = { dataDir, clock: systemClock, log: silentLog };
  const cluster = await findCluster(deps, input.options('cluster'));
  if (!cluster) throw accessErrors.NOTHING_RUNS();
  const platformSchemas = platformSchemasOf(manifests);
  const here = { ...deps, mode: cluster.mode, events: createEventBus(), platformSchemas };
  return openParts({ ...here, endpoint: (tier) => cluster.endpoint(tier) }, input.options<AccessOptions>('access'));
}
