import type { Queue } from '../../index.ts';
import type { Job } from '../../model/types.ts';

/** Between the statements of a job's transaction. At `committing` COMMIT itself waits, for a lock that a trigger of the test takes. */
export const points = ['begun', 'written', 'worked', 'finished', 'committing', 'committed'] as const;
export type Point = (typeof points)[number];

/** A job that books itself in a table and enqueues another; `reach` is told of every point. */
export function defineBooking(queue: Queue, reach: (job: Job<unknown>, point: Point) => Promise<void>): void {
  queue.define({ name: 'booked', queue: 'default' });
  queue.define<{ point: Point | 'none' }>({
    name: 'book',
    queue: 'default',
    unique: { fields: ['point'] },
    async handler(job) {
      const value = await job.transaction('oltp', async (tx) => {
        await reach(job, 'begun');
        await tx.query({ text: 'insert into shop.bookings values ($1, $2)', values: [job.id, job.payload.point] });
        await reach(job, 'written');
        await queue.enqueueIn(tx, 'booked', { by: job.id });
        await reach(job, 'worked');
        const query = tx.query.bind(tx);
        tx.query = async (statement: Parameters<typeof query>[0]) => {
          const answer = await query(statement);
          if (statement.text.includes('finish_in_transaction')) await reach(job, 'finished');
          return answer;
        };
        return { booked: job.payload.point };
      });
      await reach(job, 'committed');
      return { ignored: value };
    },
  });
}
