import { once } from 'node:events';
import type { Cluster } from '../../foundation/cluster/index.ts';
import { type CommandDescriptor, type CommandResult, Type, tiers } from '../../kernel/index.ts';
import type { Http } from '../../serve/http/index.ts';
import type { Configuration } from '../configuration.ts';
import { platformErrors } from '../errors.ts';
import { openPlatform, type Platform } from '../platform.ts';

/** `plinth up`: the whole platform in the foreground, until Ctrl-C. */
export function up(configuration: Configuration): CommandDescriptor {
  return {
    name: 'up',
    summary: 'start everything and stay until Ctrl-C',
    description:
      'Starts PostgreSQL (or attaches to the configured servers), brings every tier up to date, serves the console and the API,\n' +
      'and prints where. When it already runs, prints the addresses of the running one and ends.',
    needs: 'config',
    flags: Type.Object({ demo: Type.Boolean({ default: false, description: 'fill an empty product with demo data' }) }),
    async run({ flags, signal, progress, print }) {
      const { readSupervisor } = await import('../../foundation/cluster/index.ts');
      const running = await readSupervisor(configuration.dataDir);
      // A short command that started the server for itself takes it down again when it ends: nothing to join.
      if (running && !running.announced.console) throw platformErrors.BUSY({ dataDir: configuration.dataDir, pid: running.pid });
      if (running) return describe(configuration, running.announced, `already running (pid ${running.pid})`);

      const started = performance.now();
      await using platform = await openPlatform(configuration, { level: 'serving', signal, onProgress: progress });
      const demo = flags.demo === true ? await fillWithDemo(platform, signal, progress) : '';
      const cluster = platform.use<Cluster>('cluster');
      const addresses = addressesOf(platform.use<Http>('http'));
      await cluster.announce(addresses);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      await print(describe(configuration, { ...addresses, ...databasesOf(cluster), ...(demo && { demo }) }, `ready in ${seconds} s`));

      if (!signal.aborted) await once(signal, 'abort');
      progress('Stopping …');
      return { data: { stopped: true }, text: 'Stopped.' };
    },
  };
}

async function fillWithDemo(platform: Platform, signal: AbortSignal, onProgress: (line: string) => void): Promise<string> {
  const made: string[] = [];
  for (const { name, demo } of platform.configuration.manifests) {
    const line = await demo?.(platform.use(name) as never, { signal, onProgress });
    if (line) made.push(line);
  }
  return made.join('; ');
}

/** Where people and programs reach it; also told to `plinth status` and a second `plinth up`. */
function addressesOf(http: Http): Record<string, string> {
  return { console: http.url, ...(http.signInUrl && { 'sign in': http.signInUrl }) };
}

function databasesOf(cluster: Cluster): Record<string, string> {
  return Object.fromEntries(
    tiers.map((tier) => {
      const { host, port, database } = cluster.endpoint(tier);
      return [tier, `${database} at ${host.startsWith('/') ? `127.0.0.1:${port} (socket ${host})` : `${host}:${port}`}`];
    }),
  );
}

function describe(configuration: Configuration, labelled: Readonly<Record<string, string>>, state: string): CommandResult {
  const lines = Object.entries({ ...labelled, data: configuration.dataDir }).map(([label, value]) => `  ${label.padEnd(9)}${value}`);
  return {
    data: { name: configuration.name, state, ...labelled, data: configuration.dataDir },
    text: [
      `Plinth "${configuration.name}" ${state}.`,
      '',
      ...lines,
      '',
      'Ctrl-C where it runs stops it; so does "plinth down". "plinth status" looks at it.',
    ].join('\n'),
  };
}
