import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../../../foundation/cluster/index.ts';
import type { Connect, LoginRole } from '../../../foundation/connect/index.ts';
import { type Clock, type EventBus, type Executor, messageOf, type Tier, tiers } from '../../../kernel/index.ts';
import { endOfPassword, isDue, passwordDays } from '../model/life.ts';
import type { LoginName } from '../model/roles.ts';
import { scramVerifier } from '../model/scram.ts';
import { activeLogin, beginRotation, endRotation, leftLogin, phaseOf, switchOver } from '../model/secrets.ts';
import { newPassword, type Secrets } from '../secrets/index.ts';
import { connectTo, groupByServer, serverName } from '../servers.ts';
import { runStatements } from '../statements.ts';
import { admitLogin, readEnds } from './admit.ts';
import { rotationErrors } from './errors.ts';
import { closeLogin } from './model/statements.ts';
import {
  type LingeringSession,
  type Rotation,
  type RotationRequest,
  type RotationResult,
  type ServiceName,
  serviceNames,
} from './model/types.ts';

export interface RotationDeps {
  /** The administrative endpoint of a tier, as cluster gives it. */
  readonly endpoint: (tier: Tier) => Endpoint;
  /** The servers are this platform's alone. */
  readonly isOwn: boolean;
  readonly secrets: Secrets;
  readonly connect: Pick<Connect, 'renew'>;
  readonly clock: Clock;
  readonly events: EventBus;
}

const loginRoles: Readonly<Record<LoginName, LoginRole>> = { plinth_app: 'app', plinth_migrator: 'owner' };
const defaultWaitMs = 60_000;
// Whoever read the old credential right before the switch has logged in, or given up, by then.
const quietMs = 3_000;
const lookMs = 250;
const dayMs = 86_400_000;

/** Opens the rotation of credentials. */
export function openRotation(deps: RotationDeps): Rotation {
  return {
    async rotate(name, request = {}) {
      const service = knownService(name);
      const option = deps.secrets.givenBy(serviceNames[service]);
      if (option !== undefined) throw rotationErrors.PASSWORD_GIVEN({ service: serviceNames[service], option });
      await using _ = await lock(serversOf(deps)[0] as Endpoint);
      return await rotate(deps, service, request);
    },
    async rotateDue(service, request = {}) {
      if (deps.secrets.givenBy(serviceNames[service]) !== undefined) return undefined;
      // Looked at under the lock: of two that find it due, the second finds it done.
      await using _ = await lock(serversOf(deps)[0] as Endpoint);
      return (await isDueNow(deps, service)) ? await rotate(deps, service, request) : undefined;
    },
    async status() {
      const kept = await deps.secrets.kept();
      const logins = Object.values(serviceNames).map((role) => activeLogin(kept, role));
      const ends = await endsOf(deps, logins);
      return Object.entries(serviceNames).map(([service, role]) => ({
        service: service as ServiceName,
        login: activeLogin(kept, role),
        phase: phaseOf(kept, role),
        isGiven: deps.secrets.givenBy(role) !== undefined,
        expires: ends.get(activeLogin(kept, role)) ?? null,
      }));
    },
  };
}

const serversOf = (deps: RotationDeps) => groupByServer(tiers.map(deps.endpoint)).map(([first]) => first as Endpoint);

/** The earliest end of each login's password on any server; null where it has none on one of them. */
async function endsOf(deps: RotationDeps, logins: readonly string[]): Promise<ReadonlyMap<string, Date | null>> {
  const found = await Promise.all(serversOf(deps).map((server) => readEnds(server, logins)));
  return new Map(
    logins.map((login) => {
      const ends = found.map((server) => server.get(login) ?? null);
      return [login, ends.includes(null) ? null : (ends.toSorted((a, b) => Number(a) - Number(b))[0] ?? null)];
    }),
  );
}

async function isDueNow(deps: RotationDeps, service: ServiceName): Promise<boolean> {
  const role = serviceNames[service];
  const kept = await deps.secrets.kept();
  if (phaseOf(kept, role) !== 'none') return true;
  const login = activeLogin(kept, role);
  const end = (await endsOf(deps, [login])).get(login) ?? null;
  if (end === null) return deps.isOwn;
  return isDue({ validFrom: new Date(end.getTime() - passwordDays.service * dayMs), validUntil: end }, deps.clock.now());
}

function knownService(service: string): ServiceName {
  if (service in serviceNames) return service as ServiceName;
  throw rotationErrors.SERVICE_UNKNOWN({ service, known: Object.keys(serviceNames) });
}

