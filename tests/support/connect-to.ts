import pg from 'pg';
import type { Endpoint } from '../../src/foundation/cluster/index.ts';

/**
 * A session of somebody else; `await using` it. The server may end it at any time: whoever waits for an answer is told, and a loss
 * between two statements shows with the next one, instead of ending the worker that runs the test.
 */
export async function connectTo(
  { host, port, user, password, database }: Endpoint,
  applicationName?: string,
): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ host, port, user, password: password ?? '', database, application_name: applicationName });
  client.on('error', () => {});
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}
