import pg from 'pg';
import type { Executor } from '../../kernel/index.ts';
import type { Endpoint } from './model/types.ts';

const int8 = 20;

// The driver gives int8 as text; counts and sizes of a server stay far below 2^53.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text') => (oid === int8 ? Number : pg.types.getTypeParser(oid, format))) as never,
};

/**
 * Runs `work` on a connection of its own and closes it. For administration; everything else goes through `connect`.
 *
 * Statements are sent unnamed: on one short connection a name saves nothing, and a transaction pooler would lose it.
 */
export async function withClient<T>(endpoint: Endpoint, work: (executor: Executor) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    ...endpoint,
    application_name: 'plinth.cluster',
    connectionTimeoutMillis: 10_000,
    types,
  } as pg.ClientConfig);
  // A connection lost between two statements is reported by the next statement.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work({ query: ({ text, values }) => client.query(values ? { text, values } : { text }) });
  } finally {
    await client.end().catch(() => {});
  }
}
