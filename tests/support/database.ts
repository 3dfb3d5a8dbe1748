import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, afterEach, inject } from 'vitest';
import type { Endpoint } from '../../src/foundation/cluster/index.ts';
import { quoteIdentifier } from '../../src/kernel/index.ts';
import { connectTo } from './connect-to.ts';
import { copyOf, empty, endpointOf, withClient, withDatabase } from './template.ts';
import { until } from './until.ts';

/** A database of one test file; dropped after it, or kept and named when a test failed. */
export interface TestDatabase {
  readonly name: string;
  /** As superuser. */
  readonly url: string;
  readonly endpoint: Endpoint;
  /** A superuser's connection; closed after the file. For looking behind the scenes, not for the code under test. */
  readonly client: pg.Client;
}

const databases: TestDatabase[] = [];
let hasFailed = false;

/** An empty database, or a clone of `template`. Call it in `beforeAll` or at the top of the file. */
export async function testDatabase(options: { readonly template?: string } = {}): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl');
  const name = `plinth_test_${inject('runId')}_${randomUUID().slice(0, 8)}`;
  const source = options.template ? copyOf(options.template) : empty;
  await withClient(serverUrl, async (admin) => {
    // Only one clone of a template at a time: the server refuses while another session is connected to it.
    await admin.query('select pg_advisory_lock(hashtext($1))', [`clone ${options.template}`]);
    await admin.query(`create database ${quoteIdentifier(name)} ${source}`);
  });
  const url = withDatabase(serverUrl, name);
  const endpoint = endpointOf(url);
  const client = await connectTo(endpoint, 'tests/support');
  const database = { name, url, endpoint, client };
  databases.push(database);
  return database;
}

afterEach(({ task }) => {
  hasFailed ||= task.result?.state === 'fail';
});

// Registered first, run last: what the file itself closes in its hooks is closed by now.
afterAll(async () => {
  for (const { client } of databases) await client.end();
  const names = databases.map(({ name }) => name);
  if (names.length === 0) return;
  await withClient(inject('serverUrl'), async (admin) => {
    const sessions = async () => {
      const { rows } = await admin.query(
        'select application_name, usename, state, left(query, 100) as query from pg_stat_activity where datname = any($1) and backend_type = $2',
        [names, 'client backend'],
      );
      return rows;
    };
    // A closed socket takes the server a moment to notice.
    const isClosed = until(async () => (await sessions()).length === 0, { timeoutMs: 5_000, what: 'all connections closed' });
    const open = await isClosed.then(() => []).catch(sessions);
    // A server started for this run ends with it, and its databases too.
    const isKept = hasFailed && process.env.PLINTH_TEST_SERVER !== undefined;
    if (isKept) console.error(`Kept for a look: ${databases.map(({ url }) => url).join(' ')}`);
    else if (hasFailed) console.error(`To look into ${names.join(', ')} after a failure, set PLINTH_TEST_SERVER to a server that stays.`);
    if (!isKept) for (const name of names) await admin.query(`drop database ${quoteIdentifier(name)} with (force)`);
    if (open.length > 0) throw new Error(`Connections left open:\n${open.map((row) => `  ${JSON.stringify(row)}`).join('\n')}`);
  });
});
