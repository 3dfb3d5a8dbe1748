import { defineErrors } from '../../../kernel/index.ts';

export const flowErrors = defineErrors('QUEUE', {
  FLOW_CYCLE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { cycle: readonly string[] }) =>
      `The steps wait for each other in a circle: ${d.cycle.join(' waits for ')}. Take one of them out of "after".`,
  },
  BAD_STEP: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { key: string; problem: string }) => `The step ${JSON.stringify(d.key)} ${d.problem}.`,
  },
  UNIQUE_MEMBER: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { jobType: string }) =>
      `Jobs of type ${d.jobType} are unique: one that is there already would be missing in a batch or flow. Give it a job type without "unique".`,
  },
  FLOW_ELSEWHERE: {
    httpStatus: 500,
    message: (d: { tier: string; reason: string }) =>
      `A batch or flow cannot be made in a transaction on ${d.tier}: ${d.reason}. Enqueue a job there that makes it.`,
  },
  UNKNOWN_BATCH: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { id: string }) =>
      `There is no batch or flow ${d.id}. "plinth queue batches --tenant <tenant>" shows those of a tenant; after 90 days they are gone.`,
  },
  BATCH_ENDED: {
    httpStatus: 409,
    message: (d: { id: string; state: string }) => `${d.id} is ${d.state}: nothing can be added to it. Make another batch or flow.`,
  },
  NOT_IN_BATCH: {
    message: (d: { jobId: string; kind: string }) => `The job ${d.jobId} is in no ${d.kind}, so it has nothing to add to.`,
  },
  BAD_PROGRESS: {
    message: (d: { jobId: string; done: number; total: number }) =>
      `The job ${d.jobId} says that ${d.done} of ${d.total} is done; both must be whole numbers from 0, the first at most the second.`,
  },
});
