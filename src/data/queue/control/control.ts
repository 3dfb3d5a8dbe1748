import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { asAudited, type Clock, type EventBus, nilUuid } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Definitions } from '../definitions/index.ts';
import type { JobState } from '../model/types.ts';
import { controlErrors } from './errors.ts';
import { openLooking } from './looking.ts';
import { openSettings } from './settings.ts';
import {
  auditJobs,
  cancelRunning,
  cancelWaiting,
  countEnded,
  countWaiting,
  enqueueAgain,
  forgetJobs,
  listEnded,
  moveJobs,
  reschedule,
} from './sql/queries/queries.gen.ts';
import { requireKnown, type Target, targetOf } from './target.ts';
import type { Acting, Control, JobFilter } from './types.ts';

export interface ControlDeps {
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  readonly definitions: Definitions;
  readonly events: EventBus;
  readonly clock: Clock;
}

type JobKey = { readonly tenant_id: string; readonly id: string };

const waitingStates: readonly JobState[] = ['waiting', 'scheduled', 'retrying', 'parked', 'blocked'];
const endedStates: readonly JobState[] = ['completed', 'cancelled', 'discarded', 'dead'];
// One transaction takes so many: short enough to be in nobody's way, and what is killed between two goes on with the rest.
const most = 1_000;
// What would be found again by the next round is done in one.
const mostAtOnce = 100_000;

