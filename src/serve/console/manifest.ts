import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { Audit } from '../../trust/audit/index.ts';
import type { Tenancy } from '../../trust/tenancy/index.ts';
import { consoleOptions } from './options.ts';
import { routes } from './surface/routes.ts';

export const manifest: Manifest = {
  name: 'console',
  layer: 'serve',
  requires: ['connect', 'tenancy', 'audit'],
  tiers: [],
  options: consoleOptions,
  routes,
  async open(context) {
    const { openConsole } = await import('./console.ts');
    return openConsole({
      connect: context.use<Connect>('connect'),
      tenancy: context.use<Tenancy>('tenancy'),
      audit: context.use<Audit>('audit'),
      capabilities: context.manifests.map((m) => m.name),
    });
  },
};
