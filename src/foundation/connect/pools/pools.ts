import { type Clock, type EventBus, type Log, loop, type Service, type Tier } from '../../../kernel/index.ts';
import type { Endpoint } from '../../cluster/index.ts';
import { connectErrors } from '../errors.ts';
import { applicationName } from '../model/application-name.ts';
import { graceMs } from '../model/begin.ts';
import { poolMax } from '../model/sizing.ts';
import type { Credentials, LoginRole, PoolSnapshot, Priority, SessionRequest, Subject, WorkRequest } from '../model/types.ts';
import type { ConnectOptions } from '../options.ts';
import { Connection, serverName } from '../wire/index.ts';
import { databaseName } from './fit.ts';
import { type LivenessWatch, watchLiveness } from './liveness.ts';
import { Pool } from './pool.ts';
import { Server } from './server.ts';

export interface PoolsDeps {
  /** The administrative endpoint of a tier, as cluster gives it. */
  endpoint(tier: Tier): Endpoint;
  /** Asked for each new connection; while it gives undefined, `owner` is the login of the endpoint and `app` is refused. */
  readonly credentials?: () => Credentials | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
}

const sweepMs = 1_000;

// Longest wait for a lock: urgent work gives up soon, maintenance sets its own.
const lockTimeoutMs: Readonly<Record<Priority, number>> = { critical: 2_000, normal: 10_000, batch: 60_000, maintenance: 0, listen: 0 };

/** A database: asked for each new connection, since a server may come back elsewhere. */
interface Where {
  readonly tier: Tier;
  endpoint(): Endpoint;
}

export interface PoolEntry {
  /** The tier that used it first; others in the same database share it. */
  readonly tier: Tier;
  readonly priority: Priority;
  readonly login: LoginRole;
  readonly server: Server;
  readonly pool: Pool;
}

/** All pools of a platform, one per database, priority and login; made when first asked for. */
export class Pools implements AsyncDisposable {
  readonly #deps: PoolsDeps;
  readonly #options: ConnectOptions;
  readonly #normalMax: ReadonlyMap<string, number>;
  readonly #pools = new Map<string, PoolEntry>();
  readonly #byRequest = new Map<string, PoolEntry>();
  readonly #byPlace = new WeakMap<Endpoint, Map<string, PoolEntry>>();
  readonly #servers = new Map<string, Server>();
  readonly #services: Service[] = [];
  readonly #probes: LivenessWatch[] = [];
  readonly #closing = new AbortController();
  #hasCredentials = false;

  /** `normalMax`: the size of the normal pool per database, by name. */
  constructor(deps: PoolsDeps, options: ConnectOptions, normalMax: ReadonlyMap<string, number>) {
    this.#deps = deps;
    this.#options = options;
    this.#normalMax = normalMax;
    this.#run(
      loop(deps, {
        name: 'sweep of idle connections',
        intervalMs: sweepMs,
        run: async () => {
          for (const { pool } of this.#pools.values()) pool.sweep();
        },
      }),
    );
  }

  /** @throws PLINTH_CONNECT_NO_SUBJECT, PLINTH_CONNECT_CLOSED */
  for({ as, tier, priority = 'normal', tag }: WorkRequest, place?: Endpoint): PoolEntry {
    this.#closing.signal.throwIfAborted();
    const login = loginOf(as);
    if (!login) throw connectErrors.NO_SUBJECT({ tag, subject: as });
    this.#noteCredentials();
    const key = `${tier} ${priority} ${login}`;
    const byRequest = place ? this.#entriesAt(place) : this.#byRequest;
    const known = byRequest.get(key);
    if (known) return known;
    const where = this.#whereOf(tier, place);
    const name = `${databaseName(where.endpoint())} ${priority} ${login}`;
    const entry = this.#pools.get(name) ?? this.#add(name, where, { tier, priority, login }, applicationName(tag));
    byRequest.set(key, entry);
    return entry;
  }