async function rotate(deps: RotationDeps, service: ServiceName, request: RotationRequest): Promise<RotationResult> {
  const { secrets, events } = deps;
  const role = serviceNames[service];
  const servers = serversOf(deps);
  const say = (line: string) => request.onProgress?.(line);

  // The file goes before the server: whatever was done there, the password for it is known here.
  let kept = await secrets.kept();
  if (phaseOf(kept, role) === 'none') {
    kept = await secrets.change((now) => beginRotation(now, role, newPassword()));
    say(`${service}: a new password is kept`);
  }
  const to = kept.rotating[role] as string;
  if (phaseOf(kept, role) === 'making') {
    const password = kept.passwords[to] as string;
    for (const server of servers) {
      await admitLogin(server, role, { login: to, password }, deps.clock.now());
      say(`${service}: ${serverName(server)} knows ${to}`);
    }
    for (const server of servers) await tryLogin(server, to, password);
    // On record before it is used: killed in between, it is put there again.
    await putOnRecord(deps, { service, login: to, password });
    kept = await secrets.change((now) => switchOver(now, role));
    say(`${service}: new connections use ${to}`);
  }
  const left = leftLogin(kept, role) as string;
  deps.connect.renew(loginRoles[role]);
  const lingering = await awaitQuiet(deps, servers, left, request);
  if (lingering.length === 0) {
    for (const server of servers) {
      await change(server, [closeLogin(left)]);
      say(`${service}: ${serverName(server)} refuses ${left}`);
    }
    await putOnRecord(deps, { service, login: left });
    await secrets.change((now) => endRotation(now, role));
    say(`${service}: the old password is forgotten`);
  }
  events.emit('audited', {
    action: 'access.rotate',
    success: lingering.length === 0,
    target: { type: 'role', id: role },
    details: { login: to, left, lingering: lingering.length },
  });
  return { service, login: to, left, isDone: lingering.length === 0, lingering };
}

// Of its own: a rotation waits for minutes, and a start of the platform must not wait for it. Held by an administrative session: one of
// the platform's would use the very login that is to be left.
const lockKey = 7_464_130_019;

async function lock(server: Endpoint): Promise<AsyncDisposable> {
  const client = await connectTo(server);
  // A session that is lost in between gives the lock away; each step can be repeated, so two at work do no harm.
  client.on('error', () => {});
  const { rows } = await client.query('select pg_catalog.pg_try_advisory_lock($1) as is', [lockKey]);
  if (rows[0].is) return client;
  await client.end();
  throw rotationErrors.ROTATION_BUSY({ server: serverName(server) });
}

/** In the list of passwords that were given, as far as there is one yet; without a password: that it has none any more. */
async function putOnRecord(
  { endpoint, clock }: RotationDeps,
  { service, login, password }: { readonly service: ServiceName; readonly login: string; readonly password?: string },
): Promise<void> {
  // With the rules for passwords of people, which a start has no need of.
  const { keepsRecord, recordPassword, retirePassword } = await import('../passwords/index.ts');
  await using client = await connectTo(endpoint('oltp'));
  const executor = client as unknown as Executor;
  if (!(await keepsRecord(executor))) return;
  if (password === undefined) return await retirePassword(executor, login);
  const verifier = scramVerifier(password, randomBytes(16));
  await recordPassword(executor, { role: login, purpose: `The platform's ${service}.`, verifier, expires: endOfPassword(clock.now()) });
}

async function change(server: Endpoint, statements: readonly string[]): Promise<void> {
  await using client = await connectTo(server);
  await runStatements(client, server, statements);
}

async function tryLogin(server: Endpoint, login: string, password: string): Promise<void> {
  try {
    await using _ = await connectTo({ ...server, user: login, password });
  } catch (error) {
    throw rotationErrors.CREDENTIAL_REFUSED({ server: serverName(server), login, reason: messageOf(error) }, { cause: error });
  }
}

/** Waits until nobody has used a login for a moment; who still does when time is up. */
async function awaitQuiet(
  { clock }: RotationDeps,
  servers: readonly Endpoint[],
  login: string,
  { signal, onProgress, waitMs = defaultWaitMs }: RotationRequest,
): Promise<readonly LingeringSession[]> {
  const deadline = clock.monotonicMs() + waitMs;
  let quietSince = clock.monotonicMs();
  for (;;) {
    const lingering = (await Promise.all(servers.map((server) => sessionsOf(server, login)))).flat();
    const nowMs = clock.monotonicMs();
    if (lingering.length > 0) {
      quietSince = nowMs;
      onProgress?.(`${lingering.length} sessions still use ${login}`);
    }
    if (nowMs - quietSince >= quietMs) return [];
    if (lingering.length > 0 && nowMs >= deadline) return lingering;
    await clock.sleep(lookMs, signal);
  }
}

async function sessionsOf(server: Endpoint, login: string): Promise<LingeringSession[]> {
  await using client = await connectTo(server);
  const { rows } = await client.query<Omit<LingeringSession, 'server'>>(
    `select pid, application_name as "applicationName" from pg_catalog.pg_stat_activity where usename = $1 order by pid`,
    [login],
  );
  return rows.map((row) => ({ server: serverName(server), ...row }));
}
