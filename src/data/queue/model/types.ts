import type { Transaction } from '../../../foundation/connect/index.ts';
import type { Executor, Tier } from '../../../kernel/index.ts';
import type { Definitions } from '../definitions/index.ts';
import type { DetailsRow } from '../details/index.ts';
import type { External } from '../effects/index.ts';
import type { Flows, JobFlow } from '../flows/index.ts';
import type { JobLimit } from '../limits/index.ts';
import type { Worker } from '../work/index.ts';
import type { Band } from './bands.ts';
import type { Finding } from './findings.ts';

/** What a payload is checked with: any validator that speaks Standard Schema (https://standardschema.dev), version 1. */
export interface PayloadSchema<P> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => PayloadVerdict<P> | Promise<PayloadVerdict<P>>;
    readonly types?: { readonly input: unknown; readonly output: P } | undefined;
  };
}
export type PayloadVerdict<P> =
  | { readonly value: P; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] };

/** A queue, as a product declares it. Everything is optional but the name. */
export interface QueueDeclaration {
  readonly name: string;
  /** Queues of a group share partitions. Default `other`. */
  readonly group?: string;
  /** Worker pool that serves it. Default `default`. */
  readonly pool?: string;
  /** Shares of processing time of the five effective bands. Default 40, 25, 20, 10, 5. */
  readonly weights?: readonly number[];
  /** Target of the wait in each band. Default 1 min, 5 min, 30 min, 2 h, 3 h. */
  readonly sloMs?: readonly number[];
  /** What becomes of bulk enqueues when the predicted wait is over three hours. Default `reject`. */
  readonly onOverload?: 'reject' | 'demote' | 'accept';
}

/** What becomes of a run that failed. */
export type FailureVerdict = 'retry' | 'discard' | 'dead';

/** A kind of job: its name, where it waits, and what runs it. A process that only enqueues leaves the handler out. */
export interface JobDefinition<P = unknown> {
  readonly name: string;
  readonly queue: string;
  readonly schema?: PayloadSchema<P>;
  /** Default `normal`. */
  readonly band?: Band;
  /** Runs that may fail. Default 20. */
  readonly maxAttempts?: number;
  /** After which the signal of a run is aborted and the run counts as failed. Default: none. */
  readonly maxRunMs?: number;
  /** A retry goes on waiting from when the job was first due, instead of from its new due time. */
  readonly keepAge?: boolean;
  /** Version of the payload, from 1. */
  readonly version?: number;
  /** From an older version to the next one, by the older number. */
  readonly upgrade?: Readonly<Record<number, (payload: unknown) => unknown>>;
  /** Judges an error; undefined leaves it to the default, `retry`. */
  readonly onError?: (error: unknown) => FailureVerdict | undefined;
  /**
   * What stands out about its failures pauses it until somebody resumes it: that they are of a kind nobody has seen (`new`), began with a version of
   * the handlers (`version`), come three times as often as in the last day (`surge`), are more than half of those of the queue (`dominant`)
   * or are one tenant's (`one_tenant`). Looked at each minute. Default: nothing does.
   */
  readonly pauseOn?: readonly Finding[];
  /** Of jobs with the same key of a tenant there is one at a time. Default: there may be any number. */
  readonly unique?: Uniqueness;
  /** How many of its kind may run, by what the payload says; see JobLimit. Asked when a job is about to be run. */
  readonly limits?: (payload: P) => readonly JobLimit[];
  /**
   * Fields of the payload that name a person, with dots into objects, and the kind of identifier there: `{ 'contact.address': 'email' }`. When
   * that person is erased, the job goes with all that is kept about it; when they ask what there is of them, it is among that.
   */
  readonly subjects?: Readonly<Record<string, string>>;
  /**
   * Fields of the payload, with dots into objects, that are stored encrypted under a key of the job's tenant: `['card.number']`. The handler
   * gets them in clear; `limits` sees what is stored. What was enqueued from SQL, by its name alone in a process that does not define it, or before the
   * field was named, stays in clear.
   */
  readonly encrypted?: readonly string[];
  /**
   * A table of the queue's database, qualified, with one row a job: key (tenant_id, job_id), protected, cut by the month of the job. Filled by
   * `job.details`, shown with the job, and gone with it.
   */
  readonly details?: string;
  /** With `isolation` the URL of a module whose default export takes an `IsolatedJob`: `new URL('./resize.job.ts', import.meta.url)`. */
  readonly handler?: ((job: Job<P>) => unknown) | URL;
  /**
   * For handlers that compute for long: where they run in place of the worker's own thread. They stop nobody else, are ended for sure when
   * they run too long or are cancelled, and take only their own run along when they crash; a process also when native code does.
   */
  readonly isolation?: 'thread' | 'process';
  /** JavaScript heap of each such thread or process, in MB. Default: what Node gives it. */
  readonly maxMemoryMb?: number;
}

