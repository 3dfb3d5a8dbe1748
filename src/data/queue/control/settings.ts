import type { Transaction } from '../../../foundation/connect/index.ts';
import { asAudited } from '../../../kernel/index.ts';
import { tenancyErrors } from '../../../trust/tenancy/index.ts';
import type { ControlDeps } from './control.ts';
import { controlErrors } from './errors.ts';
import {
  auditSetting,
  countRunningOf,
  parkTenants,
  pauseQueue,
  pauseTenant,
  pauseType,
  resumeTenant,
  setWeights,
  unparkTenants,
  wake,
} from './sql/queries/queries.gen.ts';
import type { Acting, Control, Pausable } from './types.ts';

// One transaction takes so many: short enough to be in nobody's way.
const most = 1_000;
const drainPollMs = 250;
const drainTimeoutMs = 10 * 60_000;

/** What is said of queues, job types and tenants as a whole, until it is said otherwise. */
export function openSettings({
  connect,
  definitions,
  events,
  clock,
}: ControlDeps): Pick<Control, 'pause' | 'resume' | 'drain' | 'setWeights'> {
  const run = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: `queue.${tag}` }, work);

  const setting = (
    action: string,
    { type, name }: { readonly type: 'queue' | 'type' | 'tenant'; readonly name: string },
    details: Readonly<Record<string, unknown>>,
    acting: Acting,
    work: (tx: Transaction) => Promise<void>,
  ) =>
    asAudited(events, { action: `queue.${action}`, target: { type, id: name }, details: { ...details, by: acting.by } }, () =>
      run(action, async (tx) => {
        await work(tx);
        await auditSetting.run(tx, { action, target_type: type, target: name, details: JSON.stringify(details), by: acting.by });
      }),
    );

  /** Its jobs are moved behind it, in steps; what is left by a process that was killed between two, the leader moves. */
  async function setTenantPaused(tenantId: string, isPaused: boolean, acting: Acting): Promise<void> {
    await setting(isPaused ? 'pause' : 'resume', { type: 'tenant', name: tenantId }, {}, acting, async (tx) => {
      if (!isPaused) await resumeTenant.run(tx, { tenant_id: tenantId });
      else if (!(await pauseTenant.one(tx, { tenant_id: tenantId, by: acting.by })).is_known)
        throw tenancyErrors.UNKNOWN_TENANT({ tenant: tenantId });
    });
    const move = isPaused ? parkTenants : unparkTenants;
    while ((await run(isPaused ? 'park' : 'unpark', (tx) => move.one(tx, { most }))).moved > 0);
  }

  async function setPaused(what: Pausable, isPaused: boolean, acting: Acting): Promise<void> {
    if ('tenantId' in what) return setTenantPaused(what.tenantId, isPaused, acting);
    const [type, name] = 'queue' in what ? (['queue', what.queue] as const) : (['type', what.type] as const);
    if (type === 'queue') await definitions.queue(name);
    else await definitions.kind(name);
    await setting(isPaused ? 'pause' : 'resume', { type, name }, {}, acting, async (tx) => {
      await (type === 'queue' ? pauseQueue : pauseType).run(tx, { name, is_paused: isPaused });
      if (!isPaused) await wake.run(tx, { name: type === 'queue' ? name : null });
    });
  }

  return {
    pause: (what, acting) => setPaused(what, true, acting),
    resume: (what, acting) => setPaused(what, false, acting),

    async drain(queue, { timeoutMs = drainTimeoutMs, signal, onProgress, ...acting }) {
      const { id } = await definitions.queue(queue);
      await setPaused({ queue }, true, acting);
      for (const started = clock.now().getTime(); ; ) {
        const { jobs } = await run('drain', (tx) => countRunningOf.one(tx, { queue_id: id }));
        onProgress?.(jobs);
        if (jobs === 0) return;
        const waitedMs = clock.now().getTime() - started;
        if (waitedMs > timeoutMs) throw controlErrors.DRAIN_TIMEOUT({ queue, running: jobs, waitedMs });
        await clock.sleep(drainPollMs, signal);
      }
    },

    async setWeights(queue, weights, acting) {
      if (weights.length !== 5 || weights.some((weight) => !Number.isInteger(weight) || weight < 1 || weight > 1000)) {
        throw controlErrors.BAD_WEIGHTS({ value: weights.join(',') });
      }
      await definitions.queue(queue);
      await setting('weights', { type: 'queue', name: queue }, { weights: weights.join(',') }, acting, async (tx) => {
        await setWeights.run(tx, { name: queue, weights: [...weights] });
      });
    },
  };
}
