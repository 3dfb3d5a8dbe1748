import type { Manifest } from '../../kernel/index.ts';
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
  async open({ clock, log, dataDir, options }) {
    const { openCluster } = await import('./cluster.ts');
    return openCluster({ clock, log, dataDir }, options as ClusterOptions);
  },
};
