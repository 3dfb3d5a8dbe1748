import type { Readable, Writable } from 'node:stream';
import type { Executor, Tier } from '../../../kernel/index.ts';
import type { Endpoint } from '../../cluster/index.ts';

/** Pools are separate per priority, so that a flood in one cannot take another's connections. */
export const priorities = ['critical', 'normal', 'batch', 'maintenance', 'listen'] as const;
export type Priority = (typeof priorities)[number];

/**
 * Where a request came from and what for, as the application says it: it goes into the audit trail, and is proven by nobody. Of each
 * at most 200 characters are kept.
 */
export interface RequestOrigin {
  readonly requestId?: string;
  readonly sessionId?: string;
  readonly clientAddress?: string;
  readonly userAgent?: string;
  /** Why data is read, e.g. `support ticket 4711`. */
  readonly purpose?: string;
}

/** For whom the work is done. `connect` knows a tenant as a label only; tenancy gives it a meaning. */
export interface TenantSubject {
  readonly tenantId: string;
  /** Absent for work without a user (jobs): role `service`. */
  readonly userId?: string;
  readonly origin?: RequestOrigin;
}

/**
 * `system`: the application role, acting for the platform's own rows (the nil tenant).
 * `owner`: the owner of all objects, outside row security; for migrations, the registry and the catalog.
 */
export type Subject = TenantSubject | 'system' | 'owner';

/** Which login a subject uses. */
export type LoginRole = 'app' | 'owner';

export interface WorkRequest {
  readonly tier: Tier;
  readonly as: Subject;
  /** Another database than the tier's, e.g. that of a placed tenant. Default for work of a tenant: where the directory says it is placed. */
  readonly place?: Endpoint;
  readonly priority?: Priority;
  readonly isReadOnly?: boolean;
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /** What the work is, for `pg_stat_activity` and errors: `<capability>.<what>`. */
  readonly tag: string;
  readonly requestId?: string;
  readonly signal?: AbortSignal;
  /** Bound of the whole call with waiting for a connection and all tries. Default: option `deadlineMs`. */
  readonly deadlineMs?: number;
  /** `false` turns off retries of the transaction function; default true. */
  readonly isRetryable?: boolean;
  /**
   * `work` sends one statement and nothing else, which can then be a transaction of its own: one round trip in place of three. Where the
   * connection ends before its answer, or the call does, nobody knows whether it was committed.
   */
  readonly isSingle?: boolean;
}

/** An open transaction. Valid until the function it was given to returns. */
export interface Transaction extends Executor {
  readonly tier: Tier;
  readonly signal: AbortSignal;
  /** Runs `work` inside a savepoint; rolled back to it when `work` throws. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
  /** COPY … FROM STDIN: a sink with back-pressure. Await the end of the pipeline before the next statement. */
  copyFrom(text: string): Writable;
  /** COPY … TO STDOUT: a source with back-pressure. */
  copyTo(text: string): Readable;
}

/** What the server says beside its answers, at or above `client_min_messages`. */
export interface Notice {
  readonly message: string;
  /** The function of the server that said it; unlike the message the same in every language. */
  readonly routine: string;
}

/** A connection of one's own outside the pools' transactions: locks, LISTEN, DDL that allows no transaction. */
export interface Session extends Executor, AsyncDisposable {
  readonly tier: Tier;
  readonly backendPid: number;
  /** Calls back for each notification of a LISTENed channel. */
  onNotification(listener: (channel: string, payload: string) => void): void;
  /** Calls back for each notice, before the statement it belongs to is answered. */
  onNotice(listener: (notice: Notice) => void): void;
  /** Calls back once when the connection is lost. */
  onLost(listener: (error: Error) => void): void;
  /** Sends a cancel for the running statement on a connection of its own. */
  cancel(): Promise<void>;
  /** Closes the socket at once; disposing afterwards does nothing. */
  destroy(): void;
}

export interface PoolSnapshot {
  readonly tier: Tier;
  readonly priority: Priority;
  readonly login: LoginRole;
  readonly max: number;
  readonly active: number;
  readonly idle: number;
  readonly waiting: number;
  /** Who holds connections now, oldest first. */
  readonly holders: readonly { readonly tag: string; readonly tenantId?: string; readonly heldMs: number }[];
}

export interface SessionRequest {
  readonly tier: Tier;
  readonly tag: string;
  /** As that of work. */
  readonly place?: Endpoint;
  readonly signal?: AbortSignal;
}

