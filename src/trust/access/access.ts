import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../../foundation/cluster/index.ts';
import { type Clock, type Log, sqlstateOf, type Tier, tiers } from '../../kernel/index.ts';
import { accessErrors } from './errors.ts';
import { databaseStatements, serverStatements } from './model/databases.ts';
import { endOfPassword } from './model/life.ts';
import { compareRole, createStatements, declaredRoles, type LoginName, type RoleState, wishStatements } from './model/roles.ts';
import { scramVerifier } from './model/scram.ts';
import type { Access, AccessReport } from './model/types.ts';
import type { AccessOptions } from './options.ts';
import { admitLogin, endedPassword, replaceEnded } from './rotation/index.ts';
import { openSecrets, type Secrets } from './secrets/index.ts';
import { connectTo, groupByServer, mayGrant, readAdministrator, readDatabase, readRoles, serverName } from './servers.ts';
import { lockServer, runStatements } from './statements.ts';

export interface AccessDeps {
  /** The administrative endpoint of a tier, as cluster gives it. */
  readonly endpoint: (tier: Tier) => Endpoint;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: those of the options and the data folder. */
  readonly secrets?: Secrets;
  /** The servers are this platform's alone: a password that has ended is replaced at the start. Default: false. */
  readonly isOwn?: boolean;
}

const logins = { app: 'plinth_app', owner: 'plinth_migrator' } as const;

/** Opens access: reads or makes the secrets; touches no server before `applyRoles`. @throws PLINTH_ACCESS_SECRETS_EXPOSED */
export async function openAccess(deps: AccessDeps, options: AccessOptions): Promise<Access> {
  const secrets = deps.secrets ?? (await openSecrets(deps.dataDir, options));
  return {
    credentials: {
      login: (role) => secrets.login(logins[role]),
    },
    async applyRoles() {
      const applied: string[] = [];
      const limits: string[] = [];
      for (const databases of groupByServer(tiers.map(deps.endpoint))) {
        const report = await prepareServer(databases, secrets, deps);
        applied.push(...report.applied);
        limits.push(...report.limits);
      }
      if (applied.length > 0) deps.log.info(`prepared roles and privileges: ${applied.length} statements`);
      for (const limit of limits) deps.log.warn(limit);
      return { applied, limits };
    },
    prepare: (database) => prepareServer([database], secrets, deps),
    async [Symbol.asyncDispose]() {},
  };
}

async function prepareServer(databases: readonly Endpoint[], secrets: Secrets, deps: AccessDeps): Promise<AccessReport> {
  const [first] = databases as [Endpoint];
  await using client = await connectTo(first);
  await lockServer(client);
  const found = await readRoles(client);
  refuseDifferences(first, found);

  const { isSuperuser, mayRotate } = await readAdministrator(client);
  const missing = declaredRoles.filter((role) => !found.some((existing) => existing.name === role.name));
  const creations = await Promise.all(
    missing.map((role) =>
      creation(role, secrets, { user: first.user, isSuperuser, ...(mayRotate && { until: endOfPassword(deps.clock.now()) }) }),
    ),
  );
  const applied = [...(await runStatements(client, first, creations.flat()))];
  const limits: string[] = [];
  for (const { role, statement } of wishStatements(found)) {
    if (await mayGrant(client, role)) applied.push(...(await runStatements(client, first, [statement])));
    else {
      limits.push(
        `${serverName(first)}: ${first.user} may not grant ${role}, so backfills see neither the sessions of others nor standbys and give way to neither. Let an administrator run: ${statement}`,
      );
    }
  }
  const prepareDatabase = async (endpoint: Endpoint) => {
    await using other = endpoint === first ? undefined : await connectTo(endpoint);
    const target = other ?? client;
    const state = await readDatabase(target);
    applied.push(...(await runStatements(target, endpoint, databaseStatements(state))));
    if (isSuperuser) applied.push(...(await runStatements(target, endpoint, serverStatements(state))));
    else if (serverStatements(state).length > 0) {
      limits.push(
        `${serverName(endpoint)}/${endpoint.database}: ${endpoint.user} is no superuser, so plinth_app keeps what the server gives everybody and what knows no tenants (large objects, statements of other sessions, do). Let an administrator run: ${serverStatements(state).join('; ')}`,
      );
    }
  };
  const preparing = databases.map(prepareDatabase);
  // All have ended before the lock of the server goes with this session.
  await Promise.allSettled(preparing);
  await Promise.all(preparing);
  for (const service of Object.values(logins)) await letIn(first, service, secrets, deps);
  return { applied: applied.map((statement) => statement.replace(/(SCRAM-SHA-256\$)[^']*/, '$1…')), limits };
}

function refuseDifferences(server: Endpoint, found: readonly RoleState[]): void {
  const differences = declaredRoles.flatMap((declared) => {
    const existing = found.find((role) => role.name === declared.name);
    return existing ? compareRole(declared, existing) : [];
  });
  if (differences.length > 0) {
    throw accessErrors.ROLE_DIFFERS({
      server: serverName(server),
      differences: differences.map((entry) => entry.difference),
      sql: differences.map((entry) => entry.remedy),
    });
  }
}

// A creator that is no superuser gets the admin option only; to hand databases over it has to be a member as well.
async function creation(
  role: RoleState,
  secrets: Secrets,
  { user, isSuperuser, until }: { readonly user: string; readonly isSuperuser: boolean; readonly until?: Date },
): Promise<string[]> {
  const clear = role.canLogin ? await secrets.passwordOf(role.name) : undefined;
  // An end is for what the rotation replaces in time: kept here, on a server where we may. Who gives a password as an option replaces it there.
  const ends = until !== undefined && secrets.givenBy(role.name as LoginName) === undefined;
  const password = clear === undefined ? undefined : { verifier: scramVerifier(clear, randomBytes(16)), ...(ends && { until }) };
  const membership = !isSuperuser && role.name === 'plinth_owner' ? [`grant plinth_owner to "${user.replaceAll('"', '""')}"`] : [];
  return [...createStatements(role, password), ...membership];
}

/**
 * Proves that a service gets in. Where its second login is in use and the server is new, it is made there; a password that ended while the
 * platform was off is replaced on servers of our own.
 */
async function letIn(server: Endpoint, service: LoginName, secrets: Secrets, { clock, isOwn = false }: AccessDeps): Promise<void> {
  const { user, password } = await secrets.login(service);
  try {
    await using _ = await connectTo({ ...server, user, password });
  } catch (error) {
    if (sqlstateOf(error) !== '28P01') throw error;
    if (user !== service && (await admitLogin(server, service, { login: user, password }, clock.now(), 'missing'))) return;
    const option = secrets.givenBy(service);
    const ended = await endedPassword(server, user, clock.now());
    if (ended && isOwn && option === undefined) return await replaceEnded(server, service, secrets, clock.now());
    if (ended)
      throw accessErrors.PASSWORD_ENDED(
        { role: user, server: serverName(server), ended, service: service.replace('plinth_', ''), option },
        { cause: error },
      );
    throw accessErrors.PASSWORD_REFUSED(
      { role: user, server: serverName(server), option: option ?? 'access.appPassword or access.migratorPassword' },
      { cause: error },
    );
  }
}
