import { defineErrors } from '../../../kernel/index.ts';

export const enqueueErrors = defineErrors('QUEUE', {
  INVALID_PAYLOAD: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { jobType: string; path: string; problem: string }) =>
      `The payload does not fit the job type ${d.jobType}${d.path === '' ? '' : ` at ${d.path}`}: ${d.problem}.`,
  },
  PAYLOAD_TOO_LARGE: {
    httpStatus: 413,
    exitCode: 2,
    message: (d: { jobType: string; bytes?: number; mostBytes: number }) =>
      `The payload for the job type ${d.jobType} has ${d.bytes === undefined ? 'more as jsonb' : `${d.bytes} bytes`}; at most ${d.mostBytes} are taken. ` +
      'Store what is large with content.put and give the job its id.',
  },
  BAD_ID: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { id: string; problem: string }) =>
      `${JSON.stringify(d.id)} cannot be the id of a job: ${d.problem}. Make one with uuidv7() when the work is decided, or leave it out.`,
  },
  BAD_DUE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { value: string; problem: string }) => `${d.value} cannot be when a job is due: ${d.problem}.`,
  },
  BAD_OPTION: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { option: string; value: string; allowed: string }) => `${d.option} ${d.value} is not ${d.allowed}.`,
  },
  UNKNOWN_TENANT: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { tenantId: string }) => `There is no tenant ${d.tenantId} in the database of the queue; nothing was enqueued for it.`,
  },
  CONFLICT: {
    httpStatus: 409,
    exitCode: 1,
    message: (d: { jobType: string; jobId: string }) =>
      `The job ${d.jobId} of type ${d.jobType} has the same key and has not ended with it, and the type is defined to reject others meanwhile.`,
  },
  NO_OUTBOX: {
    httpStatus: 500,
    message: (d: { tier: string; reason: string }) =>
      `A transaction on ${d.tier} cannot enqueue: ${d.reason}, and no capability carries jobs from there. ` +
      'Keep both in one database (cluster options), or enqueue after it has committed.',
  },
});
