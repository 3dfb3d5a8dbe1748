import type { TenantDirectory } from '../../foundation/cluster/index.ts';
import type { Connect } from '../../foundation/connect/index.ts';
import type { Holds } from '../../foundation/partition/index.ts';
import { asAudited, type Clock, type EventBus, type Filled, type Log, loop, messageOf } from '../../kernel/index.ts';
import { openBreakGlass } from './break-glass/index.ts';
import { latestCertificate } from './certify/latest.ts';
import type { RouteProbeDeps } from './certify/route-probe.ts';
import { SealedContext } from './context.ts';
import { readCoverage } from './coverage.ts';
import { openFlags } from './flags/index.ts';
import { keyWatchIntervalMs, SealKeys } from './keys.ts';
import { openLifecycle } from './lifecycle/index.ts';
import { measureReading, openUsage, Tally, type TenantMeasure } from './metering/index.ts';
import type { AuditSink } from './model/audit-sink.ts';
import type { IsolationProbe } from './model/isolation-probe.ts';
import type { Masker } from './model/masker.ts';
import type { TenantData } from './model/tenant-data.ts';
import type { Tenancy, Tenant } from './model/types.ts';
import type { TenancyOptions } from './options.ts';
import {
  findPlace,
  keepUp,
  Placements,
  type PlacesDeps,
  placedUpkeepIntervalMs,
  placementErrors,
  placementWatchIntervalMs,
  putMembers,
} from './placement/index.ts';
import { openRegistry } from './registry.ts';
import { directReplicas } from './replicas.ts';
import { recordSecurityEvents } from './security-events.ts';
import {
  configurations,
  Limits,
  limitsWatchIntervalMs,
  openSettings,
  policies,
  policiesOfAll,
  type TenantPolicies,
  type TenantSettings,
  tenantPolicies,
} from './settings/index.ts';

export interface TenancyDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  /** Absolute; holds the key that signs certificates and exports. */
  readonly dataDir: string;
  /** Keeps the trail without which no glass is broken. */
  readonly audit?: () => AuditSink | undefined;
  /** What capabilities keep for a tenant beyond rows. */
  readonly data?: () => readonly Filled<TenantData>[];
  /** What capabilities and products let tenants set. */
  readonly settings?: () => readonly TenantSettings[];
  /** What capabilities measure for tenants. */
  readonly measures?: () => readonly TenantMeasure[];
  /** What capabilities enforce that the operator decides for each tenant. */
  readonly policies?: () => readonly TenantPolicies[];
  /** Who may forbid that rows are erased. */
  readonly holds?: () => Holds | undefined;
  /** What it takes to place a tenant in a database of its own. Absent: all stay in the shared ones. */
  readonly placing?: Omit<PlacesDeps, 'connect'>;
  /** Directories of tenants that others placed, for migrations. */
  readonly directories?: () => readonly TenantDirectory[];
  /** Who knows what stands in place of personal values. */
  readonly masker?: () => Masker | undefined;
  /** Who answers for the ways to tenants' rows that are not SQL. */
  readonly probes?: () => readonly Filled<IsolationProbe>[];
  /** What HTTP would serve. */
  readonly routes?: RouteProbeDeps;
}

