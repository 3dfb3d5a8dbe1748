import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { asAudited, type Clock, type EventBus, nilUuid } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import { type Intake, type NewJob, newJobId } from '../enqueue/index.ts';
import { distanceOf } from '../model/distance.ts';
import { checkSteps } from './check-steps.ts';
import { flowErrors } from './errors.ts';
import { openLooking } from './looking.ts';
import {
  addBatch,
  addUp,
  auditBatch,
  cancelBatch,
  countEndedParents,
  findSteps,
  growBatch,
  lockBatch,
  retryBatch,
} from './sql/queries/queries.gen.ts';
import type { BatchRequest, Callback, Callbacks, FlowRequest, Flows, Made, Member, Step } from './types.ts';
import { writeMembers } from './write-members.ts';

interface FlowsDeps {
  readonly connect: Connect;
  readonly tenancy: Pick<Tenancy, 'current' | 'directory'>;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly intake: Intake;
}

/** What is to be made, checked. */
interface Prepared {
  readonly id: string;
  readonly kind: 'batch' | 'flow';
  readonly name: string | undefined;
  readonly tenantId: string | undefined;
  readonly jobs: readonly NewJob[];
  /** Of a flow, in the order of the jobs. */
  readonly steps: readonly Step[] | undefined;
  readonly calls: Readonly<Record<keyof Callbacks, NewJob | undefined>>;
}

// One transaction takes so many, and what is cancelled between two stays cancelled.
const cancelledAtOnce = 10_000;

