import type { KeptDetails } from '../details/index.ts';
import type { Place } from '../flows/index.ts';
import type { Band } from '../model/bands.ts';
import type { JobState } from '../model/types.ts';

/** Which jobs an action is for. What is absent asks for nothing; inside `tenancy.run` it is always that tenant's jobs. */
export interface JobFilter {
  readonly ids?: readonly string[];
  readonly tenantId?: string;
  readonly queue?: string;
  readonly type?: string;
  /** Where they are; default: wherever the action makes sense. */
  readonly states?: readonly JobState[];
  /** Enqueued at or after. */
  readonly since?: Date;
  /** Enqueued before. */
  readonly until?: Date;
}

/** Who acts, for `job_audits` and the audit trail: an account of the console, or of the command line. */
export interface Acting {
  readonly by: string;
}

export type JobCounts = Readonly<Record<JobState, number>>;

/** A job as lists show it: nothing that its tenant wrote. */
export interface JobSummary {
  readonly id: string;
  readonly queue: string;
  readonly type: string;
  readonly band: Band;
  readonly state: JobState;
  readonly due: Date;
  readonly queued: Date;
  readonly started: Date | null;
  readonly completed: Date | null;
  /** When it becomes ready, while it is scheduled or retrying. */
  readonly nextDue: Date | null;
}

export interface Attempt {
  readonly attempt: number;
  readonly status: string;
  readonly started: Date;
  readonly completed: Date;
  readonly durationMs: number;
  readonly workerId: string;
  readonly result: unknown;
  readonly error: unknown;
}

/** Everything that is known about a job. */
export interface JobDetails extends JobSummary {
  readonly tenantId: string;
  readonly payload: unknown;
  readonly payloadVersion: number;
  readonly maxAttempts: number;
  readonly trace: string | null;
  /** Job in whose place it was enqueued, and the one that took its place. */
  readonly originId: string | null;
  readonly redrivenAs: string | null;
  /** Where it competes while it waits, by how long it has waited. */
  readonly effective?: { readonly band: Band; readonly priority: number };
  /** What holds it while it is parked. */
  readonly heldBy: string | null;
  /** Jobs it waits for while it is blocked; those that ended a second ago may be among them. */
  readonly openParents: number | null;
  /** The batch or flow it is in, with the steps before and behind it. */
  readonly place?: Place;
  /** How far it has got, as its handler said last. */
  readonly progress?: { readonly done: number; readonly total: number; readonly note: string | null; readonly said: Date };
  /** What its handler keeps beside it, in the table of its definition. */
  readonly details?: KeptDetails;
  readonly running?: {
    readonly workerId: string;
    readonly host: string | null;
    readonly pid: number | null;
    readonly leased: Date;
    readonly expires: Date;
    readonly isCancelled: boolean;
  };
  readonly attempts: readonly Attempt[];
  readonly log: readonly {
    readonly attempt: number;
    readonly logged: Date;
    readonly level: string;
    readonly message: string;
    readonly fields: unknown;
  }[];
  readonly actions: readonly { readonly at: Date; readonly action: string; readonly by: string; readonly details: unknown }[];
}

/** Units of a key, as the job that asked last said how many there are. */
export interface KeyLimit {
  /** The nil uuid where all tenants share it. */
  readonly tenantId: string;
  readonly name: string;
  readonly key: string;
  readonly kind: 'concurrency' | 'window' | 'bucket';
  readonly most: number;
  readonly used: number;
  /** Jobs that wait for a unit of it. */
  readonly waiting: number;
  /** How long its units are for: a minute, hour or day of a zone, or so many ms; absent for what runs at the same time. */
  readonly per?: string;
  /** When a window begins anew, or a bucket has its next unit. */
  readonly next: Date | null;
}

export interface JobPage {
  readonly jobs: readonly JobSummary[];
  /** `before` of the next page; absent on the last one. */
  readonly next?: string;
}

export interface Depth {
  readonly queue: string;
  readonly band: Band;
  readonly waiting: number;
  /** Due time of the longest waiting one. */
  readonly oldest: Date | null;
  readonly targetMs: number;
  readonly scheduled: number;
  readonly retrying: number;
  readonly parked: number;
  readonly running: number;
}

export interface QueueStatus {
  readonly queues: readonly {
    readonly name: string;
    readonly isPaused: boolean;
    readonly dead: number;
    readonly bands: readonly Depth[];
  }[];
  readonly workers: number;
  /** Of which no job begins, with how many are due. */
  readonly pausedTenants: readonly { readonly tenantId: string; readonly since: Date; readonly by: string; readonly parked: number }[];
}

/** What can be held. */
export type Pausable = { readonly queue: string } | { readonly type: string } | { readonly tenantId: string };

export interface QueueInfo {
  readonly id: number;
  readonly name: string;
  readonly group: string;
  readonly pool: string;
  readonly weights: readonly number[];
  readonly sloMs: readonly number[];
  readonly onOverload: string;
  readonly isPaused: boolean;
}

