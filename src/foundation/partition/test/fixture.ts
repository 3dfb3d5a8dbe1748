import type pg from 'pg';
import { inject } from 'vitest';
import { type TestPlatform, type TestPlatformRequest, testPlatform } from '../../../../tests/support/platform.ts';
import type { Declaration, Partition } from '../index.ts';

export interface Shop extends AsyncDisposable {
  readonly platform: TestPlatform;
  readonly partition: Partition;
  /** A superuser that acts as the owner of the platform's objects. */
  readonly client: pg.Client;
  manage(table: string, declaration: Declaration | object): Promise<readonly string[]>;
  /** `schema.name` of all partitions below a table, in order of their names. */
  partsBelow(table: string): Promise<readonly string[]>;
  value(sql: string, values?: unknown[]): Promise<unknown>;
}

/** A platform with an empty schema `shop`. */
export async function openShop(request: TestPlatformRequest = {}): Promise<Shop> {
  const platform = await testPlatform(request);
  const { client } = platform.databases.oltp;
  await client.query('set role plinth_owner; create schema shop; grant usage on schema shop to plinth_app');
  return {
    platform,
    partition: platform.use<Partition>('partition'),
    client,
    async manage(table, declaration) {
      const { rows } = await client.query('select * from partition.manage($1::regclass, $2::jsonb)', [table, declaration]);
      return rows.map((row) => row.manage);
    },
    async partsBelow(table) {
      const { rows } = await client.query('select relid::text as name from pg_partition_tree($1) where level > 0 order by 1', [table]);
      return rows.map((row) => row.name);
    },
    value: async (sql, values) => Object.values((await client.query(sql, values)).rows[0] ?? {})[0],
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}

/** Another connection of the same kind as `client`. */
export async function connectAgain(platform: TestPlatform): Promise<pg.Client & AsyncDisposable> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({
    connectionString: platform.databases.oltp.url,
    application_name: `partition test ${inject('runId')}`,
  });
  await client.connect();
  await client.query('set role plinth_owner');
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}
