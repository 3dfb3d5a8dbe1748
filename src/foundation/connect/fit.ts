import { type Tier, tiers } from '../../kernel/index.ts';
import type { Endpoint } from '../cluster/index.ts';
import { Connection } from './connection.ts';
import { connectErrors } from './errors.ts';
import { fitServer } from './model/sizing.ts';
import { serverName } from './open-failure.ts';

/** The identity of a database: two tiers may share one. */
export function databaseName(endpoint: Endpoint): string {
  return `${serverName(endpoint)}/${endpoint.database}`;
}

/** The normal pool of each database: the largest of its tiers, because they share the cores that do the work. */
export function normalMaxByDatabase(endpoint: (tier: Tier) => Endpoint, normalMax: (tier: Tier) => number): Map<string, number> {
  const byDatabase = new Map<string, number>();
  for (const tier of tiers) {
    const name = databaseName(endpoint(tier));
    byDatabase.set(name, Math.max(byDatabase.get(name) ?? 0, normalMax(tier)));
  }
  return byDatabase;
}

/**
 * Asks every server for its limits and refuses pools that could not all be full at once.
 *
 * @throws PLINTH_CONNECT_DOES_NOT_FIT, and what opening a connection throws
 */
export async function checkFit(
  endpoint: (tier: Tier) => Endpoint,
  byDatabase: ReadonlyMap<string, number>,
  settings: { readonly processes: number; readonly connectTimeoutMs: number },
): Promise<void> {
  const servers = new Map(tiers.map((tier) => [serverName(endpoint(tier)), endpoint(tier)]));
  for (const [server, adminEndpoint] of servers) {
    const limits = await readLimits(adminEndpoint, settings.connectTimeoutMs);
    const databases = [...byDatabase].filter(([name]) => name.startsWith(`${server}/`)).map(([name, normalMax]) => ({ name, normalMax }));
    const { fits, arithmetic } = fitServer(limits, databases, settings.processes);
    if (!fits) throw connectErrors.DOES_NOT_FIT({ server, arithmetic });
  }
}

async function readLimits(endpoint: Endpoint, connectTimeoutMs: number) {
  const connection = await Connection.open({ endpoint, applicationName: 'plinth:connect.fit', connectTimeoutMs, isPipelined: false });
  try {
    const { rows } = await connection.query({
      text: `select current_setting('max_connections')::int as "maxConnections",
        current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true)::int, 0) as reserved`,
    });
    return rows[0] as { maxConnections: number; reserved: number };
  } finally {
    await connection.end();
  }
}
