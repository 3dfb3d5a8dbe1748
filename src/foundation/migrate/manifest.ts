import type { Manifest } from '../../kernel/index.ts';
import type { Cluster } from '../cluster/index.ts';
import type { Connect } from '../connect/index.ts';
import { openMigrate } from './migrate.ts';
import { type MigrateOptions, migrateOptions } from './options.ts';
import { commands } from './surface/commands.ts';
import { routes } from './surface/routes.ts';

export const manifest: Manifest = {
  name: 'migrate',
  layer: 'foundation',
  requires: ['cluster', 'connect'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: migrateOptions,
  // Its own ledger is not handed over as a source: it has to be there before anything can be recorded.
  commands,
  routes,
  async open({ options, use, clock, log, manifests }) {
    const given = options as MigrateOptions;
    const isOurs = use<Cluster>('cluster').mode !== 'attached';
    const sources = manifests.flatMap(({ migrations, tiers }) => (migrations ? [{ tiers, ...migrations }] : []));
    const lockDeadlineMs = given.lockDeadlineMs ?? (isOurs ? 60_000 : 40 * 60_000);
    return openMigrate({ connect: use<Connect>('connect'), clock, log, sources }, { ...given, lockDeadlineMs });
  },
};
