import { channel } from 'node:diagnostics_channel';
import { availableParallelism } from 'node:os';
import { type Clock, type EventBus, type Log, loop, type Service, type Tier } from '../../kernel/index.ts';
import type { Endpoint } from '../cluster/index.ts';
import { Call } from './call.ts';
import { Connection } from './connection.ts';
import { connectErrors } from './errors.ts';
import { checkFit, databaseName, normalMaxByDatabase } from './fit.ts';
import { applicationName } from './model/application-name.ts';
import { backoffMs, maxTries } from './model/backoff.ts';
import { beginMessage, graceMs } from './model/begin.ts';
import { type Failure, failureOf } from './model/failure.ts';
import { normalPoolMax, poolMax } from './model/sizing.ts';
import type {
  Connect,
  Credentials,
  LoginRole,
  PoolSnapshot,
  Priority,
  Session,
  SessionContext,
  Subject,
  Transaction,
  WorkRequest,
} from './model/types.ts';
import { serverName } from './open-failure.ts';
import type { ConnectOptions } from './options.ts';
import { Pool } from './pool.ts';
import { Server } from './server.ts';
import { watchLiveness } from './services/liveness.ts';
import { OwnSession } from './session.ts';
import { OpenTransaction } from './transaction.ts';

export interface ConnectDeps {
  /** The administrative endpoint of a tier, as cluster gives it. */
  endpoint(tier: Tier): Endpoint;
  /** Asked for each new connection; while it gives undefined, `owner` is the login of the endpoint and `app` is refused. */
  readonly credentials?: () => Credentials | undefined;
  /** Asked for each transaction; while it gives undefined, only `owner` is served. */
  readonly sessionContext?: () => SessionContext | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
}

/** Each transaction as it ends, published in the asynchronous context of its caller, who can add up what was his. */
const finished = channel('plinth:connect:transaction');

// A connection idle for longer than the first has to answer BEGIN within the second.
const doubtAfterIdleMs = 500;
const validationMs = 1_000;
const sweepMs = 1_000;

// Longest wait for a lock: urgent work gives up soon, maintenance sets its own.
const lockTimeoutMs: Readonly<Record<Priority, number>> = { critical: 2_000, normal: 10_000, batch: 60_000, maintenance: 0, listen: 0 };

type Tried<T> =
  | { readonly isDone: true; readonly value: T }
  | { readonly isDone: false; readonly error: unknown; readonly failure: Failure };

interface PoolEntry {
  readonly tier: Tier;
  readonly priority: Priority;
  readonly login: LoginRole;
  readonly server: Server;
  readonly pool: Pool;
}

/**
 * Opens the connections of a platform. Asks every server once whether all pools fit it; pools open theirs when used.
 *
 * @throws PLINTH_CONNECT_DOES_NOT_FIT, PLINTH_CONNECT_SERVER_DOWN, PLINTH_CONNECT_LOGIN_REFUSED,
 * PLINTH_CONNECT_UNKNOWN_DATABASE, PLINTH_CONNECT_TOO_MANY_CONNECTIONS, PLINTH_CONNECT_TLS_REFUSED
 */
export async function openConnect(deps: ConnectDeps, options: ConnectOptions): Promise<Connect> {
  const normalMax = (tier: Tier) => options[`${tier}Connections`] ?? normalPoolMax(tier, availableParallelism());
  const byDatabase = normalMaxByDatabase(deps.endpoint, normalMax);
  await checkFit(deps.endpoint, byDatabase, options);
  return new OpenedConnect(deps, options, byDatabase);
}

class OpenedConnect implements Connect {
  readonly #deps: ConnectDeps;
  readonly #options: ConnectOptions;
  readonly #normalMax: ReadonlyMap<string, number>;
  /** By database, priority and login; tiers in one database share. */
  readonly #pools = new Map<string, PoolEntry>();
  readonly #byRequest = new Map<string, PoolEntry>();
  readonly #servers = new Map<string, Server>();
  readonly #services: Service[] = [];
  #hasCredentials = false;
  #isClosed = false;

