import type { Connect } from '../../foundation/connect/index.ts';
import { isTier } from '../../kernel/index.ts';
import type { Job, JobDefinition } from '../queue/index.ts';
import { asOwner } from './context.ts';
import { scheduleErrors } from './errors.ts';
import { sqlOfJob } from './sql/queries/queries.gen.ts';

/** The kind of job that runs the SQL of schedules, as the owner and outside a transaction of ours, so that VACUUM may be one. */
export function sqlJobs(connect: Connect): JobDefinition {
  return {
    name: 'schedule.sql',
    queue: 'default',
    band: 'low',
    maxAttempts: 3,
    async handler(job: Job) {
      // Anybody who may enqueue can enqueue this type too: what is run stands in the schedule that has made this very job.
      const found = await asOwner(connect)('sql', (tx) => sqlOfJob.first(tx, { job_id: job.id }));
      if (!found || !isTier(found.tier)) throw Object.assign(scheduleErrors.NO_RUN({ jobId: job.id }), { verdict: 'discard' });
      await using session = await connect.session({ tier: found.tier, tag: `schedule.${found.name}`, signal: job.signal });
      const cancel = () => void session.cancel();
      job.signal.addEventListener('abort', cancel, { once: true });
      try {
        await session.query({ text: found.sql });
      } finally {
        job.signal.removeEventListener('abort', cancel);
      }
    },
  };
}
