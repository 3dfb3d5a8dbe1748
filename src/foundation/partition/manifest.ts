import { join } from 'node:path';
import type { Manifest, Service } from '../../kernel/index.ts';
import type { Cluster } from '../cluster/index.ts';
import type { Connect } from '../connect/index.ts';
import type { Migrate } from '../migrate/index.ts';
import type { ArchiveSink } from './archive/index.ts';
import { assessCommands, assessRoutes } from './assess/surface.ts';
import type { PartitionDeps } from './context.ts';
import { conversionCommands, conversionRoutes } from './conversion/surface.ts';
import type { Partition } from './model/types.ts';
import { type PartitionOptions, partitionOptions } from './options.ts';
import type { BeforeDetach, Holds } from './retention/index.ts';
import { commands } from './surface/commands.ts';
import { routes } from './surface/routes.ts';

/** The facade with the services that belong to it; others see it as Partition. */
type OpenedPartition = Partition & { readonly services: readonly Service[] };

const load = () =>
  Promise.all([import('./archive/index.ts'), import('./partition.ts'), import('./retention/index.ts'), import('./upkeep.ts')]);

export const manifest: Manifest = {
  name: 'partition',
  layer: 'foundation',
  requires: ['cluster', 'connect', 'migrate'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: partitionOptions,
  migrations: { name: 'partition', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands: [...commands, ...assessCommands, ...conversionCommands],
  routes: [...routes, ...assessRoutes, ...conversionRoutes],
  load,
  async open({ clock, log, options, use, slot, dataDir, manifests }): Promise<OpenedPartition> {
    const [{ directorySink }, { openPartition }, { retentionService }, { upkeepService }] = await load();
    const declared = manifests.flatMap(({ partitions }) => partitions ?? []);
    const folder = directorySink(join(dataDir, 'partition-archives'));
    const filled = slot<ArchiveSink>('partition.ArchiveSink');
    const cluster = use<Cluster>('cluster');
    const deps: PartitionDeps = {
      connect: use<Connect>('connect'),
      backfills: use<Migrate>('migrate').backfills,
      freeBytes: () => cluster.freeBytes(),
      clock,
      log,
      declared,
      holds: slot<Holds>('partition.Holds'),
      beforeDetach: slot<BeforeDetach>('partition.BeforeDetach'),
      sink: () => filled() ?? folder,
    };
    const { context, ...partition } = openPartition(deps, options as PartitionOptions);
    return { ...partition, services: [upkeepService(context, partition.conversions), retentionService(context)] };
  },
  services: (opened: OpenedPartition) => opened.services,
};
