import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../../../foundation/cluster/index.ts';
import { accessErrors } from '../errors.ts';
import { endOfPassword } from '../model/life.ts';
import { declaredRoles, type LoginName, type RoleState } from '../model/roles.ts';
import { scramVerifier } from '../model/scram.ts';
import { activeLogin } from '../model/secrets.ts';
import { newPassword, type Secrets } from '../secrets/index.ts';
import { connectTo, serverName } from '../servers.ts';
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
    `select rolname as name, coalesce(rolconfig, '{}') as settings, rolconnlimit as "connectionLimit"
     from pg_catalog.pg_roles where rolname = any($1)`,
    [[service, login]],
  );
  const found = rows.find(({ name }) => name === service);
  if (!found) throw accessErrors.ROLE_MISSING({ role: service, server: serverName(server) });
  const declared = declaredRoles.find(({ name }) => name === service) as RoleState;
  const given = { verifier: scramVerifier(password, randomBytes(16)), until: endOfPassword(now) };
  const statements = admitStatements(declared, found, login, given);
  const exists = rows.some(({ name }) => name === login);
  if (exists && where === 'missing') return false;
  await runStatements(client, server, exists ? statements : [createAlternate(login), ...statements]);
  return true;
}

/** When the passwords of logins end on a server; null: never. One that is no login there, or has no password, is absent. */
export async function readEnds(server: Endpoint, logins: readonly string[]): Promise<ReadonlyMap<string, Date | null>> {
  await using client = await connectTo(server);
  const { rows } = await client.query<{ name: string; ends: Date | null }>(
    `select rolname as name, case when rolvaliduntil < 'infinity' then rolvaliduntil end as ends
     from pg_catalog.pg_roles where rolname = any($1) and rolcanlogin and rolvaliduntil is distinct from '-infinity'`,
    [logins],
  );
  return new Map(rows.map(({ name, ends }) => [name, ends]));
}

/** When the password of a login ended; undefined when it has not. */
export async function endedPassword(server: Endpoint, login: string, now: Date): Promise<Date | undefined> {
  const end = (await readEnds(server, [login])).get(login);
  return end && end <= now ? end : undefined;
}

/**
 * Gives the login that a service uses a new password at once, for when nobody gets in with the old one anyway. The file goes first: killed
 * before the server knows, the next start finds an ended password again.
 */
export async function replaceEnded(server: Endpoint, service: LoginName, secrets: Secrets, now: Date): Promise<void> {
  const password = newPassword();
  const kept = await secrets.change((before) => ({
    ...before,
    passwords: { ...before.passwords, [activeLogin(before, service)]: password },
  }));
  await admitLogin(server, service, { login: activeLogin(kept, service), password }, now);
}
