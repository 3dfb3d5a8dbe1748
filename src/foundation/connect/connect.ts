import { channel } from 'node:diagnostics_channel';
import type { Tier } from '../../kernel/index.ts';
import type { Endpoint, TenantDirectory } from '../cluster/index.ts';
import { Call } from './call.ts';
import { connectErrors } from './errors.ts';
import { applicationName } from './model/application-name.ts';
import { backoffMs, maxTries } from './model/backoff.ts';
import { beginMessage } from './model/begin.ts';
import { type Failure, failureOf } from './model/failure.ts';
import type {
  Connect,
  LoginRole,
  PoolSnapshot,
  Session,
  SessionContext,
  SessionRequest,
  StatementWatch,
  Transaction,
  Witness,
  WorkRequest,
} from './model/types.ts';
import type { ConnectOptions } from './options.ts';
import { databaseName, fitPools, type Holder, type Lease, type PoolEntry, Pools, type PoolsDeps } from './pools/index.ts';
import { OwnSession } from './session.ts';
import { OpenTransaction } from './transaction.ts';
import type { Connection } from './wire/index.ts';

/** Each transaction as it ends, published in the asynchronous context of its caller, who can add up what was his. */
const finished = channel('plinth:connect:transaction');

export interface ConnectDeps extends PoolsDeps {
  /** Asked for each transaction; while it gives undefined, only `owner` is served. */
  readonly sessionContext?: () => SessionContext | undefined;
  /** Asked for each transaction of a tenant; while it gives undefined, all are in the shared databases. */
  readonly tenantDirectory?: () => TenantDirectory | undefined;
  /** Asked for each transaction; while it gives undefined, what is run is seen by the context alone. */
  readonly statementWatch?: () => StatementWatch | undefined;
}

// A connection idle for longer than the first has to answer BEGIN within the second.
const doubtAfterIdleMs = 500;
const validationMs = 1_000;

type Tried<T> =
  | { readonly isDone: true; readonly value: T }
  /** `isOutside`: it was refused before the work began. */
  | { readonly isDone: false; readonly isOutside: boolean; readonly error: unknown; readonly failure: Failure };

/**
 * Opens the connections of a platform. Asks every server once whether all pools fit it; pools open theirs when used.
 *
 * @throws PLINTH_CONNECT_DOES_NOT_FIT, PLINTH_CONNECT_SERVER_DOWN, PLINTH_CONNECT_LOGIN_REFUSED,
 * PLINTH_CONNECT_UNKNOWN_DATABASE, PLINTH_CONNECT_TOO_MANY_CONNECTIONS, PLINTH_CONNECT_TLS_REFUSED
 */
export async function openConnect(deps: ConnectDeps, options: ConnectOptions): Promise<Connect> {
  const normalMax = await fitPools(deps.endpoint, options);
  return new OpenedConnect(deps, options, new Pools(deps, options, normalMax));
}

class OpenedConnect implements Connect {
  readonly #deps: ConnectDeps;
  readonly #options: ConnectOptions;
  readonly #pools: Pools;

  constructor(deps: ConnectDeps, options: ConnectOptions, pools: Pools) {
    this.#deps = deps;
    this.#options = options;
    this.#pools = pools;
  }

