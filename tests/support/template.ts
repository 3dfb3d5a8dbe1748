import pg from 'pg';
import { quoteIdentifier, quoteLiteral } from '../../src/kernel/index.ts';

/** `url` with another database. */
export function withDatabase(url: string, database: string): string {
  const target = new URL(url);
  target.pathname = `/${database}`;
  return target.href;
}

/** Runs `work` with a connection to `url` that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'tests/support' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const templateName = (runId: string, key: string) => `plinth_template_${runId}_${key}`;

/** A database made by `build` once per run and `key`, whichever file asks first; the others wait. Returns its name, to clone from. */
export async function templateDatabase(
  serverUrl: string,
  runId: string,
  key: string,
  build: (url: string) => Promise<void>,
): Promise<string> {
  const name = templateName(runId, key);
  return withClient(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await client.query('select from pg_database where datname = $1 and datistemplate', [name]);
    if (rowCount === 0) {
      // A half-made one of a failed attempt is no template yet.
      await client.query(`drop database if exists ${quoteIdentifier(name)} with (force)`);
      await client.query(`create database ${quoteIdentifier(name)} template template0 encoding 'UTF8' locale 'C'`);
      await build(withDatabase(serverUrl, name));
      await client.query(`alter database ${quoteIdentifier(name)} is_template true`);
    }
    return name;
  });
}

/** Drops the templates of a run. */
export async function dropTemplates(serverUrl: string, runId: string): Promise<void> {
  await withClient(serverUrl, async (client) => {
    const { rows } = await client.query(
      `select datname from pg_database where datname like ${quoteLiteral(`${templateName(runId, '')}%`)}`,
    );
    for (const { datname } of rows) {
      await client.query(`alter database ${quoteIdentifier(datname)} is_template false`);
      await client.query(`drop database ${quoteIdentifier(datname)} with (force)`);
    }
  });
}
