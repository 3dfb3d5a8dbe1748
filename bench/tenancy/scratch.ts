import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openCluster } from '../../src/foundation/cluster/cluster.ts';
import type { Endpoint } from '../../src/foundation/cluster/index.ts';
import { clusterOptions } from '../../src/foundation/cluster/options.ts';
import { openConnect } from '../../src/foundation/connect/connect.ts';
import { type Connect, connectOptions, type SessionContext, type StatementWatch } from '../../src/foundation/connect/index.ts';
import { openMigrate } from '../../src/foundation/migrate/migrate.ts';
import { migrateOptions } from '../../src/foundation/migrate/options.ts';
import { createEventBus, silentLog, systemClock, type Tier, withDefaults } from '../../src/kernel/index.ts';
import { openAccess } from '../../src/trust/access/index.ts';
import { openTenancy, type Tenancy, tenancyOptions } from '../../src/trust/tenancy/index.ts';
import { serverFolder } from '../../tests/support/server-folder.ts';

export interface Scratch extends AsyncDisposable {
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  /** Connections of their own to the same databases, with another context or somebody who is told of statements. */
  connectWith(more: { readonly context?: SessionContext; readonly watch?: StatementWatch }): Promise<Connect>;
  readonly dataDir: string;
  /** Where a database is, without saying as whom. */
  endpoint(tier: Tier): Endpoint;
  /** Where peers connect to, as the owner. */
  url(tier: Tier): Promise<string>;
  /** Runs statements as the owner of objects, outside time-outs of the pools. */
  prepare(...statements: readonly string[]): Promise<void>;
}

/** An embedded cluster of its own with tenancy on it, and of what is above the folders in `more` (`trust/crypto`). */
export async function openScratch(more: readonly string[] = []): Promise<Scratch> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await serverFolder('plinth-bench-');
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  const base = { clock: systemClock, log: silentLog, events: createEventBus(), dataDir };
  const cluster = cleanup.use(await openCluster(base, withDefaults(clusterOptions, { engine: 'embedded', port: 0 })));
  const endpoint = cluster.endpoint.bind(cluster);
  const access = await openAccess({ ...base, endpoint }, {});
  await access.applyRoles();
  let context: SessionContext | undefined;
  const deps = { ...base, endpoint, credentials: () => access.credentials, sessionContext: () => context };
  const options = withDefaults(connectOptions, { oltpConnections: 8 });
  const connect = cleanup.use(await openConnect(deps, options));
  const sourceOf = (path: string) =>
    ({ name: basename(path), dir: join(import.meta.dirname, '../../src', path, 'sql'), layout: 'capability' }) as const;
  const migrate = cleanup.use(
    openMigrate(
      { ...base, connect, sources: ['foundation/partition', 'trust/tenancy', ...more].map(sourceOf) },
      { ...withDefaults(migrateOptions), lockDeadlineMs: 30_000 },
    ),
  );
  await migrate.up();
  const tenancy = cleanup.use(await openTenancy({ ...base, connect }, withDefaults(tenancyOptions)));
  context = tenancy.sessionContext;
  const held = cleanup.move();
  return {
    connect,
    tenancy,
    dataDir,
    endpoint,
    connectWith: async (more) =>
      held.use(await openConnect({ ...deps, sessionContext: () => more.context ?? context, statementWatch: () => more.watch }, options)),
    async url(tier) {
      const { host, port, database } = endpoint(tier);
      const { user, password = '' } = await access.credentials.login('owner', tier);
      return `postgres://${user}:${encodeURIComponent(password)}@${encodeURIComponent(host)}:${port}/${database}`;
    },
    async prepare(...statements) {
      await using session = await connect.session({ tier: 'oltp', tag: 'bench.prepare' });
      for (const text of statements) await session.query({ text });
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/**
 * Runs contestants in turns of `turnMs`, so that what else the machine does falls on all alike. Gives calls per second
 * of each, the median over the turns, for `clients` at a time.
 */
export async function race<K extends string>(
  contestants: Readonly<Record<K, () => Promise<unknown>>>,
  { clients, turns, turnMs }: { readonly clients: number; readonly turns: number; readonly turnMs: number },
): Promise<Record<K, number>> {
  const names = Object.keys(contestants) as K[];
  const rates = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let turn = -1; turn < turns; turn++) {
    // Who comes first changes with the turn.
    for (const name of turn % 2 === 0 ? names : names.toReversed()) {
      const started = performance.now();
      let calls = 0;
      const client = async () => {
        for (; performance.now() - started < turnMs; calls++) await contestants[name]();
      };
      await Promise.all(Array.from({ length: clients }, client));
      // The first turn warms up.
      if (turn >= 0) rates.get(name)?.push((calls * 1_000) / (performance.now() - started));
    }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return Object.fromEntries(names.map((name) => [name, median(rates.get(name) ?? [])])) as Record<K, number>;
}