  constructor(deps: ConnectDeps, options: ConnectOptions, normalMax: ReadonlyMap<string, number>) {
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

  async transaction<T>(request: WorkRequest, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw connectErrors.CLOSED();
    const entry = this.#poolFor(request);
    const { retries } = entry.server;
    const call = new Call(request, request.deadlineMs ?? this.#options.deadlineMs);
    retries.request(call.startedMs);
    try {
      for (;;) {
        call.check();
        call.tries++;
        const tried = await this.#tryOnce(entry, request, call, work);
        if (tried.isDone) return tried.value;
        const { failure } = tried;
        if (failure === 'stale') entry.pool.renew();
        const delayMs = backoffMs(call.tries, Math.random(), failure === 'full');
        const isLast = failure === 'final' || call.tries >= maxTries || request.isRetryable === false || delayMs >= call.remainingMs;
        if (isLast || !retries.tryRetry(performance.now())) throw tried.error;
        this.#deps.log.debug(`${request.tag} is tried again`, { failure, tries: call.tries, delayMs });
        await this.#deps.clock.sleep(delayMs, call.signal);
      }
    } finally {
      call.close();
      if (finished.hasSubscribers)
        finished.publish({ tag: request.tag, tier: request.tier, durationMs: performance.now() - call.startedMs });
    }
  }

  async session(request: { readonly tier: Tier; readonly tag: string; readonly signal?: AbortSignal }): Promise<Session> {
    if (this.#isClosed) throw connectErrors.CLOSED();
    request.signal?.throwIfAborted();
    const opening = this.#open(request.tier, 'owner', applicationName(request.tag), {}, false);
    const connection = await opening;
    if (request.signal?.aborted) {
      connection.destroy();
      throw connectErrors.ABORTED({ tag: request.tag }, { cause: request.signal.reason });
    }
    return new OwnSession(request.tier, request.tag, connection, request.signal);
  }

  pools(): readonly PoolSnapshot[] {
    return [...this.#pools.values()].map(({ tier, priority, login, pool }) => ({ tier, priority, login, ...pool.snapshot() }));
  }

  databaseKey(tier: Tier): string {
    return databaseName(this.#deps.endpoint(tier));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#services.map((service) => service.stop()));
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.close()));
  }

  async #tryOnce<T>(entry: PoolEntry, request: WorkRequest, call: Call, work: (tx: Transaction) => Promise<T>): Promise<Tried<T>> {
    const { pool } = entry;
    const holder = typeof request.as === 'object' ? { tag: request.tag, tenantId: request.as.tenantId } : { tag: request.tag };
    let tx: OpenTransaction | undefined;
    try {
      const context = this.#contextFor(request);
      for (;;) {
        const { connection, idleMs } = await pool.acquire(holder, call);
        const current = new OpenTransaction(request.tier, connection, call);
        tx = current;
        try {
          const run = async () => {
            const prelude = context?.prelude(request.as, request.tier, call.signal, connection.backendPid) ?? '';
            const message = this.#beginFor(request, connection, typeof prelude === 'string' ? prelude : await prelude);
            await current.begin(message, idleMs > doubtAfterIdleMs ? validationMs : undefined);
            return await work(current);
          };
          const value = await call.race(run());
          await current.commit();
          return { isDone: true, value };
        } catch (error) {
          await current.abandon();
          // It had died while idle and nothing was done on it yet: another one, and no try is spent.
          const hadDied = !current.hasBegun && current.failure === 'lost' && idleMs > 0 && !call.reason;
          if (!hadDied) throw current.hasBegun ? error : (context?.explain?.(error, request.as) ?? error);
        } finally {
          pool.release(connection);
        }
      }
    } catch (error) {
      if (call.reason) return { isDone: false, error: call.reason, failure: 'final' };
      return { isDone: false, error, failure: tx?.failure ?? failureOf(error) };
    }
  }

  /** The context of the application's login; the owner can do without as long as there is none. */
  #contextFor(request: WorkRequest): SessionContext | undefined {
    const context = this.#deps.sessionContext?.();
    if (context || request.as === 'owner') return context;
    throw connectErrors.NO_CONTEXT({ tag: request.tag, missing: 'tenancy, which sets the context,' });
  }

  #beginFor(request: WorkRequest, connection: Connection, prelude: string): string {
    const name = applicationName(request.tag, request.requestId);
    const deadlineMs = request.deadlineMs ?? 0;
    return beginMessage(request, {
      applicationName: name === connection.applicationName ? undefined : name,
      longDeadlineMs: deadlineMs > this.#options.deadlineMs ? deadlineMs : undefined,
      prelude,
    });
  }

