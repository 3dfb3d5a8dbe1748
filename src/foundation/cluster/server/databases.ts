import { type Clock, quoteIdentifier, quoteLiteral, sqlstateOf, type Tier, tiers } from '../../../kernel/index.ts';
import type { Endpoint } from '../model/types.ts';
import { withClient } from '../sql-client.ts';
import { superuser } from './initialise.ts';
import type { Postmaster } from './postmaster.ts';

const retryMs = 10_000;

/** The superuser's endpoint of a tier on our own server; each tier is a database of its name. */
export function endpointOf(at: Pick<Postmaster, 'port' | 'socketDir'>, password: string, database: Tier | 'postgres'): Endpoint {
  return { host: at.socketDir ?? '127.0.0.1', port: at.port, database, user: superuser, password };
}

/**
 * Creates the databases of the tiers that are not there yet.
 *
 * An adopted server may be shutting down in this very moment, at the hand of its old guard; it is started again by its
 * keeper, so a refused connection is tried again for a while.
 */
export async function ensureDatabases(clock: Clock, endpoint: () => Endpoint): Promise<void> {
  const deadline = clock.monotonicMs() + retryMs;
  for (;;) {
    try {
      return await createMissing(endpoint());
    } catch (error) {
      const isGoing = /^(08|57P)/.test(sqlstateOf(error) ?? '') || /ECONNREFUSED|ENOENT|ECONNRESET|terminated/.test(String(error));
      if (!isGoing || clock.monotonicMs() > deadline) throw error;
      await clock.sleep(50);
    }
  }
}

async function createMissing(endpoint: Endpoint): Promise<void> {
  await withClient(endpoint, async (client) => {
    const { rows } = await client.query({ text: 'select datname from pg_catalog.pg_database' });
    const present = new Set(rows.map(({ datname }) => datname));
    for (const tier of tiers.filter((name) => !present.has(name))) {
      await client.query({ text: `create database ${quoteIdentifier(tier)}` });
      await client.query({ text: `comment on database ${quoteIdentifier(tier)} is ${quoteLiteral(`The ${tier} tier of this platform`)}` });
    }
  });
}
