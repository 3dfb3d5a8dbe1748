import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { Tenancy } from './model/types.ts';
import { type TenancyOptions, tenancyOptions } from './options.ts';
import { commands } from './surface/commands.ts';
import { routes } from './surface/routes.ts';

export const manifest: Manifest = {
  name: 'tenancy',
  layer: 'trust',
  requires: ['connect', 'migrate', 'partition', 'access'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: tenancyOptions,
  migrations: { name: 'tenancy', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands,
  routes,
  async open({ clock, log, events, dataDir, options, use }) {
    const { openTenancy } = await import('./tenancy.ts');
    return openTenancy({ connect: use<Connect>('connect'), clock, log, events, dataDir }, options as TenancyOptions);
  },
  fills: { 'connect.SessionContext': (tenancy: Tenancy) => tenancy.sessionContext },
  services: (tenancy: Tenancy) => [tenancy.keyWatch],
};
