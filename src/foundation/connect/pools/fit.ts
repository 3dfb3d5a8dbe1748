import { availableParallelism } from 'node:os';
import { type Tier, tiers } from '../../../kernel/index.ts';
import type { Endpoint } from '../../cluster/index.ts';
import { connectErrors } from '../errors.ts';
import { type DatabaseSize, fitServer, normalPoolMax, type ServerLimits, shrinkToFit } from '../model/sizing.ts';
import type { ConnectOptions } from '../options.ts';
import { Connection, serverName } from '../wire/index.ts';

/** The identity of a database: two tiers may share one. */
export function databaseName(endpoint: Endpoint): string {
  return `${serverName(endpoint)}/${endpoint.database}`;
}

/**
 * The normal pool of each database, by name. Asks every server for its limits: sizes nobody chose are made to fit it,
 * chosen ones that could not all be full at once are refused.
 *
 * @throws PLINTH_CONNECT_DOES_NOT_FIT, and what opening a connection throws
 */
export async function fitPools(endpoint: (tier: Tier) => Endpoint, options: ConnectOptions): Promise<ReadonlyMap<string, number>> {
  const servers = new Map(tiers.map((tier) => [serverName(endpoint(tier)), endpoint(tier)]));
  const sizes = new Map<string, number>();
  for (const [server, adminEndpoint] of servers) {
    const limits = await readLimits(adminEndpoint, options.connectTimeoutMs);
    const wanted = databaseSizes(
      tiers.filter((tier) => serverName(endpoint(tier)) === server),
      (tier) => databaseName(endpoint(tier)),
      options,
    );
    const databases = shrinkToFit(limits, wanted, options.processes);
    const { fits, arithmetic } = fitServer(limits, databases, options.processes);
    if (!fits) throw connectErrors.DOES_NOT_FIT({ server, arithmetic });
    for (const { name, normalMax } of databases) sizes.set(name, normalMax);
  }
  return sizes;
}

/** Tiers in one database share its pools and the cores behind it: the largest size is theirs, and a chosen one goes before a default. */
function databaseSizes(onServer: readonly Tier[], nameOf: (tier: Tier) => string, options: ConnectOptions): DatabaseSize[] {
  const byName = Map.groupBy(onServer, nameOf);
  return [...byName].map(([name, shared]) => {
    const chosen = shared.map((tier) => options[`${tier}Connections`]).filter((size) => size !== undefined);
    const sizes = chosen.length > 0 ? chosen : shared.map((tier) => normalPoolMax(tier, availableParallelism()));
    return { name, normalMax: Math.max(...sizes), isChosen: chosen.length > 0 };
  });
}

async function readLimits(endpoint: Endpoint, connectTimeoutMs: number): Promise<ServerLimits> {
  const connection = await Connection.open({ endpoint, applicationName: 'plinth:connect.fit', connectTimeoutMs, isPipelined: false });
  try {
    const { rows } = await connection.query({
      text: `select current_setting('max_connections')::int as "maxConnections",
        current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true)::int, 0) as reserved`,
    });
    return rows[0] as ServerLimits;
  } finally {
    await connection.end();
  }
}