/** Opens tenancy on an up-to-date schema; makes the first key of the seal where there is none. */
export async function openTenancy(deps: TenancyDeps, options: TenancyOptions): Promise<Tenancy> {
  const { connect, clock, log, events, dataDir } = deps;
  const places = deps.placing && { connect, ...deps.placing };
  const placements = new Placements(connect, log, places, deps.directories ?? (() => []));
  const limits = new Limits(connect);
  const tally = new Tally({ connect, clock, log });
  const opened = openFlags({
    connect,
    clock,
    log,
    events,
    isCanary: (id) => limits.of(id).isCanary === true,
    hasCanaries: () => limits.hasCanaries(),
  });
  const [keys, { flags, watch: flagWatch, close: closeFlags }] = await Promise.all([
    SealKeys.open(connect, clock, () => placements.places().map(({ endpoint }) => endpoint)),
    opened,
    placements.refresh(),
    limits.refresh(),
  ]);
  const context = new SealedContext({ connect, keys, clock, events, limits, tally, placements }, options.sealSeconds);
  const recorder = recordSecurityEvents(connect, events, log);
  const placeOf = (name: string) => {
    if (!places) throw placementErrors.NO_PLACES();
    return findPlace(places, name);
  };
  const connectOf = ({ placement }: Tenant) => (placement === null ? connect : placeOf(placement).connect);
  const replicas = directReplicas(connect, placeOf);
  const { put, create, addUser, ...registry } = openRegistry(connect, replicas, async ({ id, placement }) => {
    if (placement !== null) await putMembers(connect, placeOf(placement), id);
  });
  const { data = () => [], holds = () => undefined, audit = () => undefined } = deps;
  const { find } = registry;
  const lifecycle = openLifecycle({
    connect,
    clock,
    events,
    dataDir,
    replicas,
    find,
    data,
    holds,
    places,
    placements,
    masker: deps.masker ?? (() => undefined),
  });
  const probes = () => deps.probes?.().map(({ value }) => value) ?? [];
  const certifying = { connect, clock, dataDir, putTenant: put, lifecycle, probes, ...(deps.routes && { routes: deps.routes }) };

  return {
    ...registry,
    sessionContext: context,
    directory: placements,
    placementWatch: loop(deps, {
      name: 'watch of the placements',
      intervalMs: placementWatchIntervalMs,
      run: (signal) => placements.refresh(signal),
    }),
    placedUpkeep: loop(deps, {
      name: 'upkeep of placed tenants',
      intervalMs: placedUpkeepIntervalMs,
      async run(signal) {
        for (const place of placements.places()) {
          // One that cannot be reached does not keep the others from it.
          await keepUp(place, signal).catch((error) => log.error(`upkeep of ${place.name} failed`, { error: messageOf(error) }));
        }
      },
    }),
    keyWatch: loop(deps, { name: 'watch of the seal keys', intervalMs: keyWatchIntervalMs, run: (signal) => keys.refresh(signal) }),
    limitsWatch: loop(deps, { name: 'watch of the limits', intervalMs: limitsWatchIntervalMs, run: (signal) => limits.refresh(signal) }),
    usageWriting: tally.service,
    measureReading: measureReading({ connect, clock, log, measures: deps.measures ?? (() => []) }),
    usage: openUsage({ connect, clock, flush: () => tally.flush() }),
    settings: openSettings({ connect, events, store: configurations, declared: deps.settings ?? (() => []), refresh: async () => {} }),
    policies: openSettings({
      connect,
      events,
      store: policies,
      declared: () => [tenantPolicies, ...(deps.policies?.() ?? [])],
      refresh: () => limits.refresh(),
    }),
    policiesOfAll: (key) => policiesOfAll(connect, [key]),
    flags,
    flagWatch,
    limitsOf: (tenantId) => limits.of(tenantId),
    within: (subject, work) => context.mark(subject, work),
    run: (subject, request, work) => context.within(subject, () => connect.transaction({ ...request, as: subject }, work)),
    current: () => context.current(),
    create: (init) =>
      asAudited(
        events,
        { action: 'tenancy.create', target: { type: 'tenant', id: init.slug } },
        () => create(init),
        ({ id, state }) => ({ tenantId: id, details: { state } }),
      ),
    addUser: (init) =>
      asAudited(
        events,
        { action: 'tenancy.add-user', tenantId: init.tenantId, details: { role: init.role } },
        () => addUser(init),
        ({ userId }) => ({ target: { type: 'user', id: userId } }),
      ),
    lifecycle,
    breakGlass: openBreakGlass({ connect, events, context, audit, find }),
    why: async (request) => (await import('./why/index.ts')).explainWhy({ connectOf, find }, request),
    coverage: () => readCoverage(connect, deps.routes?.manifests.flatMap(({ accepted = [] }) => accepted) ?? []),
    certify: (request = {}) =>
      asAudited(
        events,
        { action: 'tenancy.certify' },
        async () => (await import('./certify/certify.ts')).certify(certifying, request),
        ({ attempts }) => ({ details: { attempts: attempts.length, leaks: attempts.filter(({ verdict }) => verdict === 'leak').length } }),
      ),
    certificate: () => latestCertificate(dataDir),
    rotateKey: () => asAudited(events, { action: 'tenancy.rotate-key' }, () => keys.rotate()),
    async [Symbol.asyncDispose]() {
      await closeFlags().catch((error: unknown) =>
        log.warn('how work under flags ended could not be reported', { error: messageOf(error) }),
      );
      await recorder[Symbol.asyncDispose]();
      await tally[Symbol.asyncDispose]();
    },
  };
}
