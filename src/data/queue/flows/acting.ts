import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { asAudited, type EventBus, nilUuid } from '../../../kernel/index.ts';
import { auditBatch, cancelBatch, retryBatch } from './sql/queries/queries.gen.ts';
import type { Flows } from './types.ts';

interface ActingDeps {
  readonly connect: Connect;
  readonly events: EventBus;
}

// One transaction takes so many, and what is cancelled between two stays cancelled.
const cancelledAtOnce = 10_000;

/** What people do to a batch or flow as a whole. */
export function openActing({ connect, events }: ActingDeps, show: Flows['show']): Pick<Flows, 'cancel' | 'retry'> {
  const run = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: `queue.${tag}` }, work);

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
    async cancel(id, { by }) {
      const { tenantId } = await show(id);
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
      const { tenantId } = await show(id);
      const retry = () =>
        run('retry', async (tx) => {
          const rows = await retryBatch.all(tx, { tenant_id: tenantId, batch_id: id });
          if (rows.length > 0) await auditBatch.run(tx, { tenant_id: tenantId, action: 'retry', batch_id: id, jobs: rows.length, by });
          return { again: rows.map((row) => ({ id: row.old_id, as: row.new_id })) };
        });
      return audited('retry', id, tenantId, by, retry, ({ again }) => again.length);
    },
  };
}
