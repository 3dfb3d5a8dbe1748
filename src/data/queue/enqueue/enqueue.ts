import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { type Clock, type Log, nilUuid } from '../../../kernel/index.ts';
import { type Tenancy, tenancyErrors } from '../../../trust/tenancy/index.ts';
import type { Definitions, KnownKind, KnownQueue } from '../definitions/index.ts';
import { bandNumber, bands } from '../model/bands.ts';
import type { Enqueued, EnqueueItem, EnqueueOptions, JobKind, Outbox, OutgoingJob, Queue } from '../model/types.ts';
import type { Counters } from '../promise/index.ts';
import { enqueueErrors } from './errors.ts';
import { Merger } from './merger.ts';
import { type NewJob, newJob, textOf } from './new-job.ts';
import { Waker } from './waker.ts';
import { isOfRow, type Outcome, toEnqueueError, writeJobs } from './write-jobs.ts';

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
  readonly outbox: () => Outbox | undefined;
  readonly admit?: Admit;
  readonly counters?: Pick<Counters, 'enqueued'>;
}

export type Enqueue = Pick<Queue, 'enqueue' | 'enqueueMany' | 'enqueueIn' | 'enqueueManyIn' | 'deliver' | 'onReady'> & AsyncDisposable;

type Named = Pick<JobKind<unknown>, 'name'> | string;

// Jobs of one merged statement, and statements under way at the same time.
const mergedMost = 500;
const mergedLanes = 2;
const manyMost = 1_000;

/** Everything up to where a job is ready, or due at some time. */
export function openEnqueue(deps: EnqueueDeps): Enqueue {
  const { connect, tenancy, clock, definitions } = deps;
  const waker = new Waker(deps);
  const transaction = <T>(work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.enqueue' }, work);

  const merging = {
    most: mergedMost,
    lanes: mergedLanes,
    isOfRow,
    async write(jobs: readonly NewJob[]) {
      const outcomes = await transaction((tx) => writeJobs(tx, jobs)).catch((error) => {
        throw toEnqueueError(error, jobs);
      });
      wakeFor(jobs);
      return outcomes;
    },
  };
  const plain = new Merger(merging);
  // A key may be held by a transaction of a caller for as long as that likes: only others with keys wait for it.
  const unique = new Merger(merging);

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
  function tenantOf({ tenantId }: EnqueueOptions): string | undefined {
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

  async function prepare(kind: Named, payload: unknown, options: EnqueueOptions): Promise<NewJob> {
    const tenantId = tenantOf(options);
    const known = named(kind);
    const kindOf = known instanceof Promise ? await known : known;
    const text = textOf(kindOf, payload);
    const queue = queueFor(kindOf, options);
    return newJob(
      kindOf,
      queue instanceof Promise ? await queue : queue,
      typeof text === 'string' ? text : await text,
      tenantId === undefined ? options : { ...options, tenantId },
      clock.now().getTime(),
    );
  }

  function prepareMany(kind: Named, items: readonly EnqueueItem<unknown>[]): Promise<readonly NewJob[]> {
    return Promise.all(items.map(({ payload, ...options }) => prepare(kind, payload, options)));
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

  /** Undefined: the transaction is in the database of the queue. */
  function distanceOf(tx: Transaction, [first]: readonly NewJob[]): string | undefined {
    if (connect.databaseKey(tx.tier) !== connect.databaseKey('queue')) return `its database is not that of the queue`;
    const tenantId = first?.tenantId;
    const place = tenantId === undefined ? undefined : tenancy.directory.placeOf?.(tenantId, tx.tier);
    return place && `the tenant is placed in the database ${place.database}`;
  }

  async function within(tx: Transaction, jobs: readonly NewJob[]): Promise<readonly Enqueued[]> {
    const distance = distanceOf(tx, jobs);
    if (distance !== undefined) {
      const outbox = deps.outbox();
      if (!outbox) throw enqueueErrors.NO_OUTBOX({ tier: tx.tier, reason: distance });
      await outbox.put(tx, jobs.map(outgoing));
      return jobs.map(({ id }) => ({ id, isNew: true }));
    }
    const outcomes = await writeAll(tx, jobs);
    count(jobs);
    await waker.within(tx, readyQueues(jobs));
    return outcomes;
  }

  async function writeMany(jobs: readonly NewJob[]): Promise<readonly Enqueued[]> {
    const outcomes = await transaction((tx) => writeAll(tx, jobs));
    wakeFor(jobs);
    return outcomes;
  }

  return {
    async enqueue(kind, payload, options = {}) {
      const job = await prepare(kind, payload, options);
      const [taken] = (await admitted([{ ...job, tenantId: job.tenantId ?? nilUuid }], false)) as [NewJob];
      return accepted(taken, await (job.kind.isUnique ? unique : plain).add(taken));
    },
    async enqueueMany(kind, items) {
      const jobs = await prepareMany(kind, items);
      const taken = await admitted(
        jobs.map((job) => ({ ...job, tenantId: job.tenantId ?? nilUuid })),
        true,
      );
      return taken.length === 0 ? [] : writeMany(taken);
    },
    enqueueIn: async (tx, kind, payload, options = {}) => {
      const [outcome] = await within(tx, await admitted([await prepare(kind, payload, options)], false));
      return outcome as Enqueued;
    },
    async enqueueManyIn(tx, kind, items) {
      const jobs = await prepareMany(kind, items);
      return jobs.length === 0 ? [] : within(tx, await admitted(jobs, false));
    },
    async deliver(jobs) {
      const arrived = await Promise.all(jobs.map((job) => arriving(definitions, job)));
      if (arrived.length > 0) await writeMany(arrived);
    },
    onReady: (listener) => waker.onReady(listener),
    async [Symbol.asyncDispose]() {
      await Promise.all([plain.quiet(), unique.quiet()]);
      await waker[Symbol.asyncDispose]();
    },
  };
}

const placeOf = ({ queue, tenantId = '' }: NewJob) => `${queue.id} ${tenantId}`;

function readyQueues(jobs: readonly NewJob[]): readonly number[] {
  const ids = new Set<number>();
  for (const { isDelayed, queue } of jobs) if (!isDelayed) ids.add(queue.id);
  return [...ids];
}

/** @throws PLINTH_QUEUE_CONFLICT, and what the database says of a job that is alone */
async function writeAll(tx: Transaction, jobs: readonly NewJob[]): Promise<readonly Enqueued[]> {
  const outcomes: Enqueued[] = [];
  for (let start = 0; start < jobs.length; start += manyMost) {
    const some = jobs.slice(start, start + manyMost);
    const written = await writeJobs(tx, some).catch((error) => {
      throw toEnqueueError(error, some);
    });
    outcomes.push(...written.map((outcome, index) => accepted(some[index] as NewJob, outcome)));
  }
  return outcomes;
}

/** @throws PLINTH_QUEUE_CONFLICT */
function accepted({ kind }: NewJob, { id, isNew, isRejected }: Outcome): Enqueued {
  if (isRejected) throw enqueueErrors.CONFLICT({ jobType: kind.name, jobId: id });
  return { id, isNew };
}

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
