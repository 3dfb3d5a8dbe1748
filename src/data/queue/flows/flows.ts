import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { type Clock, type EventBus, nilUuid } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import { type Intake, type NewJob, newJobId } from '../enqueue/index.ts';
import { distanceOf } from '../model/distance.ts';
import { openActing } from './acting.ts';
import { openAppend } from './append.ts';
import { checkSteps } from './check-steps.ts';
import { flowErrors } from './errors.ts';
import { openLooking } from './looking.ts';
import { addBatch } from './sql/queries/queries.gen.ts';
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

export function openFlows(deps: FlowsDeps): Flows {
  const { connect, clock, intake } = deps;
  const looking = openLooking(deps);
  const run = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: `queue.${tag}` }, work);

  async function member(one: Member | Step, tenantId: string | undefined): Promise<NewJob> {
    const { key: _, after: __, onParentFailed: ___, job, payload, ...options } = one as Step;
    const made = await intake.prepare(job, payload, tenantId === undefined ? options : { ...options, tenantId });
    if (made.kind.isUnique) throw flowErrors.UNIQUE_MEMBER({ jobType: made.kind.name });
    return made;
  }

  async function prepare(
    kind: 'batch' | 'flow',
    request: Callbacks & { readonly id?: string; readonly name?: string; readonly tenantId?: string },
    members: readonly (Member | Step)[],
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
    return prepare('flow', request, request.steps, request.steps);
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
    await writeMembers(tx, { batchId: id, tenantId, jobs, ...(steps && { steps }) });
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

  return {
    batch: async (request) => make(await ofBatch(request)),
    batchIn: async (tx, request) => makeIn(tx, await ofBatch(request)),
    flow: async (request) => make(await ofFlow(request)),
    flowIn: async (tx, request) => makeIn(tx, await ofFlow(request)),
    append: openAppend({ connect, intake, member, show: looking.show }),
    ...openActing(deps, looking.show),
    list: looking.list,
    show: looking.show,
  };
}

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
