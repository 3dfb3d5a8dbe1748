import path from 'node:path';
import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import { type HttpOptions, httpOptions } from './options.ts';
import { commands } from './surface/commands.ts';

const load = async () => {
  const [http, { fastify }] = await Promise.all([import('./http.ts'), import('fastify')]);
  // It loads its compilers with the first instance, the half of what it loads.
  fastify();
  return http;
};

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