  #entriesAt(place: Endpoint): Map<string, PoolEntry> {
    const known = this.#byPlace.get(place);
    if (known) return known;
    const entries = new Map<string, PoolEntry>();
    this.#byPlace.set(place, entries);
    return entries;
  }

  #whereOf(tier: Tier, place?: Endpoint): Where {
    return { tier, endpoint: () => place ?? this.#deps.endpoint(tier) };
  }

  /** A connection with login `owner` outside the pools. @throws what `Connection.open` throws, PLINTH_CONNECT_CLOSED */
  async openOwn({ tier, tag, place }: SessionRequest): Promise<Connection> {
    this.#closing.signal.throwIfAborted();
    return this.#open(this.#whereOf(tier, place), 'owner', { applicationName: applicationName(tag), isPipelined: true });
  }

  snapshot(): readonly PoolSnapshot[] {
    return [...this.#pools.values()].map(({ tier, priority, login, pool }) => ({ tier, priority, login, ...pool.snapshot() }));
  }

  /** See `Connect.renew`. The probes of liveness log in as the owner too. */
  renew(login: LoginRole): void {
    for (const entry of this.#pools.values()) if (entry.login === login) entry.pool.renew();
    if (login === 'owner') for (const probe of this.#probes) probe.renew();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(connectErrors.CLOSED());
    await Promise.all(this.#services.map((service) => service.stop()));
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.close()));
  }

  #add(name: string, where: Where, parts: Pick<PoolEntry, 'tier' | 'priority' | 'login'>, openedAs: string): PoolEntry {
    const { priority, login } = parts;
    const { acquireTimeoutMs, queueLimit, idleTimeoutMs, lifetimeMs, deadlineMs } = this.#options;
    const endMs = deadlineMs + graceMs;
    // What this process, perhaps frozen, does not end itself is ended by the server.
    const settings = {
      statement_timeout: endMs,
      transaction_timeout: endMs,
      idle_in_transaction_session_timeout: endMs,
      lock_timeout: lockTimeoutMs[priority],
    };
    // A placed tenant gets as many as it could have had where all are, and holds none while it does nothing.
    const known = this.#normalMax.get(databaseName(where.endpoint()));
    const max = poolMax(known ?? this.#normalMax.get(databaseName(this.#deps.endpoint(where.tier))) ?? 1, priority, login);
    const min = known === undefined ? 0 : 1;
    const pool = new Pool(name, { max, min, acquireTimeoutMs, queueLimit, idleTimeoutMs, lifetimeMs }, () =>
      this.#open(where, login, { applicationName: openedAs, settings, isPipelined: true }),
    );
    const entry = { ...parts, server: this.#serverOf(where), pool };
    this.#pools.set(name, entry);
    return entry;
  }

  #serverOf(where: Where): Server {
    const name = serverName(where.endpoint());
    const known = this.#servers.get(name);
    if (known) return known;
    const server = new Server(this.#deps.clock, this.#closing.signal);
    this.#servers.set(name, server);
    const probe = watchLiveness(this.#deps, {
      server: name,
      open: async (connectTimeoutMs) =>
        Connection.open({
          endpoint: await this.#endpointFor(where, 'owner'),
          applicationName: applicationName('connect.liveness'),
          connectTimeoutMs,
          isPipelined: false,
        }),
      connections: () => [...this.#pools.values()].filter((entry) => entry.server === server).flatMap(({ pool }) => [...pool.connections]),
      ejected: (closed) => {
        const message = `${name} did not answer twice in a row; its ${closed} connections were closed. Their work is tried again where that is safe.`;
        this.#deps.log.warn(message);
        this.#deps.events.emit('notified', {
          title: 'Database server silent',
          message,
          severity: 'warning',
          category: 'connection_pool',
        });
      },
    });
    this.#probes.push(probe);
    this.#run(probe);
    return server;
  }

  #open(
    where: Where,
    login: LoginRole,
    settings: Omit<Parameters<typeof Connection.open>[0], 'endpoint' | 'connectTimeoutMs'>,
  ): Promise<Connection> {
    const { connectTimeoutMs } = this.#options;
    return this.#serverOf(where).open(async () =>
      Connection.open({ ...settings, endpoint: await this.#endpointFor(where, login), connectTimeoutMs }),
    );
  }

  async #endpointFor(where: Where, login: LoginRole): Promise<Endpoint> {
    const { tier } = where;
    const endpoint = where.endpoint();
    const credentials = this.#deps.credentials?.();
    if (credentials) {
      const { password: _, ...address } = endpoint;
      return { ...address, ...(await credentials.login(login, tier)) };
    }
    if (login === 'owner') return endpoint;
    throw connectErrors.NO_CONTEXT({ tag: `A connection of tier ${tier}`, missing: 'access, which knows its password,' });
  }

  /** Connections opened before access was there have the administrator's login; they are replaced. */
  #noteCredentials(): void {
    if (this.#hasCredentials || !this.#deps.credentials?.()) return;
    this.#hasCredentials = true;
    for (const { pool } of this.#pools.values()) pool.renew();
  }

  #run(service: Service): void {
    this.#services.push(service);
    service.start();
  }
}

/** The login of a subject; undefined for what is none, because callers of plain JavaScript are not held by the type. */
function loginOf(subject: Subject): LoginRole | undefined {
  if (subject === 'owner') return 'owner';
  return subject === 'system' || (typeof subject === 'object' && subject?.tenantId) ? 'app' : undefined;
}
