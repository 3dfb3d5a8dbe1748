import type { Manifest } from '../../kernel/index.ts';
import { openCluster } from './cluster.ts';
import { type ClusterOptions, clusterOptions } from './options.ts';
import { commands } from './surface/commands.ts';
import { routes } from './surface/routes.ts';

export const manifest: Manifest = {
  name: 'cluster',
  layer: 'foundation',
  requires: [],
  tiers: [],
  options: clusterOptions,
  commands,
  routes,
  open: ({ clock, log, dataDir, options }) => openCluster({ clock, log, dataDir }, options as ClusterOptions),
};
