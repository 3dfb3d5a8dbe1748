import type { Transaction } from '../../../foundation/connect/index.ts';
import type { EnqueueOptions, JobKind, JobState } from '../model/types.ts';

/** A job that is made with others, or for them. */
export interface Member<P = unknown> extends Omit<EnqueueOptions, 'tenantId' | 'id'> {
  readonly job: JobKind<P> | string;
  readonly payload: P;
}

/** What a batch or flow asks for, each a job that is enqueued in the transaction with which it became so. */
export interface Callbacks {
  /** Once, when all have completed. */
  readonly onCompleted?: Callback;
  /** Once, when all have ended and not all of them completed. Not where somebody cancelled the whole. */
  readonly onFailed?: Callback;
  /** When another tenth of them has ended; at most once a second, and not for the last one. */
  readonly onProgress?: Callback;
}
export type Callback<P = unknown> = Omit<Member<P>, 'due'>;

interface Together extends Callbacks {
  /** Made by the caller, a uuid v7: making it twice does it once. */
  readonly id?: string;
  /** For people. */
  readonly name?: string;
  /** Default: the tenant of the surrounding `tenancy.run` or job, else the platform itself. */
  readonly tenantId?: string;
}

export interface BatchRequest extends Together {
  /** None: it has completed as soon as it is made. */
  readonly jobs: readonly Member[];
}

/** A job that waits for others of its flow. */
export interface Step<P = unknown> extends Member<P> {
  /** Its name within the flow. */
  readonly key: string;
  /** Keys of the steps that have to end before it. Default: none. */
  readonly after?: readonly string[];
  /**
   * When all those have ended and not all of them completed: `cancel` cancels it and `fail` discards it, with what waits for it treated in
   * the same way; `continue` runs it, and it sees by `job.parents()` what became of them. Default `cancel`.
   */
  readonly onParentFailed?: 'fail' | 'continue' | 'cancel';
}

export interface FlowRequest extends Together {
  readonly steps: readonly Step[];
}

export interface Made {
  readonly id: string;
  /** False: there was one of that id, and nothing was done. */
  readonly isNew: boolean;
  /** Ids of its jobs, in their order; empty where it was there already. */
  readonly jobIds: readonly string[];
}

export type BatchState = 'open' | 'completed' | 'failed' | 'cancelled';

export interface BatchInfo {
  readonly id: string;
  readonly kind: 'batch' | 'flow';
  readonly name: string | null;
  readonly state: BatchState;
  /** Somebody cancelled it; what runs of it may be about to end. */
  readonly isCancelled: boolean;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly created: Date;
  readonly ended: Date | null;
  /** Job types that it enqueues, by occasion. */
  readonly calls: { readonly onCompleted?: string; readonly onFailed?: string; readonly onProgress?: string };
}

export interface StepInfo {
  readonly key: string;
  readonly jobId: string;
  /** Absent where its job is not kept any more. */
  readonly type?: string;
  readonly state: BatchState;
  /** Where its job is, while it has not ended. */
  readonly place?: 'blocked' | 'running' | 'retrying' | 'scheduled' | 'parked' | 'waiting';
  /** As far as it is written down, which is a second after its end. */
  readonly started: Date | null;
  readonly completed: Date | null;
  readonly after: readonly string[];
  readonly onParentFailed: 'fail' | 'continue' | 'cancel';
}

export interface BatchDetails extends BatchInfo {
  readonly tenantId: string;
  /** Of a flow, by key; the first thousand. */
  readonly steps: readonly StepInfo[];
  /** Of a batch, what has not completed; the first hundred. */
  readonly members: readonly MemberInfo[];
}

export interface MemberInfo {
  readonly jobId: string;
  readonly type: string;
  readonly state: JobState;
}

/** What became of a step that another one waited for. */
export interface ParentOutcome {
  readonly jobId: string;
  readonly state: BatchState;
  /** What its handler returned; null for nothing. */
  readonly result: unknown;
  /** Of its last run, where that failed. */
  readonly error: unknown;
}

/** The place of a job among others. */
export interface Place {
  readonly batchId: string;
  /** Of a step of a flow. */
  readonly key: string | null;
  /** It was enqueued by the batch, and is not one of its jobs. */
  readonly isCallback: boolean;
  readonly parents: readonly Relative[];
  readonly children: readonly Relative[];
}
export interface Relative {
  readonly key: string;
  readonly jobId: string;
  readonly state: BatchState;
}

/** What a run can do with the batch or flow of its job. */
export interface JobFlow {
  /** What became of the steps it waited for, by key; empty for others. */
  parents(): Promise<Readonly<Record<string, ParentOutcome>>>;
  /** The batch or flow it is in, or that enqueued it. @throws PLINTH_QUEUE_NOT_IN_BATCH */
  batch(): Promise<BatchInfo>;
  /**
   * More steps for its own flow, or more jobs for its batch; durable when this resolves. A step whose key is there already is left alone, so
   * that a run may say it again; jobs of a batch have no key, and are added again.
   * @throws PLINTH_QUEUE_NOT_IN_BATCH and what `Flows.append` throws
   */
  append(members: readonly Step[] | readonly Member[]): Promise<{ readonly jobIds: readonly string[] }>;
}

/** Jobs that belong together. */
export interface Flows {
  /**
   * Jobs that are looked at as one, with something to do at their end. All of them or, where one does not fit, none.
   * @throws what `enqueue` throws, and PLINTH_QUEUE_UNIQUE_MEMBER
   */
  batch(request: BatchRequest): Promise<Made>;
  /** Committed with the caller's transaction, or gone with it. @throws also PLINTH_QUEUE_FLOW_ELSEWHERE */
  batchIn(tx: Transaction, request: BatchRequest): Promise<Made>;
  /** Steps that wait for others. @throws what `batch` throws, and PLINTH_QUEUE_FLOW_CYCLE, PLINTH_QUEUE_BAD_STEP */
  flow(request: FlowRequest): Promise<Made>;
  flowIn(tx: Transaction, request: FlowRequest): Promise<Made>;
  /**
   * Adds to one that is open, in a transaction of its own: steps to a flow, jobs to a batch. Steps may wait for any that are there; one whose
   * key is there already is left alone. @throws what `flow` throws, and PLINTH_QUEUE_UNKNOWN_BATCH, PLINTH_QUEUE_BATCH_ENDED
   */
  append(id: string, members: readonly Step[] | readonly Member[]): Promise<{ readonly jobIds: readonly string[] }>;
  /** Cancels what waits of it and tells what runs to end; nothing is enqueued at its end. @throws PLINTH_QUEUE_UNKNOWN_BATCH */
  cancel(id: string, acting: { readonly by: string }): Promise<{ readonly cancelled: number; readonly requested: number }>;
  /**
   * Runs what ended and did not complete again, as new jobs in the place of the old ones, and what had not been run because of it. What
   * completed stays. It is open again. @throws PLINTH_QUEUE_UNKNOWN_BATCH
   */
  retry(id: string, acting: { readonly by: string }): Promise<{ readonly again: readonly { readonly id: string; readonly as: string }[] }>;
  /** Of one tenant, newest first. Default 50, at most 500. */
  list(
    filter: { readonly tenantId: string; readonly state?: BatchState },
    page?: { readonly before?: string; readonly limit?: number },
  ): Promise<{ readonly batches: readonly BatchInfo[]; readonly next?: string }>;
  /** @throws PLINTH_QUEUE_UNKNOWN_BATCH, also where it is another tenant's */
  show(id: string, tenantId?: string): Promise<BatchDetails>;
}