export interface Uniqueness {
  /** Fields of the payload that are the key, with dots into objects. Default: all of it. */
  readonly fields?: readonly string[];
  /** How long a job keeps its key: until its first run begins, until it has ended, or for that long from enqueue. Default `completed`. */
  readonly until?: 'started' | 'completed' | { readonly ms: number };
  /**
   * What becomes of a job whose key is taken. `skip`: nothing, the id of the other is given. `replace`: the other gets its payload;
   * `reschedule`: and its due time, which makes a debounce; both only as long as the other waits for its first run, else it is a job
   * of its own. `reject`: PLINTH_QUEUE_CONFLICT. Default `skip`.
   */
  readonly onConflict?: 'skip' | 'replace' | 'reschedule' | 'reject';
}

/** One run of a job, as its handler sees it. */
export interface Job<P = unknown> {
  readonly id: string;
  /** The nil uuid for the platform's own jobs. */
  readonly tenantId: string;
  readonly type: string;
  readonly queue: string;
  readonly band: Band;
  readonly payload: P;
  /** Which run, from 1. Runs that ended with their process are not counted. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly isLastAttempt: boolean;
  readonly due: Date;
  /** Aborted when the job is cancelled, runs longer than it may, or has to end because the process does. */
  readonly signal: AbortSignal;
  /** A transaction in the context of the job's tenant. The work may be run again from its start. */
  run<T>(tier: Tier, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * The last thing a handler does: its writes and the end of the job are committed as one, so they happen once. What `work` returns is
   * kept as the result of the job; what the handler returns or throws afterwards changes nothing. The work may be run again from its start.
   * Only on a tier that shares its database with the queue.
   * @throws PLINTH_QUEUE_APART, PLINTH_QUEUE_ENDED_ALREADY, PLINTH_QUEUE_LEASE_LOST
   */
  transaction<T>(tier: Tier, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Does something outside of our databases once, as far as that can be known. */
  readonly external: External;
  readonly log: JobLog;
  /**
   * Keeps a row beside the job, by the columns of the table that its definition names; what is said again replaces what was said. Given a
   * transaction on the queue's database, it is committed with that; else when this resolves, and on the disk when the job has ended.
   * @throws PLINTH_QUEUE_NO_DETAILS, PLINTH_QUEUE_BAD_DETAILS
   */
  details(row: DetailsRow, tx?: Transaction): Promise<void>;
  /** Says how far it has got, in units of its own, for who looks at it; written once a second at most. @throws PLINTH_QUEUE_BAD_PROGRESS */
  progress(done: number, total: number, note?: string): void;
  /** What became of the steps it waited for, by key; empty where it is no step of a flow. */
  readonly parents: JobFlow['parents'];
  /** The batch or flow that it is in, or that enqueued it, with what can be added to it. */
  readonly flow: JobFlow;
  /** Puts it back for that long, without using up an attempt; what the handler does after it is of no account. */
  snooze(ms: number): never;
}

/**
 * A job in a thread or process of its own. What needs the worker is done there, so everything goes by message: what is given to it and what it
 * gives can be copied, transactions offer statements only, and bad progress makes the run fail at its end.
 */
export interface IsolatedJob<P = unknown> extends Omit<Job<P>, 'run' | 'transaction' | 'details'> {
  run<T>(tier: Tier, work: (tx: Executor) => Promise<T>): Promise<T>;
  transaction<T>(tier: Tier, work: (tx: Executor) => Promise<T>): Promise<T>;
  details(row: DetailsRow, tx?: Executor): Promise<void>;
}

/** Lines of the log of one run, kept with the job: at most 1,000, further ones are counted. */
export interface JobLog {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** How an error tells what is to become of its run, instead of the definition. */
export interface FailureHints {
  /** Overrides the backoff. */
  readonly retryAfterMs?: number;
  readonly verdict?: FailureVerdict;
}

export interface EnqueueOptions {
  /** Default: the tenant of the surrounding `tenancy.run` or job, else the platform itself. */
  readonly tenantId?: string;
  /** Made by the caller, a uuid v7: enqueueing it twice does it once. */
  readonly id?: string;
  /** Default: the queue of the definition. */
  readonly queue?: string;
  readonly band?: Band;
  /** Default: now. */
  readonly due?: Date;
  readonly maxAttempts?: number;
  /** W3C traceparent of who enqueues. */
  readonly trace?: string;
}

/** One of many. */
export interface EnqueueItem<P> extends EnqueueOptions {
  readonly payload: P;
}

export interface Enqueued {
  /** Where `isNew` is false, of the job that was there already. */
  readonly id: string;
  readonly isNew: boolean;
}

/** A job that was checked in one database and is to be put into the queue from there: plain data. */
export interface OutgoingJob {
  readonly tenantId: string;
  readonly id: string;
  readonly queue: string;
  readonly type: string;
  readonly band: Band;
  /** JSON text. */
  readonly payload: string;
  readonly payloadVersion: number;
  readonly maxAttempts: number;
  /** ISO 8601; absent: when it arrives. */
  readonly due?: string;
  readonly trace?: string;
}

/**
 * Owned here, filled by who carries what was committed in one database to another (slot `queue.Outbox`): for `enqueueIn` in a transaction
 * that is not in the queue's database.
 */
export interface Outbox {
  /** Writes the jobs in that transaction. What is committed is given to `Queue.deliver` sooner or later, once or more often. */
  put(tx: Transaction, jobs: readonly OutgoingJob[]): Promise<void>;
}

export type JobState =
  | 'scheduled'
  | 'waiting'
  | 'parked'
  | 'blocked'
  | 'running'
  | 'retrying'
  | 'completed'
  | 'cancelled'
  | 'discarded'
  | 'dead';

/** Background jobs of a platform. */
export interface Queue extends AsyncDisposable {
  /** Makes a kind of job known to this process. @throws PLINTH_QUEUE_DEFINED_TWICE, PLINTH_QUEUE_INVALID_DEFINITION */
  define<P>(definition: JobDefinition<P>): JobKind<P>;
  /** Declares a queue, or changes it to what is said here. */
  declare(queue: QueueDeclaration): Promise<void>;
  /** Kinds of jobs and queues that this process knows; for those who run jobs. */
  readonly definitions: Definitions;
  /** What runs the jobs of these pools in this process, or of all; not started. One for a process. */
  worker(pools?: readonly string[]): Worker;
  /**
   * Puts a job into its queue; it is durable when this resolves. Calls at the same time share a statement. By the name of a kind that only
   * other processes have defined, the payload is not checked.
   * @throws PLINTH_QUEUE_UNKNOWN_JOB_TYPE, PLINTH_QUEUE_UNKNOWN_QUEUE, PLINTH_QUEUE_INVALID_PAYLOAD, PLINTH_QUEUE_PAYLOAD_TOO_LARGE,
   * PLINTH_QUEUE_BAD_ID, PLINTH_QUEUE_BAD_DUE, PLINTH_QUEUE_BAD_OPTION, PLINTH_QUEUE_UNKNOWN_TENANT, PLINTH_QUEUE_CONFLICT
   */
  enqueue<P>(kind: JobKind<P> | string, payload: P, options?: EnqueueOptions): Promise<Enqueued>;
  /** All of them or, where one does not fit, none. In their order. @throws what `enqueue` throws */
  enqueueMany<P>(kind: JobKind<P> | string, items: readonly EnqueueItem<P>[]): Promise<readonly Enqueued[]>;
  /**
   * Committed with the caller's transaction, or gone with it. Without an explicit tenant it is that of the transaction's context. Where
   * that transaction is not in the database of the queue, the job goes through the outbox and is there some milliseconds after the commit;
   * then `isNew` is not known and true.
   * @throws what `enqueue` throws, and PLINTH_QUEUE_NO_OUTBOX
   */
  enqueueIn<P>(tx: Transaction, kind: JobKind<P> | string, payload: P, options?: EnqueueOptions): Promise<Enqueued>;
  /** The same for many. */
  enqueueManyIn<P>(tx: Transaction, kind: JobKind<P> | string, items: readonly EnqueueItem<P>[]): Promise<readonly Enqueued[]>;
  /** Jobs that belong together: batches, and flows of steps that wait for each other. */
  readonly flows: Flows;
  /** Takes what an outbox carried here; what came before is left alone. */
  deliver(jobs: readonly OutgoingJob[]): Promise<void>;
  /** Calls back with the ids of queues for which this process has enqueued something that is ready; returns how to stop that. */
  onReady(listener: (queueIds: readonly number[]) => void): () => void;
}

/** A defined kind of job: gives `enqueue` the type of the payload. */
export interface JobKind<P> {
  readonly name: string;
  readonly definition: JobDefinition<P>;
}
