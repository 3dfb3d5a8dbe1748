import type pg from 'pg';
import { openTestServer } from '../../tests/support/server.ts';
import { withClient, withDatabase } from '../../tests/support/template.ts';

/** Runs `work` on an empty database that is dropped afterwards, on `PLINTH_TEST_SERVER` or a server started for this. */
export async function withScratchDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  await using server = await openTestServer();
  const name = `plinth_generate_${process.pid}`;
  // Awaited here: the server is stopped when this function returns.
  return await withClient(server.url, async (admin) => {
    await admin.query(`create database ${name} template template0 encoding 'UTF8' locale 'C'`);
    try {
      return await withClient(withDatabase(server.url, name), work);
    } finally {
      await admin.query(`drop database if exists ${name} with (force)`);
    }
  });
}
