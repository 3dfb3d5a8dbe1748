import { type Cluster, findCluster, openCluster } from '../../../foundation/cluster/index.ts';
import {
  type CommandInput,
  createEventBus,
  type EventBus,
  type KernelEvents,
  messageOf,
  silentLog,
  systemClock,
} from '../../../kernel/index.ts';
import { accessErrors } from '../errors.ts';
import { platformSchemasOf } from '../model/platform-schemas.ts';
import type { AccessOptions } from '../options.ts';
import { type AccessParts, openParts } from '../parts.ts';
import type { Rotation } from '../rotation/index.ts';

type Here = Pick<AccessParts, 'plans' | 'checks' | 'network'>;

/**
 * What looks and changes nothing, without opening the platform: that would make roles and revoke privileges before anybody has seen
 * the plan, and would refuse to start for just the differences one wants to see.
 * @throws PLINTH_ACCESS_NOTHING_RUNS
 */
export async function openHere(input: CommandInput): Promise<Here> {
  const cluster = await findCluster(clusterDeps(input), input.options('cluster'));
  if (!cluster) throw accessErrors.NOTHING_RUNS();
  return partsOf(input, cluster, createEventBus());
}

/** Work that must be possible while the platform refuses to open, because of what it puts right. */
interface Repairs extends Here {
  readonly rotation: Rotation;
}

/**
 * Does work with the server alone, which is started for it where it does not run; then opens the platform, for its audit trail. `note`: why that
 * could not be told.
 */
export async function repair<T>(
  input: CommandInput,
  work: (here: Repairs) => Promise<T>,
): Promise<{ readonly done: T; readonly note?: string }> {
  const events = createEventBus();
  const told: KernelEvents['audited'][] = [];
  events.on('audited', (event) => told.push(event));
  const outcome = await withServer(input, events, work).then(
    (done) => ({ done }),
    (error: unknown) => ({ error }),
  );
  const note = await putOnRecord(input, told);
  if ('error' in outcome) throw outcome.error;
  return { ...outcome, ...(note !== undefined && { note }) };
}

/** Tells the audit trail; why not, where it could not be told. */
async function putOnRecord(input: CommandInput, told: readonly KernelEvents['audited'][]): Promise<string | undefined> {
  if (told.length === 0) return undefined;
  try {
    await using platform = await input.open('migrated');
    for (const event of told) platform.use<Teller>('access').tell(event);
    return undefined;
  } catch (error) {
    return `This is not in the audit trail, because the platform does not open: ${messageOf(error)}`;
  }
}

/** The opened capability, as far as it passes on what was done before it was open. */
export interface Teller {
  readonly tell: (event: KernelEvents['audited']) => void;
}

async function withServer<T>(input: CommandInput, events: EventBus, work: (here: Repairs) => Promise<T>): Promise<T> {
  await using cluster = await openCluster(clusterDeps(input), input.options('cluster'));
  const [{ openRotation }, { openSecrets }] = await Promise.all([import('../rotation/index.ts'), import('../secrets/index.ts')]);
  const secrets = await openSecrets(input.dataDir, input.options<AccessOptions>('access'));
  const rotation = openRotation({
    endpoint: (tier) => cluster.endpoint(tier),
    isOwn: cluster.mode !== 'attached',
    secrets,
    // There are no connections here. Other processes notice by themselves.
    connect: { renew() {} },
    clock: systemClock,
    events,
  });
  return await work({ ...partsOf(input, cluster, events), rotation });
}

const clusterDeps = ({ dataDir }: CommandInput) => ({ dataDir, clock: systemClock, log: silentLog });

function partsOf(input: CommandInput, cluster: Cluster, events: EventBus): Here {
  const platformSchemas = platformSchemasOf(input.manifests);
  const deps = { ...clusterDeps(input), mode: cluster.mode, events, installRules: cluster.installRules, platformSchemas };
  return openParts({ ...deps, endpoint: (tier) => cluster.endpoint(tier) }, input.options<AccessOptions>('access'));
}