export function openControl(deps: ControlDeps): Control {
  const { connect, events } = deps;
  const run = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: `queue.${tag}` }, work);

  /** What was done to these jobs, recorded in the transaction that did it. */
  const record = (tx: Transaction, action: string, filter: JobFilter, keys: readonly JobKey[], acting: Acting, details: object = {}) =>
    auditJobs.run(tx, {
      action,
      target_type: filter.ids?.length === 1 ? 'job' : 'jobs',
      target: filter.ids?.length === 1 ? (filter.ids[0] ?? '') : wordsOf(filter),
      details: JSON.stringify(details),
      by: acting.by,
      tenant_ids: keys.map(({ tenant_id }) => tenant_id),
      ids: keys.map(({ id }) => id),
    });

  const audited = <T>(action: string, filter: JobFilter, acting: Acting, work: () => Promise<T>, countOf: (result: T) => number) =>
    asAudited(
      events,
      {
        action: `queue.${action}`,
        ...(filter.tenantId !== undefined && { tenantId: filter.tenantId }),
        target: { type: 'jobs', id: wordsOf(filter) },
        details: { by: acting.by },
      },
      work,
      (result) => ({ affectedRows: countOf(result) }),
    );

  /** Repeats a step that takes at most `most` jobs until it finds no more. */
  async function repeat(tag: string, step: (tx: Transaction) => Promise<readonly JobKey[]>): Promise<number> {
    for (let total = 0; ; ) {
      const { length } = await run(tag, step);
      total += length;
      if (length < most) return total;
    }
  }

  const statesOf = (filter: JobFilter, among: readonly JobState[]) => [
    ...(filter.states?.filter((state) => among.includes(state)) ?? among),
  ];

  async function targeted(filter: JobFilter, action: string): Promise<Target> {
    const target = await targetOf(deps, filter, action);
    await run(action, (tx) => requireKnown(tx, target));
    return target;
  }

  const cancelAll = (target: Target, filter: JobFilter, acting: Acting) =>
    repeat('cancel', async (tx) => {
      const keys = await cancelWaiting.all(tx, { ...target, states: statesOf(filter, waitingStates), most });
      if (keys.length > 0) await record(tx, 'cancel', filter, keys, acting);
      return keys;
    });

  const makeDue = (action: string, target: Target, filter: JobFilter, states: readonly JobState[], due: Date, acting: Acting) =>
    repeat(action, async (tx) => {
      const keys = await reschedule.all(tx, { ...target, states: statesOf(filter, states), due, most });
      if (keys.length > 0) await record(tx, action, filter, keys, acting, { due });
      return keys;
    });

  const endedOf = (filter: JobFilter, target: Target) => ({ ...target, queue_name: filter.queue ?? null, job_type: filter.type ?? null });

  return {
    ...openLooking(deps),
    ...openSettings(deps),

    async count(filter) {
      const target = await targetOf(deps, filter, 'count');
      return run('count', async (tx) => {
        await requireKnown(tx, target);
        const waiting = await countWaiting.all(tx, target);
        // Without a tenant or ids it would read all there ever was.
        const isNarrow = target.ids !== null || target.tenant_id !== null;
        const ended = isNarrow ? await countEnded.all(tx, endedOf(filter, target)) : [];
        const none = Object.fromEntries([...waitingStates, 'running', ...endedStates].map((state) => [state, 0]));
        return { ...none, ...Object.fromEntries([...waiting, ...ended].map(({ state, jobs }) => [state, jobs])) } as Record<
          JobState,
          number
        >;
      });
    },

    async cancel(filter, acting) {
      const target = await targeted(filter, 'cancel');
      return audited(
        'cancel',
        filter,
        acting,
        async () => {
          const isRunningMeant = filter.states === undefined || filter.states.includes('running');
          let cancelled = await cancelAll(target, filter, acting);
          const requested = await run('cancel', async (tx) => {
            const keys = isRunningMeant ? await cancelRunning.all(tx, target) : [];
            if (keys.length > 0) await record(tx, 'cancel', filter, keys, acting, { isRunning: true });
            return keys.length;
          });
          // What went back to its place between the two looks.
          cancelled += await cancelAll(target, filter, acting);
          return { cancelled, requested };
        },
        ({ cancelled, requested }) => cancelled + requested,
      );
    },

    async retry(filter, acting) {
      const target = await targeted(filter, 'retry');
      return audited(
        'retry',
        filter,
        acting,
        async () => {
          const promoted = await makeDue('retry', target, filter, ['retrying'], new Date(0), acting);
          const { ids } = target;
          if (!ids) return { promoted, again: [] };
          const again = await run('retry', async (tx) => {
            const made = await enqueueAgain.all(tx, { ids, tenant_id: target.tenant_id });
            if (made.length > 0) await record(tx, 'retry', filter, made, acting, { as: made.slice(0, 100).map((job) => job.again_as) });
            return made.map(({ id, again_as }) => ({ id, as: again_as }));
          });
          return { promoted, again };
        },
        ({ promoted, again }) => promoted + again.length,
      );
    },

    async promote(filter, acting) {
      const target = await targeted(filter, 'promote');
      const work = async () => ({ promoted: await makeDue('promote', target, filter, ['scheduled', 'retrying'], new Date(0), acting) });
      return audited('promote', filter, acting, work, ({ promoted }) => promoted);
    },

    async reschedule(filter, due, acting) {
      const target = await targeted(filter, 'reschedule');
      // In one go: what it makes wait again would be found again.
      const work = async () => ({
        rescheduled: await run('reschedule', async (tx) => {
          const keys = await reschedule.all(tx, {
            ...target,
            states: statesOf(filter, ['waiting', 'scheduled', 'retrying']),
            due,
            most: mostAtOnce,
          });
          if (keys.length > 0) await record(tx, 'reschedule', filter, keys, acting, { due });
          return keys.length;
        }),
      });
      return audited('reschedule', filter, acting, work, ({ rescheduled }) => rescheduled);
    },

    async delete(filter, acting) {
      const target = await targeted(filter, 'delete');
      if (target.ids === null && target.tenant_id === null) throw controlErrors.NO_FILTER({ action: 'delete' });
      const work = async () => {
        if (filter.states === undefined || filter.states.some((state) => waitingStates.includes(state)))
          await cancelAll(target, filter, acting);
        const states = filter.states ? [...new Set([...statesOf(filter, endedStates), 'cancelled'])] : [...endedStates];
        const deleted = await repeat('delete', async (tx) => {
          const keys = await listEnded.all(tx, { ...endedOf(filter, target), states, most });
          if (keys.length === 0) return keys;
          await forgetJobs.one(tx, { tenant_ids: keys.map(({ tenant_id }) => tenant_id), ids: keys.map(({ id }) => id) });
          await record(tx, 'delete', filter, keys, acting);
          return keys;
        });
        const waiting = await run('delete', (tx) => countWaiting.all(tx, target));
        return { deleted, running: waiting.find(({ state }) => state === 'running')?.jobs ?? 0 };
      };
      return audited('delete', filter, acting, work, ({ deleted }) => deleted);
    },

    async move(filter, toQueue, acting) {
      const [target, queue] = [await targeted(filter, 'move'), await deps.definitions.queue(toQueue)];
      if (target.queue_id === queue.id) return { moved: 0 };
      const work = async () => ({
        moved: await run('move', async (tx) => {
          const keys = await moveJobs.all(tx, { ...target, to_queue: queue.id, most: mostAtOnce });
          if (keys.length > 0) await record(tx, 'move', filter, keys, acting, { to: toQueue });
          return keys.length;
        }),
      });
      return audited('move', filter, acting, work, ({ moved }) => moved);
    },

    noteEnqueued: (job, acting) => {
      const tenantId = job.tenantId === nilUuid ? {} : { tenantId: job.tenantId };
      const event = {
        action: 'queue.enqueue',
        ...tenantId,
        target: { type: 'job', id: job.id },
        details: { type: job.type, by: acting.by },
      };
      return asAudited(events, event, async () => {
        await run('enqueue', (tx) =>
          record(tx, 'enqueue', { ids: [job.id] }, [{ tenant_id: job.tenantId, id: job.id }], acting, { type: job.type }),
        );
      });
    },
  };
}

const wordsOf = ({ ids, tenantId, queue, type, states, since, until }: JobFilter) =>
  Object.entries({
    ids: ids && (ids.length > 3 ? `${ids.length} jobs` : ids.join(' ')),
    tenant: tenantId,
    queue,
    type,
    states: states?.join(' '),
    since: since?.toISOString(),
    until: until?.toISOString(),
  })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    .join(', ');
