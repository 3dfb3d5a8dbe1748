import type { Endpoint } from '../../../foundation/cluster/index.ts';
import type { Connect, LoginRole } from '../../../foundation/connect/index.ts';
import { type Clock, type EventBus, messageOf, type Tier, tiers } from '../../../kernel/index.ts';
import type { LoginName } from '../model/roles.ts';
import { activeLogin, beginRotation, endRotation, leftLogin, phaseOf, switchOver } from '../model/secrets.ts';
import { newPassword, type Secrets } from '../secrets/index.ts';
import { connectTo, groupByServer, serverName } from '../servers.ts';
import { runStatements } from '../statements.ts';
import { admitLogin } from './admit.ts';
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

/** Opens the rotation of credentials. */
export function openRotation(deps: RotationDeps): Rotation {
  return {
    rotate: async (service, request = {}) => rotate(deps, knownService(service), request),
    async status() {
      const kept = await deps.secrets.kept();
      return Object.entries(serviceNames).map(([service, role]) => ({
        service: service as ServiceName,
        login: activeLogin(kept, role),
        phase: phaseOf(kept, role),
        isGiven: deps.secrets.givenBy(role) !== undefined,
      }));
    },
  };
}

function knownService(service: string): ServiceName {
  if (service in serviceNames) return service as ServiceName;
  throw rotationErrors.SERVICE_UNKNOWN({ service, known: Object.keys(serviceNames) });
}

async function rotate(deps: RotationDeps, service: ServiceName, request: RotationRequest): Promise<RotationResult> {
  const { secrets, events } = deps;
  const role = serviceNames[service];
  const option = secrets.givenBy(role);
  if (option !== undefined) throw rotationErrors.PASSWORD_GIVEN({ service: role, option });
  const servers = groupByServer(tiers.map(deps.endpoint)).map(([first]) => first as Endpoint);
  const say = (line: string) => request.onProgress?.(line);
  await using _ = await lock(servers[0] as Endpoint);

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

// Of its own: a rotation waits for minutes, and a start of the platform must not wait for it.
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
