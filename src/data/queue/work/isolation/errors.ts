import { defineErrors } from '../../../../kernel/index.ts';

export const isolationErrors = defineErrors('QUEUE', {
  ISOLATE_LOST: {
    retryable: true,
    message: (d: { jobType: string; kind: string; jobId: string | undefined; how: string }) =>
      `The ${d.kind} of job type ${d.jobType} ended ${d.jobId === undefined ? 'before it could run a job' : `while it ran the job ${d.jobId}`}: ` +
      `${d.how}. The run has failed, others go on; what it last wrote is in the log of the worker.`,
  },
  BAD_MODULE: {
    message: (d: { jobType: string; module: string; problem: string }) =>
      `The module ${d.module} of job type ${d.jobType} cannot be run: ${d.problem}. Its default export has to be the handler: ` +
      'export default async (job) => { … };',
  },
});
