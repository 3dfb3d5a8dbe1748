import path from 'node:path';
import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import { type HttpOptions, httpOptions } from './options.ts';
import { commands } from './surface/commands.ts';

const load = () => import('./http.ts');

export const manifest: Manifest = {
  name: 'http',
  layer: 'serve',
  requires: ['connect', 'access'],
  tiers: ['oltp'],
  options: httpOptions,
  migrations: { name: 'http', dir: path.join(import.meta.dirname, 'sql'), layout: 'capability' },
  commands,
  load,
  async open(context) {
    const { openHttp } = await load();
    return openHttp(
      {
        connect: context.use<Connect>('connect'),
        routes: context.manifests.flatMap((manifest) => manifest.routes ?? []),
        use: context.use,
        clock: context.clock,
        log: context.log,
        events: context.events,
        staticDir: path.join(import.meta.dirname, '../../../console/dist'),
      },
      context.options as HttpOptions,
    );
  },
};
