import type pg from 'pg';
import type { Endpoint } from '../../foundation/cluster/index.ts';
import { messageOf, sqlstateOf } from '../../kernel/index.ts';
import { accessErrors } from './errors.ts';
import { serverName } from './servers.ts';

// Any two processes that prepare a server agree on this number.
const lockKey = 7_464_130_018;

/** Waits until nobody else changes roles or privileges of the server; held until the session ends. */
export async function lockServer(client: pg.Client): Promise<void> {
  await client.query('select pg_catalog.pg_advisory_lock($1)', [lockKey]);
}

/** All statements in one transaction, or none of them. @throws PLINTH_ACCESS_NOT_ALLOWED */
export async function runStatements(client: pg.Client, endpoint: Endpoint, statements: readonly string[]): Promise<readonly string[]> {
  if (statements.length === 0) return [];
  try {
    await client.query(['begin', ...statements, 'commit'].join(';\n'));
    return statements;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    if (sqlstateOf(error) !== '42501') throw error;
    throw accessErrors.NOT_ALLOWED(
      { user: endpoint.user, server: `${serverName(endpoint)}/${endpoint.database}`, reason: messageOf(error), sql: statements },
      { cause: error },
    );
  }
}
