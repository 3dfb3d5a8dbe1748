import { hash } from 'node:crypto';
import type { Cluster } from '../foundation/cluster/index.ts';
import type { Migrate } from '../foundation/migrate/index.ts';
import {
  type Clock,
  createEventBus,
  type Filled,
  type Log,
  type Manifest,
  type OpenContext,
  optionsFor,
  type Service,
  systemClock,
} from '../kernel/index.ts';
import type { Access } from '../trust/access/index.ts';
import type { Configuration } from './configuration.ts';
import { platformErrors } from './errors.ts';
import { createLog } from './log.ts';

/**
 * How much of a platform is opened. `server`: the foundation and its roles, schema untouched. `migrated`:
 * every capability and the product. `serving`: also HTTP and the long-running services.
 */
export type Level = 'server' | 'migrated' | 'serving';

/** An open platform. Disposing closes everything in reverse order and stops a server that was started here. */
export interface Platform extends AsyncDisposable {
  readonly configuration: Configuration;
  readonly level: Level;
  /** An opened capability by name. @throws PLINTH_PLATFORM_NOT_OPEN */
  use<T>(name: string): T;
}

export interface OpenRequest {
  readonly level: Level;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly signal?: AbortSignal;
  /** What is being done, for people who wait. */
  readonly onProgress?: (line: string) => void;
}

// What has to be there before the schema is: everything below, and the roles that will own the objects.
const beforeSchema = (manifest: Manifest) => manifest.layer === 'foundation' || manifest.name === 'access';

/**
 * Opens the capabilities of a configuration in order, applying migrations as soon as the foundation stands.
 * When one fails, those already open are closed again before the error is thrown.
 *
 * @throws PLINTH_PLATFORM_SCHEMA_BEHIND and whatever a capability throws when it is opened
 */
export async function openPlatform(configuration: Configuration, request: OpenRequest): Promise<Platform> {
  const { manifests, resolved, options, dataDir } = configuration;
  const log = request.log ?? (await createLog(options.logLevel));
  const clock = request.clock ?? systemClock;
  const events = createEventBus();
  const opened = new Map<string, AsyncDisposable>();
  const filled = new Map<string, Filled<unknown>[]>();
  const filledBy = <T>(name: string) => (filled.get(name) ?? []) as readonly Filled<T>[];
  await using stack = new AsyncDisposableStack();

  const use = <T>(name: string): T => {
    const found = opened.get(name);
    if (!found) throw platformErrors.NOT_OPEN({ name, open: [...opened.keys()] });
    return found as T;
  };

  const open = async (manifest: Manifest) => {
    request.signal?.throwIfAborted();
    const context: OpenContext = {
      clock,
      log,
      events,
      dataDir,
      manifests,
      use,
      options: optionsFor(manifest.options, resolved),
      // The last one knows better than those below it.
      slot:
        <T>(name: string) =>
        () =>
          filledBy<T>(name).at(-1)?.value,
      slots:
        <T>(name: string) =>
        () =>
          filledBy<T>(name),
    };
    const capability = await manifest.open(context);
    stack.use(capability);
    opened.set(manifest.name, capability);
    for (const [name, fill] of Object.entries(manifest.fills ?? {})) {
      filled.set(name, [...filledBy(name), { by: manifest.name, value: fill(capability as never) }]);
    }
  };

  const foundation = manifests.filter(beforeSchema);
  const onSchema = request.level === 'server' ? [] : manifests.filter((manifest) => !beforeSchema(manifest) && manifest.layer !== 'serve');
  const serving = request.level === 'serving' ? manifests.filter(({ layer }) => layer === 'serve') : [];
  for (const manifest of foundation) {
    const opening = open(manifest);
    // The first is the server, which takes its time.
    if (manifest === foundation[0]) void loadAhead([...foundation, ...onSchema, ...serving]);
    await opening;
  }
  await use<Access>('access').applyRoles();
  if (request.level !== 'server') {
    await bringSchemaUp(configuration, request, use<Cluster>('cluster'), use<Migrate>('migrate'));
    for (const manifest of onSchema) await open(manifest);
  }
  if (request.level === 'serving') {
    for (const manifest of serving) await open(manifest);
    const services = manifests.flatMap((manifest) => manifest.services?.(use(manifest.name) as never) ?? []);
    stack.defer(() => stopAll(services));
    for (const service of services) service.start();
    events.emit('audited', { action: 'platform.start', success: true, details: { options: chosenOptions(configuration) } });
  }

  const owned = stack.move();
  return { configuration, level: request.level, use, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** One after the other in the order of opening; what cannot be loaded is told when it is opened. */
async function loadAhead(manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) await manifest.load?.().catch(() => {});
}

/** What is not left at its default, so that the trail tells when it was changed: the values by a hash only, those of secrets not at all. */
function chosenOptions({ resolved }: Configuration): Readonly<Record<string, string>> {
  const chosen = resolved.filter(({ origin }) => origin !== 'default');
  const told = ({ value, isSecret }: (typeof chosen)[number]) =>
    isSecret ? '(hidden)' : hash('sha256', JSON.stringify(value) ?? '').slice(0, 12);
  return Object.fromEntries(chosen.map((option) => [`${option.capability}.${option.key}`, `${option.origin} ${told(option)}`]));
}

async function stopAll(services: readonly Service[]): Promise<void> {
  await Promise.all(services.map((service) => service.stop()));
}

async function bringSchemaUp(configuration: Configuration, request: OpenRequest, cluster: Cluster, migrate: Migrate): Promise<void> {
  const onBoot = configuration.options.onBoot ?? (cluster.mode === 'attached' ? 'verify' : 'apply');
  if (onBoot === 'apply') {
    await migrate.up({ ...(request.signal && { signal: request.signal }), ...(request.onProgress && { onProgress: request.onProgress }) });
    return;
  }
  const pending = await migrate.plan();
  if (pending.length > 0) throw platformErrors.SCHEMA_BEHIND({ pending: pending.map((entry) => `${entry.tier}:${entry.id}`) });
}
