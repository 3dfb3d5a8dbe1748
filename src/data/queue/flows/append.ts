import type { Connect } from '../../../foundation/connect/index.ts';
import type { Intake, NewJob } from '../enqueue/index.ts';
import { checkSteps } from './check-steps.ts';
import { flowErrors } from './errors.ts';
import { addUp, countEndedParents, findSteps, growBatch, lockBatch } from './sql/queries/queries.gen.ts';
import type { Flows, Member, Step } from './types.ts';
import { writeMembers } from './write-members.ts';

interface AppendDeps {
  readonly connect: Connect;
  readonly intake: Intake;
  readonly show: Flows['show'];
  /** A job of it that was checked. */
  readonly member: (one: Member | Step, tenantId: string) => Promise<NewJob>;
}

/** More jobs for a batch, more steps for a flow, as long as it is open. */
export function openAppend({ connect, intake, show, member }: AppendDeps): Flows['append'] {
  return async (id, members) => {
    const { tenantId, kind } = await show(id);
    const steps = kind === 'flow' ? (members as readonly Step[]) : undefined;
    const jobs = await intake.admitted(await Promise.all(members.map((one) => member(one, tenantId))), false);
    const made = await connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.append' }, async (tx) => {
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
      await growBatch.run(tx, { ...place, count: fresh.length });
      await writeMembers(tx, {
        batchId: id,
        tenantId,
        jobs: fresh.map(({ job }) => job),
        steps: fresh.map(({ step }) => step),
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
  };
}
