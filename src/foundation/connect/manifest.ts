import type { Manifest } from '../../kernel/index.ts';
import type { Cluster, TenantDirectory } from '../cluster/index.ts';
import type { Credentials, SessionContext, StatementWatch } from './model/types.ts';
import { type ConnectOptions, connectOptions } from './options.ts';
import { commands } from './surface/commands.ts';
import { routes } from './surface/routes.ts';

const load = () => import('./connect.ts');

export const manifest: Manifest = {
  name: 'connect',
  layer: 'foundation',
  requires: ['cluster'],
  tiers: [],
  options: connectOptions,
  commands,
  routes,
  load,
  async open(context) {
    const { openConnect } = await load();
    const cluster = context.use<Cluster>('cluster');
    return openConnect(
      {
        endpoint: (tier) => cluster.endpoint(tier),
        credentials: context.slot<Credentials>('connect.Credentials'),
        sessionContext: context.slot<SessionContext>('connect.SessionContext'),
        tenantDirectory: context.slot<TenantDirectory>('cluster.TenantDirectory'),
        statementWatch: context.slot<StatementWatch>('connect.StatementWatch'),
        clock: context.clock,
        log: context.log,
        events: context.events,
      },
      context.options as ConnectOptions,
    );
  },
};
