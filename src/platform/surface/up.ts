import { once } from 'node:events';
import { type Cluster, readSupervisor } from '../../foundation/cluster/index.ts';
import { type CommandDescriptor, type CommandResult, type Manifest, Type, tiers } from '../../kernel/index.ts';
import type { Http } from '../../serve/http/index.ts';
import type { Configuration } from '../configuration.ts';
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
      const running = await readSupervisor(configuration.dataDir);
      if (running) return describe(configuration, running.details as unknown as Addresses, 'already running');

      const started = performance.now();
      await using platform = await openPlatform(configuration, { level: 'serving', signal, onProgress: progress });
      const made = flags.demo === true ? await fillWithDemo(platform, signal, progress) : undefined;
      const http = platform.use<Http>('http');
      const addresses: Addresses = {
        console: http.address,
        ...(http.adminLink && { adminLink: http.adminLink }),
        tiers: tierAddresses(platform),
      };
      await platform.use<Cluster>('cluster').announce({ ...addresses });
      const readyMs = performance.now() - started;
      await print(describe(configuration, addresses, `ready in ${(readyMs / 1000).toFixed(1)} s`, made));

      if (!signal.aborted) await once(signal, 'abort');
      progress('Stopping …');
      return { data: { stopped: true }, text: 'Stopped.' };
    },
  };
}

interface Addresses {
  readonly console: string;
  /** Signs the first administrator in; absent once there is an account. */
  readonly adminLink?: string;
  readonly tiers: Readonly<Record<string, string>>;
}

async function fillWithDemo(platform: Platform, signal: AbortSignal, onProgress: (line: string) => void): Promise<string | undefined> {
  const products = platform.configuration.manifests.filter((manifest: Manifest) => manifest.demo);
  const made: string[] = [];
  for (const product of products) {
    const line = await product.demo?.(platform.use(product.name) as never, { signal, onProgress });
    if (line) made.push(line);
  }
  return made.join('\n') || undefined;
}

function tierAddresses(platform: Platform): Record<string, string> {
  const cluster = platform.use<Cluster>('cluster');
  return Object.fromEntries(
    tiers.map((tier) => {
      const { host, port, database } = cluster.endpoint(tier);
      return [tier, host.startsWith('/') ? `${database} at 127.0.0.1:${port} (socket ${host})` : `${database} at ${host}:${port}`];
    }),
  );
}

function describe(configuration: Configuration, addresses: Addresses, state: string, made?: string): CommandResult {
  const lines: [string, string | undefined][] = [
    ['console', addresses.console],
    ['sign in', addresses.adminLink],
    ...Object.entries(addresses.tiers),
    ['data', configuration.dataDir],
    ['demo', made],
  ];
  const body = lines.flatMap(([label, value]) => (value ? [`  ${label.padEnd(9)}${value}`] : []));
  return {
    data: { name: configuration.name, state, ...addresses, dataDir: configuration.dataDir, demo: made },
    text: [
      `Plinth "${configuration.name}" ${state}.`,
      '',
      ...body,
      '',
      'Ctrl-C stops it; "plinth status" and "plinth down" work from another shell.',
    ].join('\n'),
  };
}