  #poolFor(request: WorkRequest): PoolEntry {
    const login = loginOf(request.as);
    if (!login) throw connectErrors.NO_SUBJECT({ tag: request.tag, subject: request.as });
    this.#noteCredentials();
    const { tier, priority = 'normal' } = request;
    const key = `${tier} ${priority} ${login}`;
    const known = this.#byRequest.get(key);
    if (known) return known;
    const endpoint = this.#deps.endpoint(tier);
    const name = `${databaseName(endpoint)} ${priority} ${login}`;
    const entry = this.#pools.get(name) ?? this.#addPool(name, endpoint, request.tag, { tier, priority, login });
    this.#byRequest.set(key, entry);
    return entry;
  }

  #addPool(name: string, endpoint: Endpoint, tag: string, parts: Pick<PoolEntry, 'tier' | 'priority' | 'login'>): PoolEntry {
    const { tier, priority, login } = parts;
    const { acquireTimeoutMs, queueLimit, idleTimeoutMs, lifetimeMs, deadlineMs } = this.#options;
    const max = poolMax(this.#normalMax.get(databaseName(endpoint)) ?? 1, priority, login);
    const endMs = deadlineMs + graceMs;
    // What this process, perhaps frozen, does not end itself is ended by the server.
    const settings = {
      statement_timeout: endMs,
      transaction_timeout: endMs,
      idle_in_transaction_session_timeout: endMs,
      lock_timeout: lockTimeoutMs[priority],
    };
    const pool = new Pool(name, { max, min: 1, acquireTimeoutMs, queueLimit, idleTimeoutMs, lifetimeMs }, () =>
      this.#open(tier, login, applicationName(tag), settings, true),
    );
    const entry: PoolEntry = { ...parts, server: this.#serverFor(endpoint, tier), pool };
    this.#pools.set(name, entry);
    return entry;
  }

  #serverFor(endpoint: Endpoint, tier: Tier): Server {
    const name = serverName(endpoint);
    const known = this.#servers.get(name);
    if (known) return known;
    const server = new Server(name, this.#deps.clock);
    this.#servers.set(name, server);
    this.#run(
      watchLiveness(this.#deps, {
        server: name,
        open: async (connectTimeoutMs) =>
          Connection.open({
            endpoint: await this.#endpointFor(tier, 'owner'),
            applicationName: 'plinth:connect.liveness',
            connectTimeoutMs,
            isPipelined: false,
          }),
        connections: () =>
          [...this.#pools.values()].filter((entry) => entry.server === server).flatMap(({ pool }) => [...pool.connections]),
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
      }),
    );
    return server;
  }

  async #open(
    tier: Tier,
    login: LoginRole,
    name: string,
    settings: Readonly<Record<string, number>>,
    isPipelined: boolean,
  ): Promise<Connection> {
    const server = this.#serverFor(this.#deps.endpoint(tier), tier);
    const { connectTimeoutMs } = this.#options;
    return server.open(async () =>
      Connection.open({ endpoint: await this.#endpointFor(tier, login), applicationName: name, connectTimeoutMs, settings, isPipelined }),
    );
  }

  async #endpointFor(tier: Tier, login: LoginRole): Promise<Endpoint> {
    const endpoint = this.#deps.endpoint(tier);
    const credentials = this.#deps.credentials?.();
    if (credentials) {
      const { user, password } = await credentials.login(login, tier);
      const { password: _, ...address } = endpoint;
      return { ...address, user, ...(password === undefined ? {} : { password }) };
    }
    if (login === 'owner') return endpoint;
    throw connectErrors.NO_CONTEXT({ tag: `a connection of tier ${tier}`, missing: 'access, which knows its password,' });
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
