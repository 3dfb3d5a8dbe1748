import type { Connect } from 'plinth/connect';
import type { Partition } from 'plinth/partition';
import type { Job, Queue } from 'plinth/queue';
import { batchFeed } from '../facts/batch-feed.ts';
import { catchUp } from '../facts/catch-up.ts';
import { putAnalyticsDetails } from '../sql/queries/queries.gen.ts';

/** Figures that follow what happens to messages, some seconds later. */
export interface Counting {
  /** Resolves when a job will count what has been committed for the tenant until now. Cheap: most calls find that it is there. */
  soon(tenantId: string): Promise<void>;
}

const slotMs = 5_000;
/** By which the clocks of those who enqueue and of the database may differ. */
const clocksApartMs = 2_000;
const againMs = 1_000;

interface CountSlot {
  /** Which span of time it counts, so that there is one job for it, whoever asks. */
  readonly slot: number;
}

/**
 * A message changes many figures, and many messages change the same: so what happened in five seconds is counted by one job of the tenant,
 * due when they are over. It counts anew what the changed messages touch, from the facts; run twice, it finds nothing left.
 */
export function openCounting(deps: { readonly connect: Connect; readonly partition: Partition; readonly queue: Queue }): Counting {
  const { connect, queue } = deps;
  const feed = batchFeed(connect);
  const count = queue.define<CountSlot>({
    name: 'mail.count',
    queue: 'analytics',
    unique: {},
    details: 'queue.job_analytics_details',
    handler: async (job: Job<CountSlot>) => {
      const { facts, figures, first, last, isComplete } = await catchUp(deps, feed, job.tenantId, { signal: job.signal });
      await job.run('queue', (tx) =>
        putAnalyticsDetails.run(tx, {
          ...{ tenant_id: job.tenantId, job_id: job.id, dataset: feed.name, rows_read: facts, rows_written: figures },
          range_start: first ?? null,
          range_end: last ?? null,
        }),
      );
      // An older transaction somewhere may still bring something before what can be read.
      if (!isComplete) job.snooze(againMs);
      return { facts, figures };
    },
  });
  const asked = new Map<string, { readonly slot: number; readonly enqueued: Promise<unknown> }>();
  return {
    async soon(tenantId) {
      const slot = Math.floor(Date.now() / slotMs);
      const known = asked.get(tenantId);
      if (known?.slot === slot) {
        await known.enqueued;
        return;
      }
      const due = new Date((slot + 1) * slotMs + clocksApartMs);
      const enqueued = queue.enqueue(count, { slot }, { tenantId, due });
      asked.set(tenantId, { slot, enqueued });
      await enqueued.catch((error: unknown) => {
        asked.delete(tenantId);
        throw error;
      });
    },
  };
}
