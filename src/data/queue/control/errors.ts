import { defineErrors } from '../../../kernel/index.ts';

export const controlErrors = defineErrors('QUEUE', {
  UNKNOWN_JOB: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { id: string }) =>
      `There is no job ${d.id}. "plinth queue list --tenant <tenant>" shows the jobs of a tenant; after 90 days they are gone.`,
  },
  NO_FILTER: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { action: string }) =>
      `To ${d.action} jobs, say which: ids, or at least one of queue, type, tenant, since, until. To mean all jobs there are, name each queue.`,
  },
  BAD_WEIGHTS: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { value: string }) => `${d.value} are no weights: five whole numbers from 1 to 1000, Critical first, e.g. 40,25,20,10,5.`,
  },
  DRAIN_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    message: (d: { queue: string; running: number; waitedMs: number }) =>
      `${d.running} jobs of ${d.queue} still run after ${Math.round(d.waitedMs / 1000)} s. The queue stays paused; drain it again, or cancel them.`,
  },
});
