import pg from 'pg';

/** Runs `work` on an empty database that is dropped afterwards, on `PLINTH_TEST_SERVER` or a server started for this. */
export async function withScratchDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const url = process.env.PLINTH_TEST_SERVER;
  if (!url) throw new Error('Set PLINTH_TEST_SERVER to the URL of a PostgreSQL 18 superuser.');
  const name = `plinth_generate_${process.pid}`;
  const admin = new pg.Client(url);
  await admin.connect();
  try {
    await admin.query(`create database ${name} template template0 encoding 'UTF8' locale 'C'`);
    const target = new URL(url);
    target.pathname = `/${name}`;
    const client = new pg.Client(target.href);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  }
}