/** Gives connections for work; owns pools, retries, deadlines, cancellation. */
export interface Connect extends AsyncDisposable {
  /**
   * Runs `work` in one transaction: context set in the same round trip as BEGIN, commit when it returns,
   * rollback when it throws, run again from the start on a retryable failure before COMMIT was sent.
   * `work` must therefore have no effect outside the transaction.
   */
  transaction<T>(request: WorkRequest, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A session with login `owner`, un-pooled. `await using` it. */
  session(request: SessionRequest): Promise<Session>;
  pools(): readonly PoolSnapshot[];
  /**
   * Replaces the pooled connections of a login: idle ones now, the others as soon as their work is done. For when its credentials have
   * changed. Sessions end by themselves.
   */
  renew(login: LoginRole): void;
  /** Two tiers give the same key when they are the same database. */
  databaseKey(tier: Tier): string;
}

/** Owned here, filled by tenancy: how a transaction is given its context. It may watch what is run in it, too. */
export interface SessionContext extends Partial<StatementWatch> {
  /**
   * SQL that is sent together with BEGIN and sets the context for this transaction only. Must overwrite
   * every setting of an earlier context. Synchronous where it can be: it is on the hot path.
   * The signal of `bounds` ends with the call and is made when it is read. `backendPid` is the server process of the
   * connection it will run on (BackendKeyData): the context is good there only. `place`: not in the tier's database, but there.
   */
  prelude(
    subject: Subject,
    tier: Tier,
    bounds: { readonly signal: AbortSignal },
    backendPid: number,
    place?: Endpoint,
  ): string | Promise<string>;
  /** Before a connection is asked for, once per call. A throw is the answer of the call. */
  admit?(request: WorkRequest): void;
  /** How much the tenant may have of a pool with `max` connections; undefined: all of it. */
  share?(subject: TenantSubject, max: number): Share | undefined;
  /**
   * Asked when the prelude failed: whether the work belongs elsewhere by now and is to be begun there. Resolves when the directory knows
   * where; `waitedMs` is how long the call has lasted.
   */
  isElsewhere?(error: unknown, bounds: { readonly waitedMs: number; readonly signal: AbortSignal }): Promise<boolean>;
  /** What the caller is told when the prelude failed, e.g. a refused membership; the error itself where it is not ours. */
  explain?(error: unknown, subject: Subject): unknown;
}

/** What a tenant may have of one pool at the same time, and, in proportion, of the line before it. */
export interface Share {
  /** Connections, at least 1. */
  readonly most: number;
  /** What a call is told that is turned away, or has waited too long, because the tenant has its share. */
  refused(held: number, waiting: number): Error;
}

/** Owned here, filled by audit: who has to see what transactions run. */
export interface StatementWatch {
  /**
   * Asked for each try of a transaction, in the asynchronous context of its caller and before a connection is asked for; empty where
   * nobody has to see it. On the hot path: it returns at once and throws nothing.
   */
  watch(request: WorkRequest): readonly Witness[];
}

/** Sees one try of a transaction. BEGIN, COMMIT and savepoints are nobody's statements. On the hot path, and throws nothing but where it says so. */
export interface Witness {
  /** Others held all connections of the pool, and one was waited for, maybe in vain. That a new one is opened is no waiting. */
  waited?(waitMs: number): void;
  /**
   * A statement was answered: told before its caller is. A promise is waited for, and what it throws is what the caller gets.
   */
  ran?(
    statement: Parameters<Executor['query']>[0],
    answer: Awaited<ReturnType<Executor['query']>>,
    durationMs: number,
  ): void | Promise<void>;
  /** A COPY begins: told before a byte of it is seen, and waited for in the same way where it reads. */
  copying?(text: string): void | Promise<void>;
  /** A COPY has ended, whole or not. */
  copied?(rowCount: number, durationMs: number): void;
  /** A statement has failed: gives the error as the caller sees it. */
  failed?(error: unknown, durationMs: number): unknown;
  /** The connection was given back, whatever became of the work. `place`: it was not one of the tier's database, but of that. */
  ended?(held: { readonly heldMs: number; readonly backendPid: number; readonly place: Endpoint | undefined }): void;
}

/** Owned here, filled by access: the login and password behind a role. Asked for each new connection. */
export interface Credentials {
  login(role: LoginRole, tier: Tier): Promise<{ readonly user: string; readonly password?: string }>;
}