export function openFlows(deps: FlowsDeps): Flows {
  const { connect, clock, events, intake } = deps;
  const looking = openLooking(deps);
  const run = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: `queue.${tag}` }, work);

  async function member({ job, payload, ...options }: Member, tenantId: string | undefined): Promise<NewJob> {
    const made = await intake.prepare(job, payload, tenantId === undefined ? options : { ...options, tenantId });
    if (made.kind.isUnique) throw flowErrors.UNIQUE_MEMBER({ jobType: made.kind.name });
    return made;
  }

  async function prepare(
    kind: 'batch' | 'flow',
    request: Callbacks & { readonly id?: string; readonly name?: string; readonly tenantId?: string },
    members: readonly Member[],
    steps: readonly Step[] | undefined,
  ): Promise<Prepared> {
    const id = newJobId(request.id, clock.now().getTime());
    const tenantId = intake.tenantOf(request);
    const jobs = await Promise.all(members.map((one) => member(one, tenantId)));
    const call = (one: Callback | undefined) => one && member(one, tenantId);
    const calls = {
      onCompleted: await call(request.onCompleted),
      onFailed: await call(request.onFailed),
      onProgress: await call(request.onProgress),
    };
    return { id, kind, name: request.name, tenantId, jobs, steps, calls };
  }

  const ofBatch = (request: BatchRequest) => prepare('batch', request, request.jobs, undefined);
  async function ofFlow(request: FlowRequest): Promise<Prepared> {
    if (request.steps.length === 0) throw flowErrors.BAD_STEP({ key: '', problem: 'is missing: a flow has at least one' });
    checkSteps(request.steps);
    return prepare('flow', request, request.steps.map(memberOf), request.steps);
  }

  async function write(tx: Transaction, given: Prepared): Promise<Made> {
    const { id, kind, name, tenantId = '', jobs, steps, calls } = given;
    const added = await addBatch.run(tx, {
      tenant_id: tenantId,
      id,
      kind,
      name: name ?? null,
      total: jobs.length,
      on_completed: callText(calls.onCompleted),
      on_failed: callText(calls.onFailed),
      on_progress: callText(calls.onProgress),
    });
    if (added === 0) return { id, isNew: false, jobIds: [] };
    const waits = new Map(steps?.map(({ key, after = [] }) => [key, new Set(after).size]));
    await writeMembers(tx, { batchId: id, tenantId, jobs, ...(steps && { steps, openParents: waits }) });
    // Nobody's end will say that all have ended.
    const last = jobs.length === 0 ? calls.onCompleted : undefined;
    if (last) await writeMembers(tx, { batchId: id, tenantId, jobs: [last], isCallback: true });
    intake.count(jobs);
    return { id, isNew: true, jobIds: jobs.map((job) => job.id) };
  }

  async function make(given: Prepared): Promise<Made> {
    const whose = given.tenantId ?? nilUuid;
    const jobs = await intake.admitted(
      given.jobs.map((job) => ({ ...job, tenantId: whose })),
      true,
    );
    return run(given.kind, (tx) => write(tx, { ...given, tenantId: whose, jobs }));
  }

  async function makeIn(tx: Transaction, given: Prepared): Promise<Made> {
    const reason = distanceOf(deps, tx.tier, given.tenantId);
    if (reason !== undefined) throw flowErrors.FLOW_ELSEWHERE({ tier: tx.tier, reason });
    const jobs = await intake.admitted(given.jobs, false);
    return write(tx, { ...given, jobs });
  }

  async function append(id: string, members: readonly Step[] | readonly Member[]) {
    const { tenantId, kind } = await looking.show(id);
    const steps = kind === 'flow' ? (members as readonly Step[]) : undefined;
    const jobs = await intake.admitted(await Promise.all(members.map((one) => member(memberOf(one), tenantId))), false);
    const made = await run('append', async (tx) => {
      const place = { tenant_id: tenantId, id };
      const batch = await lockBatch.first(tx, place);
      if (!batch) throw flowErrors.UNKNOWN_BATCH({ id });
      if (batch.state !== 'open') throw flowErrors.BATCH_ENDED({ id, state: batch.state });
      if (batch.is_cancelled) throw flowErrors.BATCH_ENDED({ id, state: 'cancelled' });
      if (!steps) {
        await growBatch.run(tx, { ...place, count: jobs.length });
        await writeMembers(tx, { batchId: id, tenantId, jobs });
        return jobs;
      }
      const keys = [...new Set(steps.flatMap(({ key, after = [] }) => [key, ...after]))];
      const there = new Map((await findSteps.all(tx, { tenant_id: tenantId, batch_id: id, keys })).map((step) => [step.key, step.state]));
      const fresh = steps.flatMap((step, index) => (there.has(step.key) ? [] : [{ step, job: jobs[index] as NewJob }]));
      checkSteps(
        fresh.map(({ step }) => step),
        new Set(there.keys()),
      );
      if (fresh.length === 0) return [];
      const waits = new Map(fresh.map(({ step: { key, after = [] } }) => [key, new Set(after).size]));
      await growBatch.run(tx, { ...place, count: fresh.length });
      await writeMembers(tx, {
        batchId: id,
        tenantId,
        jobs: fresh.map(({ job }) => job),
        steps: fresh.map(({ step }) => step),
        openParents: waits,
      });
      // Those it waits for that have ended count as if they ended now.
      const counts = fresh.map(({ step: { after = [] }, job }) => {
        const states = [...new Set(after)].map((parent) => there.get(parent));
        const of = (state: string) => states.filter((one) => one === state).length;
        return { id: job.id, completed: of('completed'), failed: of('failed'), cancelled: of('cancelled') };
      });
      const ended = counts.filter(({ completed, failed, cancelled }) => completed + failed + cancelled > 0);
      if (ended.length > 0) {
        await countEndedParents.run(tx, {
          tenant_id: tenantId,
          batch_id: id,
          ids: ended.map((one) => one.id),
          completed: ended.map(({ completed }) => completed),
          failed: ended.map(({ failed }) => failed),
          cancelled: ended.map(({ cancelled }) => cancelled),
        });
        await addUp.run(tx, { tenant_id: tenantId, batch_id: id });
      }
      return fresh.map(({ job }) => job);
    });
    intake.count(made);
    return { jobIds: made.map((job) => job.id) };
  }

  const audited = <T>(action: string, id: string, tenantId: string, by: string, work: () => Promise<T>, countOf: (result: T) => number) =>
    asAudited(
      events,
      {
        action: `queue.${action}`,
        ...(tenantId !== nilUuid && { tenantId }),
        target: { type: 'jobs', id: `batch=${id}` },
        details: { by },
      },
      work,
      (result) => ({ affectedRows: countOf(result) }),
    );

  return {
    batch: async (request) => make(await ofBatch(request)),
    batchIn: async (tx, request) => makeIn(tx, await ofBatch(request)),
    flow: async (request) => make(await ofFlow(request)),
    flowIn: async (tx, request) => makeIn(tx, await ofFlow(request)),
    append,

    async cancel(id, { by }) {
      const { tenantId } = await looking.show(id);
      const cancel = async () => {
        const total = { cancelled: 0, requested: 0 };
        // Until a look finds nothing: what went back to its place between two is found by the next one.
        for (let cancelled = 1; cancelled > 0; ) {
          const step = await run('cancel', async (tx) => {
            const done = await cancelBatch.one(tx, { tenant_id: tenantId, batch_id: id, most: cancelledAtOnce });
            if (done.cancelled + done.requested > 0)
              await auditBatch.run(tx, {
                tenant_id: tenantId,
                action: 'cancel',
                batch_id: id,
                jobs: done.cancelled + done.requested,
                by,
              });
            return done;
          });
          cancelled = step.cancelled;
          total.cancelled += step.cancelled;
          total.requested = step.requested;
        }
        return total;
      };
      return audited('cancel', id, tenantId, by, cancel, ({ cancelled, requested }) => cancelled + requested);
    },

    async retry(id, { by }) {
      const { tenantId } = await looking.show(id);
      const retry = () =>
        run('retry', async (tx) => {
          const rows = await retryBatch.all(tx, { tenant_id: tenantId, batch_id: id });
          if (rows.length > 0) await auditBatch.run(tx, { tenant_id: tenantId, action: 'retry', batch_id: id, jobs: rows.length, by });
          return { again: rows.map((row) => ({ id: row.old_id, as: row.new_id })) };
        });
      return audited('retry', id, tenantId, by, retry, ({ again }) => again.length);
    },

    list: looking.list,
    show: looking.show,
  };
}

/** What enqueue takes of a step. */
const memberOf = (one: Step | Member): Member => {
  const { key: _, after: __, onParentFailed: ___, ...member } = one as Step;
  return member;
};

/** A job to be enqueued later, as it stands in job_batches. */
const callText = (job: NewJob | undefined) =>
  job === undefined
    ? null
    : `${JSON.stringify({
        type: job.kind.name,
        queue: job.queue.name,
        band: job.band,
        payloadVersion: job.payloadVersion,
        maxAttempts: job.maxAttempts,
        ...(job.trace !== '' && { trace: job.trace }),
      }).slice(0, -1)},"payload":${job.payload}}`;
