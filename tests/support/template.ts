import type pg from 'pg';
import type { Endpoint } from '../../src/foundation/cluster/index.ts';
import { quoteIdentifier, quoteLiteral } from '../../src/kernel/index.ts';
import { connectTo } from './connect-to.ts';

/** `url` with another database. */
export function withDatabase(url: string, database: string): string {
  const target = new URL(url);
  target.pathname = `/${database}`;
  return target.href;
}

/** A superuser's URL as the endpoint capabilities take. */
export function endpointOf(url: string): Endpoint {
  const { hostname, port, pathname, username, password, searchParams } = new URL(url);
  return {
    host: searchParams.get('host') ?? decodeURIComponent(hostname),
    port: Number(port || 5432),
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
    ...(password && { password: decodeURIComponent(password) }),
  };
}

/** Runs `work` with a connection to `url` that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  await using client = await connectTo(endpointOf(url), 'tests/support');
  return await work(client);
}

/**
 * The words after `create database …` for a copy of `template`. By files it takes a third of what it takes through the log, where no disk
 * is waited for.
 */
export const copyOf = (template: string) => `template ${quoteIdentifier(template)} strategy file_copy`;
/** And for an empty one, as the cluster makes them. */
export const empty = `${copyOf('template0')} encoding 'UTF8' locale 'C'`;

const templateName = (runId: string, key: string) => `plinth_template_${runId}_${key}`;

/**
 * Databases made together by `build` once per run and `key`, whichever file asks first; the others wait.
 * Returns their names, to clone from.
 */
export async function templateDatabases(
  serverUrl: string,
  request: { readonly runId: string; readonly key: string; readonly count: number },
  build: (urls: readonly string[]) => Promise<void>,
): Promise<readonly string[]> {
  const names = Array.from({ length: request.count }, (_, index) => templateName(request.runId, `${request.key}_${index}`));
  return withClient(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [names[0]]);
    const { rowCount } = await client.query('select from pg_database where datname = any($1) and datistemplate', [names]);
    if (rowCount === names.length) return names;
    for (const name of names) {
      // One that a failed attempt left half-made is no template.
      await client.query(`drop database if exists ${quoteIdentifier(name)} with (force)`);
      await client.query(`create database ${quoteIdentifier(name)} ${empty}`);
    }
    await build(names.map((name) => withDatabase(serverUrl, name)));
    for (const name of names) await client.query(`alter database ${quoteIdentifier(name)} is_template true`);
    return names;
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
