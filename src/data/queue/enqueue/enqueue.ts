import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { type Clock, hasCode, type Log, nilUuid, together } from '../../../kernel/index.ts';
import { type Tenancy, tenancyErrors } from '../../../trust/tenancy/index.ts';
import type { Definitions, KnownKind, KnownQueue } from '../definitions/index.ts';
import { openPayloadCipher, type PayloadCipher } from '../encryption/index.ts';
import { bandNumber, bands } from '../model/bands.ts';
import { distanceOf } from '../model/distance.ts';
import type { Enqueued, EnqueueItem, EnqueueOptions, JobKind, Outbox, OutgoingJob, Queue } from '../model/types.ts';
import type { Counters } from '../promise/index.ts';
import { enqueueErrors } from './errors.ts';
import { type NewJob, newJob } from './new-job.ts';
import { payloadText } from './payload-text.ts';
import { Waker } from './waker.ts';
import { isFresh, isOfRow, type Outcome, readyQueues, toEnqueueError, type WriteRequest, writeFree, writeJobs } from './write-jobs.ts';

/**
 * Asked before jobs are taken: whether they may come, or come as Background. Throws where they are refused. On the hot path: for single
 * ones it answers from memory.
 */
export type Admit = (request: {
  readonly queue: KnownQueue;
  readonly tenantId: string | undefined;
  readonly count: number;
  /** Many at once, which can be asked to come later; single ones and those of a transaction cannot. */
  readonly isBulk: boolean;
}) => Admission | Promise<Admission>;
export type Admission = 'accept' | 'demote';

export interface EnqueueDeps {
  readonly connect: Connect;
  readonly tenancy: Pick<Tenancy, 'current' | 'directory'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly definitions: Definitions;
  /** Default: kinds of jobs with encrypted fields are refused. */
  readonly payloads?: PayloadCipher;
  readonly outbox: () => Outbox | undefined;
  readonly admit?: Admit;
  readonly counters?: Pick<Counters, 'enqueued'>;
}

export type Enqueue = Pick<Queue, 'enqueue' | 'enqueueMany' | 'enqueueIn' | 'enqueueManyIn' | 'deliver' | 'onReady'> &
  AsyncDisposable & { readonly intake: Intake };

/** The steps of enqueue, for who writes jobs that belong together. */
export interface Intake {
  /** A job that was checked. @throws what `enqueue` throws of a job */
  prepare(kind: Named, payload: unknown, options: EnqueueOptions): NewJob | Promise<NewJob>;
  /** The tenant that was said, or that of the surrounding context. */
  tenantOf(options: Pick<EnqueueOptions, 'tenantId'>): string | undefined;
  /** @throws PLINTH_QUEUE_OVERLOADED and others, by what is asked before jobs are taken */
  admitted(jobs: readonly NewJob[], isBulk: boolean): Promise<readonly NewJob[]>;
  /** Jobs came in. */
  count(jobs: readonly NewJob[]): void;
}

type Named = Pick<JobKind<unknown>, 'name'> | string;

// Merged statements under way at the same time, and jobs of one of many.
const mergedLanes = 2;
const manyMost = 1_000;