  async transaction<T>(request: WorkRequest, work: (tx: Transaction) => Promise<T>): Promise<T> {
    let place = this.#placeOf(request);
    let entry = this.#pools.for(request, place);
    this.#deps.sessionContext?.()?.admit?.(request);
    const call = new Call(request, request.deadlineMs ?? this.#options.deadlineMs);
    entry.server.retries.request(call.startedMs);
    try {
      for (;;) {
        call.check();
        call.tries++;
        const tried = await this.#tryOnce(entry, place, request, call, work);
        if (tried.isDone) return tried.value;
        const { failure } = tried;
        if (tried.isOutside && (await this.#isElsewhere(tried.error, call))) {
          // Nothing of the work has begun: no try is spent.
          call.tries--;
          place = this.#placeOf(request);
          entry = this.#pools.for(request, place);
          continue;
        }
        if (failure === 'stale') entry.pool.renew();
        const delayMs = backoffMs(call.tries, Math.random(), failure === 'full');
        const isLast = failure === 'final' || call.tries >= maxTries || request.isRetryable === false || delayMs >= call.remainingMs;
        if (isLast || !entry.server.retries.tryRetry(performance.now())) throw tried.error;
        this.#deps.log.debug(`${request.tag} is tried again`, { failure, tries: call.tries, delayMs });
        await this.#deps.clock.sleep(delayMs, call.signal);
      }
    } finally {
      call.close();
      if (finished.hasSubscribers)
        finished.publish({ tag: request.tag, tier: request.tier, durationMs: performance.now() - call.startedMs });
    }
  }

  async session(request: SessionRequest): Promise<Session> {
    const call = new Call(request, this.#options.deadlineMs);
    const opening = this.#pools.openOwn(request);
    try {
      return new OwnSession(request.tier, request.tag, await call.race(opening), request.signal);
    } catch (error) {
      // It may still be opening: what nobody waits for any more is closed as soon as it is there.
      void opening.then((connection) => connection.destroy()).catch(() => {});
      throw error;
    } finally {
      call.close();
    }
  }

  pools(): readonly PoolSnapshot[] {
    return this.#pools.snapshot();
  }

  renew(login: LoginRole): void {
    this.#pools.renew(login);
  }

  databaseKey(tier: Tier): string {
    return databaseName(this.#deps.endpoint(tier));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pools[Symbol.asyncDispose]();
  }

  #placeOf({ as, tier, place }: WorkRequest): Endpoint | undefined {
    return place ?? (typeof as === 'object' ? this.#deps.tenantDirectory?.()?.placeOf?.(as.tenantId, tier) : undefined);
  }

  async #isElsewhere(error: unknown, call: Call): Promise<boolean> {
    const asked = this.#deps
      .sessionContext?.()
      ?.isElsewhere?.(error, { waitedMs: performance.now() - call.startedMs, signal: call.signal });
    return asked ? call.race(asked) : false;
  }

  async #tryOnce<T>(
    entry: PoolEntry,
    place: Endpoint | undefined,
    request: WorkRequest,
    call: Call,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<Tried<T>> {
    const { pool } = entry;
    let tx: OpenTransaction | undefined;
    try {
      const context = this.#contextFor(request);
      const witnesses = this.#witnessesOf(request, context);
      const holder = holderOf(request, context, pool.limits.max);
      for (;;) {
        const lease = pool.acquire(holder, call);
        const { connection, idleMs } = lease instanceof Promise ? await waitFor(lease, pool.isFull ? witnesses : []) : lease;
        const leasedMs = witnesses.length > 0 ? performance.now() : 0;
        const current = new OpenTransaction(request, connection, call, witnesses);
        tx = current;
        try {
          const run = async () => {
            const prelude = context?.prelude(request.as, request.tier, call, connection.backendPid, place) ?? '';
            const isDoubtful = idleMs > doubtAfterIdleMs;
            // A connection has to have proven that it lives before something is done on it that may not be done twice.
            if (prelude === '' && !isDoubtful && this.#goesAlone(request)) current.beginSingle(newName(request, connection));
            else {
              const message = this.#beginFor(request, connection, typeof prelude === 'string' ? prelude : await prelude);
              await current.begin(message, isDoubtful ? validationMs : undefined);
            }
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
          if (witnesses.length > 0) {
            const held = { heldMs: performance.now() - leasedMs, backendPid: connection.backendPid, place };
            for (const witness of witnesses) witness.ended?.(held);
          }
        }
      }
    } catch (error) {
      if (call.reason) return { isDone: false, isOutside: false, error: tx?.ended(call.reason) ?? call.reason, failure: 'final' };
      return { isDone: false, isOutside: tx?.hasBegun === false, error, failure: tx?.failure ?? failureOf(error) };
    }
  }

  /** The context of the application's login; the owner can do without as long as there is none. */
  #contextFor(request: WorkRequest): SessionContext | undefined {
    const context = this.#deps.sessionContext?.();
    if (context || request.as === 'owner') return context;
    throw connectErrors.NO_CONTEXT({ tag: request.tag, missing: 'tenancy, which sets the context,' });
  }

  #witnessesOf(request: WorkRequest, context: SessionContext | undefined): readonly Witness[] {
    const own = context?.watch?.(request) ?? [];
    const others = this.#deps.statementWatch?.()?.watch(request) ?? [];
    return others.length === 0 ? own : [...others, ...own];
  }

  /** Without BEGIN, which is what tells all these. */
  #goesAlone({ isSingle = false, isolation, isReadOnly = false, deadlineMs = 0 }: WorkRequest): boolean {
    return isSingle && isolation === undefined && !isReadOnly && deadlineMs <= this.#options.deadlineMs;
  }

  #beginFor(request: WorkRequest, connection: Connection, prelude: string): string {
    const deadlineMs = request.deadlineMs ?? 0;
    return beginMessage(request, {
      applicationName: newName(request, connection),
      longDeadlineMs: deadlineMs > this.#options.deadlineMs ? deadlineMs : undefined,
      prelude,
    });
  }
}

/** How the connection is to be called from now on; undefined where it is called that. */
function newName({ tag, requestId }: WorkRequest, connection: Connection): string | undefined {
  const name = applicationName(tag, requestId);
  return name === connection.applicationName ? undefined : name;
}

/** A connection that others hold; tells how long it took, also when there was none in the end. */
async function waitFor(lease: Promise<Lease>, witnesses: readonly Witness[]): Promise<Lease> {
  if (witnesses.length === 0) return lease;
  const startedMs = performance.now();
  try {
    return await lease;
  } finally {
    const waitMs = performance.now() - startedMs;
    for (const witness of witnesses) witness.waited?.(waitMs);
  }
}

function holderOf({ as, tag }: WorkRequest, context: SessionContext | undefined, max: number): Holder {
  if (typeof as !== 'object') return { tag };
  return { tag, tenantId: as.tenantId.toLowerCase(), share: context?.share?.(as, max) };
}
