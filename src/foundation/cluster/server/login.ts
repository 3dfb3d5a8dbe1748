import { type Clock, sqlstateOf, type Tier } from '../../../kernel/index.ts';
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
 * Waits until a login succeeds.
 *
 * A server that says it is ready may be an adopted one that its old guard is shutting down in this very moment; its
 * keeper starts it again, so a refused connection is tried again for a while.
 */
export async function awaitLogin(clock: Clock, endpoint: () => Endpoint): Promise<void> {
  const deadline = clock.monotonicMs() + retryMs;
  for (;;) {
    try {
      return await withClient(endpoint(), async () => {});
    } catch (error) {
      const isGoing = /^(08|57P)/.test(sqlstateOf(error) ?? '') || /ECONNREFUSED|ENOENT|ECONNRESET|terminated/.test(String(error));
      if (!isGoing || clock.monotonicMs() > deadline) throw error;
      await clock.sleep(50);
    }
  }
}
