import type { Manifest, Service, Tier } from '../../kernel/index.ts';
import type { Cluster, TenantDirectory } from '../cluster/index.ts';
import type { Connect } from '../connect/index.ts';
import type { BackupGate } from './approve/index.ts';
import type { ShadowRoles } from './context.ts';
import type { ImpactSource, PlanLab } from './impact/index.ts';
import type { Migrate } from './model/types.ts';
import type { ChangeSource } from './move/index.ts';
import { type MigrateOptions, migrateOptions } from './options.ts';
import type { CloneSource } from './rehearse/index.ts';
import { commands, routes } from './surface/index.ts';

/** The facade with the services that belong to it; others see it as Migrate. */
type OpenedMigrate = Migrate & { readonly services: readonly Service[] };

const load = () =>
  Promise.all([
    import('./migrate.ts'),
    import('./backfill/index.ts'),
    import('./drift/index.ts'),
    import('./groups/index.ts'),
    import('./trash/index.ts'),
  ]);

export const manifest: Manifest = {
  name: 'migrate',
  layer: 'foundation',
  requires: ['cluster', 'connect'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: migrateOptions,
  // Its own ledger is not handed over as a source: it has to be there before anything can be recorded.
  commands,
  routes,
  load,
  async open({ options, use, slot, clock, log, events, manifests }): Promise<OpenedMigrate> {
    const given = options as MigrateOptions;
    const cluster = use<Cluster>('cluster');
    const isOurs = cluster.mode !== 'attached';
    const sources = manifests.flatMap(({ migrations, tiers }) => (migrations ? [{ tiers, ...migrations }] : []));
    const lockDeadlineMs = given.lockDeadlineMs ?? (isOurs ? 60_000 : 40 * 60_000);
    const connect = use<Connect>('connect');
    const shadowRoles = slot<ShadowRoles>('migrate.ShadowRoles');
    const throwaway = () => cluster.throwaway();
    const environment = given.environment ?? (isOurs ? 'development' : 'staging');
    const cloneSource = slot<CloneSource>('migrate.CloneSource');
    const planLab = slot<PlanLab>('migrate.PlanLab');
    const impactSource = slot<ImpactSource>('migrate.ImpactSource');
    const backupGate = slot<BackupGate>('migrate.BackupGate');
    const changeSource = slot<ChangeSource>('migrate.ChangeSource');
    const freeBytes = () => cluster.freeBytes();
    const tenantDirectory = slot<TenantDirectory>('cluster.TenantDirectory');
    const administrative = (tier: Tier) => cluster.endpoint(tier);
    const [{ openMigrate }, { backfillers }, { driftScan }, { groupWatch }, { trashSweep }] = await load();
    const migrate = openMigrate(
      {
        connect,
        clock,
        log,
        events,
        sources,
        throwaway,
        shadowRoles,
        administrative,
        freeBytes,
        cloneSource,
        planLab,
        impactSource,
        backupGate,
        changeSource,
        tenantDirectory,
      },
      { ...given, environment, lockDeadlineMs, needsWindow: !isOurs, refusesLint: !isOurs },
    );
    const loops = { clock, log };
    return {
      ...migrate,
      services: [
        ...backfillers({ connect, ...loops }),
        groupWatch({ groups: migrate.groups, ...loops }),
        trashSweep({ trash: migrate.trash, ...loops }),
        driftScan({ drift: migrate.drift, ...loops }),
      ],
    };
  },
  services: (opened: OpenedMigrate) => opened.services,
};