/** Everything up to where a job is ready, or due at some time. */
export function openEnqueue(deps: EnqueueDeps): Enqueue {
  const { connect, tenancy, clock, definitions, payloads = openPayloadCipher() } = deps;
  const waker = new Waker(deps);

  type Write = (tx: Transaction, jobs: readonly NewJob[], request?: WriteRequest) => Promise<readonly Outcome[]>;

  const request = { tier: 'queue', as: 'owner', tag: 'queue.enqueue' } as const;

  /** What nobody knows of is written again: by their ids, jobs are there once. */
  async function durably(jobs: readonly NewJob[], write: Write): Promise<readonly Outcome[]> {
    const isSingle = jobs.length <= manyMost && !jobs[0]?.kind.isUnique;
    let outcomes: readonly Outcome[];
    try {
      outcomes = await connect.transaction({ ...request, isSingle }, (tx) => write(tx, jobs));
    } catch (error) {
      if (!hasCode(error, 'PLINTH_CONNECT_COMMIT_IN_DOUBT')) throw error;
      outcomes = await connect.transaction(request, (tx) => write(tx, jobs, { isRepeated: true }));
    }
    wakeFor(jobs);
    return outcomes;
  }

  type Told = readonly (Enqueued | Error)[];
  const merging = { lanes: mergedLanes, isOfOne: isOfRow };

  async function written(jobs: readonly NewJob[], write: Write): Promise<Told> {
    const outcomes = await durably(jobs, write);
    return outcomes.map((outcome, index) => (outcome.isRejected ? refusal(jobs[index] as NewJob, outcome) : outcome));
  }

  /** Most keys are free, and one statement is all there is to do; only for the others there is more to be looked at, in a transaction. */
  async function uniquely(jobs: readonly NewJob[]): Promise<Told> {
    if (!jobs.every(isFresh)) return written(jobs, write);
    let made: ReadonlySet<string> = new Set();
    try {
      made = await connect.transaction({ ...request, isSingle: true }, (tx) => writeFree(tx, jobs));
    } catch (error) {
      if (!hasCode(error, 'PLINTH_CONNECT_COMMIT_IN_DOUBT')) throw error;
    }
    wakeFor(jobs.filter(({ id }) => made.has(id)));
    return Promise.all(
      jobs.map((job) => (made.has(job.id) ? { id: job.id, isNew: true } : settled('taken', job).catch((error: Error) => error))),
    );
  }
  const settled = together(async (_: 'taken', jobs: readonly NewJob[]) => written(jobs, writeAgain), merging);
  const merged = together(
    async (line: 'plain' | 'unique', jobs: readonly NewJob[]) => (line === 'unique' ? uniquely(jobs) : written(jobs, write)),
    merging,
  );

  // Also those that were there already, and of transactions that are rolled back: what comes in is told by it roughly.
  function count(jobs: readonly NewJob[]): void {
    for (const { kind, queue, band } of jobs) deps.counters?.enqueued(kind.typeId, queue.id, band, 1);
  }

  function wakeFor(jobs: readonly NewJob[]): void {
    count(jobs);
    const ready = readyQueues(jobs);
    if (ready.length > 0) waker.committed(ready);
  }

  /** The tenant that was said, or that of the surrounding context, which nobody leaves by saying another. */
  function tenantOf({ tenantId }: Pick<EnqueueOptions, 'tenantId'>): string | undefined {
    const current = tenancy.current()?.tenantId.toLowerCase();
    if (tenantId === undefined) return current;
    if (current !== undefined && current !== tenantId.toLowerCase())
      throw tenancyErrors.NESTED_CONTEXT({ inside: current, asked: tenantId });
    return tenantId;
  }

  /** Undefined where all is known already, so that callers stay synchronous. */
  const named = (kind: Named) => definitions.kind(typeof kind === 'string' ? kind : kind.name);
  const queueFor = (kind: KnownKind, { queue }: EnqueueOptions) =>
    queue === undefined || queue === kind.queue.name ? kind.queue : definitions.queue(queue);

  /** At once where all is known and the validator does so, so that a call costs no promise but its own. */
  function prepare(kind: Named, payload: unknown, options: EnqueueOptions, withoutTenant?: string): NewJob | Promise<NewJob> {
    const tenantId = tenantOf(options) ?? withoutTenant;
    const made = (known: KnownKind) => {
      const text = payloadText(known, payload, tenantId, payloads);
      const queue = queueFor(known, options);
      if (typeof text === 'string' && !(queue instanceof Promise))
        return newJob(known, queue, text, tenantId, options, clock.now().getTime());
      return Promise.all([queue, text]).then(([queue, text]) => newJob(known, queue, text, tenantId, options, clock.now().getTime()));
    };
    const known = named(kind);
    return known instanceof Promise ? known.then(made) : made(known);
  }

  async function prepareMany(kind: Named, items: readonly EnqueueItem<unknown>[], withoutTenant?: string): Promise<readonly NewJob[]> {
    const jobs: NewJob[] = [];
    for (const item of items) {
      const job = prepare(kind, item.payload, item, withoutTenant);
      jobs.push(job instanceof Promise ? await job : job);
    }
    return jobs;
  }

  function admittedOne(job: NewJob): NewJob | Promise<NewJob> {
    if (!deps.admit) return job;
    const { queue, tenantId } = job;
    const answer = deps.admit({ queue, tenantId, count: 1, isBulk: false });
    const judged = (admission: Admission) => (admission === 'demote' ? { ...job, band: bandNumber('background') } : job);
    return answer instanceof Promise ? answer.then(judged) : judged(answer);
  }

  async function admitted(jobs: readonly NewJob[], isBulk: boolean): Promise<readonly NewJob[]> {
    const { admit } = deps;
    if (!admit) return jobs;
    const demoted = new Set<string>();
    for (const [key, group] of Map.groupBy(jobs, placeOf)) {
      const [{ queue, tenantId }] = group as [NewJob];
      if ((await admit({ queue, tenantId, count: group.length, isBulk })) === 'demote') demoted.add(key);
    }
    return demoted.size === 0 ? jobs : jobs.map((job) => (demoted.has(placeOf(job)) ? { ...job, band: bandNumber('background') } : job));
  }

  async function within(tx: Transaction, jobs: readonly NewJob[]): Promise<readonly Enqueued[]> {
    const reason = distanceOf(deps, tx.tier, jobs[0]?.tenantId);
    if (reason !== undefined) {
      const outbox = deps.outbox();
      if (!outbox) throw enqueueErrors.NO_OUTBOX({ tier: tx.tier, reason });
      await outbox.put(tx, jobs.map(outgoing));
      return jobs.map(({ id }) => ({ id, isNew: true }));
    }
    const outcomes = await writeAll(tx, jobs, { isTelling: true });
    count(jobs);
    return outcomes;
  }

  // A key may be held by a transaction of a caller for as long as that likes: only others with keys wait for it.
  const merge = (job: NewJob) => merged(job.kind.isUnique ? 'unique' : 'plain', job);
  const admitAndMerge = (job: NewJob) => {
    const taken = admittedOne(job);
    return taken instanceof Promise ? taken.then(merge) : merge(taken);
  };

  return {
    intake: { prepare, tenantOf, admitted, count },
    enqueue(kind, payload, options = {}) {
      try {
        const job = prepare(kind, payload, options, nilUuid);
        return job instanceof Promise ? job.then(admitAndMerge) : admitAndMerge(job);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    async enqueueMany(kind, items) {
      const jobs = await admitted(await prepareMany(kind, items, nilUuid), true);
      return jobs.length === 0 ? [] : durably(jobs, writeAll);
    },
    async enqueueIn(tx, kind, payload, options = {}) {
      const [outcome] = await within(tx, [await admittedOne(await prepare(kind, payload, options))]);
      return outcome as Enqueued;
    },
    async enqueueManyIn(tx, kind, items) {
      const jobs = await prepareMany(kind, items);
      return jobs.length === 0 ? [] : within(tx, await admitted(jobs, false));
    },
    async deliver(jobs) {
      const arrived = await Promise.all(jobs.map((job) => arriving(definitions, job)));
      if (arrived.length > 0) await durably(arrived, writeAll);
    },
    onReady: (listener) => waker.onReady(listener),
    async [Symbol.asyncDispose]() {
      await merged.quiet();
      await waker[Symbol.asyncDispose]();
    },
  };
}

const placeOf = ({ queue, tenantId = '' }: NewJob) => `${queue.id} ${tenantId}`;

/** @throws what the database says of a job, as its caller should hear it */
function write(tx: Transaction, jobs: readonly NewJob[], request?: WriteRequest): Promise<readonly Outcome[]> {
  return writeJobs(tx, jobs, request).catch((error) => {
    throw toEnqueueError(error, jobs);
  });
}

/** They may be there already. */
const writeAgain = (tx: Transaction, jobs: readonly NewJob[]) => write(tx, jobs, { isRepeated: true });

/** Of many none is kept out. @throws PLINTH_QUEUE_CONFLICT */
async function writeAll(tx: Transaction, jobs: readonly NewJob[], request?: WriteRequest): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let start = 0; start < jobs.length; start += manyMost)
    for (const outcome of await write(tx, jobs.slice(start, start + manyMost), request)) {
      if (outcome.isRejected) throw refusal(jobs[outcomes.length] as NewJob, outcome);
      outcomes.push(outcome);
    }
  return outcomes;
}

const refusal = ({ kind }: NewJob, { id }: Outcome) => enqueueErrors.CONFLICT({ jobType: kind.name, jobId: id });

const outgoing = ({
  tenantId = nilUuid,
  id,
  queue,
  kind,
  band,
  payload,
  payloadVersion,
  maxAttempts,
  due,
  trace,
}: NewJob): OutgoingJob => ({
  tenantId,
  id,
  queue: queue.name,
  type: kind.name,
  band: bands[band] ?? 'normal',
  payload,
  payloadVersion,
  maxAttempts,
  ...(due !== '' && { due }),
  ...(trace !== '' && { trace }),
});

/** It was checked where it came from. */
async function arriving(definitions: Definitions, job: OutgoingJob): Promise<NewJob> {
  return {
    ...job,
    kind: await definitions.kind(job.type),
    queue: await definitions.queue(job.queue),
    band: bandNumber(job.band),
    isOwnId: false,
    due: job.due ?? '',
    isDelayed: job.due !== undefined && Date.parse(job.due) > Date.now(),
    trace: job.trace ?? '',
  };
}
