import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../../../foundation/cluster/index.ts';
import { declaredRoles, type LoginName, type RoleState } from '../model/roles.ts';
import { scramVerifier } from '../model/scram.ts';
import { connectTo } from '../servers.ts';
import { runStatements } from '../statements.ts';
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
  await runStatements(client, server, exists ? statements : [createAlternate(login), ...statements]);
  return true;
}