export interface TypeInfo {
  readonly name: string;
  readonly queue: string;
  readonly band: Band;
  readonly maxAttempts: number;
  readonly isPaused: boolean;
  readonly meanRunMs: number;
  readonly waiting: number;
  readonly oldest: Date | null;
  /** Workers that have a handler of it. */
  readonly workers: number;
  /** For how long there were workers and none could run it. */
  readonly unhandledMs: number;
}

export interface WorkerInfo {
  readonly id: string;
  readonly pool: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly types: readonly string[];
  readonly slots: number;
  readonly busy: number;
  readonly loopLagMs: number;
  readonly rssBytes: number;
  readonly started: Date;
  readonly seen: Date;
  readonly isDraining: boolean;
}

/** What people do to jobs and queues. Each action is recorded in `job_audits` in its transaction, and told to the audit trail. */
export interface Control {
  /** How many jobs a filter is about, by state. @throws as the actions */
  count(filter: JobFilter): Promise<JobCounts>;
  /**
   * Ends waiting jobs at once, wherever they wait, and asks the workers of running ones to abort them: `requested`. What has ended stays.
   * @throws PLINTH_QUEUE_UNKNOWN_JOB, PLINTH_QUEUE_NO_FILTER, PLINTH_QUEUE_UNKNOWN_QUEUE, PLINTH_QUEUE_UNKNOWN_JOB_TYPE
   */
  cancel(filter: JobFilter, acting: Acting): Promise<{ readonly cancelled: number; readonly requested: number }>;
  /**
   * Lets jobs run again: those that wait for their next try at once; by id also those that have ended, as new jobs. Dead letters are
   * redriven instead. @throws as cancel
   */
  retry(
    filter: JobFilter,
    acting: Acting,
  ): Promise<{ readonly promoted: number; readonly again: readonly { readonly id: string; readonly as: string }[] }>;
  /** Makes scheduled and retrying jobs due now. @throws as cancel */
  promote(filter: JobFilter, acting: Acting): Promise<{ readonly promoted: number }>;
  /** Makes jobs that wait for their turn or their time due at another one; at most 100,000 a call. @throws as cancel */
  reschedule(filter: JobFilter, due: Date, acting: Acting): Promise<{ readonly rescheduled: number }>;
  /** Deletes jobs that have ended, with results, logs and dead letters; those that wait are cancelled first, running ones stay. @throws as cancel */
  delete(filter: JobFilter, acting: Acting): Promise<{ readonly deleted: number; readonly running: number }>;
  /** Moves jobs that are not running to another queue; they keep band and age. Of those that are ready at most 100,000 a call. @throws as cancel */
  move(filter: JobFilter, toQueue: string, acting: Acting): Promise<{ readonly moved: number }>;
  /**
   * From two seconds later at the latest nothing of it begins; what runs goes on. Jobs of a tenant are parked, with the age they have.
   * @throws PLINTH_QUEUE_UNKNOWN_QUEUE, PLINTH_QUEUE_UNKNOWN_JOB_TYPE, PLINTH_TENANCY_UNKNOWN_TENANT
   */
  pause(what: Pausable, acting: Acting): Promise<void>;
  resume(what: Pausable, acting: Acting): Promise<void>;
  /**
   * Pauses a queue and waits until the last of its jobs has ended that run already.
   * @throws PLINTH_QUEUE_UNKNOWN_QUEUE, PLINTH_QUEUE_DRAIN_TIMEOUT
   */
  drain(
    queue: string,
    acting: Acting & { readonly timeoutMs?: number; readonly signal?: AbortSignal; readonly onProgress?: (running: number) => void },
  ): Promise<void>;
  /** Shares of the effective bands of a queue. @throws PLINTH_QUEUE_BAD_WEIGHTS, PLINTH_QUEUE_UNKNOWN_QUEUE */
  setWeights(queue: string, weights: readonly number[], acting: Acting): Promise<void>;
  /** Records that somebody enqueued a job by hand. */
  noteEnqueued(job: { readonly id: string; readonly tenantId: string; readonly type: string }, acting: Acting): Promise<void>;
  /** Jobs of one tenant, newest first, page by page. Default 50, at most 500. */
  list(
    filter: Omit<JobFilter, 'ids'> & { readonly tenantId: string },
    page?: { readonly before?: string; readonly limit?: number },
  ): Promise<JobPage>;
  /** Everything about a job: what its tenant wrote, too. @throws PLINTH_QUEUE_UNKNOWN_JOB, also where it is another tenant's */
  show(id: string, tenantId?: string): Promise<JobDetails>;
  /** Limits of keys that are used or waited for, those with most waiting jobs first; of one tenant, or of all. */
  limits(tenantId?: string, most?: number): Promise<readonly KeyLimit[]>;
  status(): Promise<QueueStatus>;
  queues(): Promise<readonly QueueInfo[]>;
  /** Those with most waiting jobs first. */
  types(limit?: number): Promise<readonly TypeInfo[]>;
  workers(): Promise<readonly WorkerInfo[]>;
}
