import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Endpoint } from '../../../foundation/cluster/index.ts';
import { messageOf, sqlstateOf } from '../../../kernel/index.ts';
import { accessErrors } from '../errors.ts';
import { declaredRoles, type LoginName, type RoleState } from '../model/roles.ts';
import { scramVerifier } from '../model/scram.ts';
import { connectTo, serverName } from '../servers.ts';
import { admitStatements, createAlternate, type ServiceRole } from './model/statements.ts';

/**
 * Lets a login of a service into a server with this password, and makes it where it is missing; `missing`: only there. False when nothing
 * was done. @throws PLINTH_ACCESS_NOT_ALLOWED
 */
export async function admitLogin(
  server: Endpoint,
  service: LoginName,
  { login, password }: { readonly login: string; readonly password: string },
  now: Date,
  where: 'anywhere' | 'missing' = 'anywhere',
): Promise<boolean> {
  await using client = await connectTo(server);
  const { rows } = await client.query<ServiceRole & { readonly name: string }>(
    `select rolname as name, coalesce(rolconfig, '{}') as settings, rolconnlimit as "connectionLimit",
       rolvaliduntil is not null and rolvaliduntil <> 'infinity' as expires
     from pg_catalog.pg_roles where rolname = any($1)`,
    [[service, login]],
  );
  const found = rows.find(({ name }) => name === service) as ServiceRole;
  const declared = declaredRoles.find(({ name }) => name === service) as RoleState;
  const statements = admitStatements(declared, found, login, scramVerifier(password, randomBytes(16)), now);
  const exists = rows.some(({ name }) => name === login);
  if (exists && where === 'missing') return false;
  await runAll(client, server, exists ? statements : [createAlternate(login), ...statements]);
  return true;
}

/** All in one transaction, or none. */
export async function runAll(client: pg.Client, server: Endpoint, statements: readonly string[]): Promise<void> {
  try {
    await client.query(['begin', ...statements, 'commit'].join(';\n'));
  } catch (error) {
    if (sqlstateOf(error) !== '42501') throw error;
    const sql = statements.map((statement) => statement.replace(/(SCRAM-SHA-256\$)[^']*/, '$1…'));
    throw accessErrors.NOT_ALLOWED({ user: server.user, server: serverName(server), reason: messageOf(error), sql }, { cause: error });
  }
}
