import { defineErrors } from '../../../kernel/index.ts';

const minutes = (ms: number) => `${Math.round(ms / 60_000)} min`;

export const promiseErrors = defineErrors('QUEUE', {
  OVERLOADED: {
    httpStatus: 503,
    retryable: true,
    message: (d: { queue: string; count: number; predictedWaitMs: number; mostMs: number; retryAfterSeconds: number }) =>
      `${d.queue} takes no bulk of ${d.count} now: a job enqueued now would wait about ${minutes(d.predictedWaitMs)}, more than the ` +
      `${minutes(d.mostMs)} that let it keep its promise. Try again in ${d.retryAfterSeconds} s, give it more slots, or let it demote: ` +
      `onOverload of its declaration.`,
  },
  TENANT_FAST: {
    httpStatus: 429,
    retryable: true,
    message: (d: { tenantId: string; count: number; most: number; retryAfterSeconds?: number }) =>
      `Tenant ${d.tenantId} may enqueue ${d.most} jobs a minute, and ${d.count} more are not taken${
        d.retryAfterSeconds === undefined ? ' at once. Enqueue fewer at a time' : `. Try again in ${d.retryAfterSeconds} s`
      }, or raise it: plinth tenancy policy set ${d.tenantId} tenancy.jobsPerMinute …`,
  },
  UNKNOWN_ALERT: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { alert: string }) => `There is no alert ${d.alert}. "plinth queue alert" lists those there are.`,
  },
  BAD_ALERT: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { what: string; value: string; allowed: string }) => `${d.value} is no ${d.what} of an alert; allowed: ${d.allowed}.`,
  },
  TENANT_FULL: {
    httpStatus: 429,
    retryable: true,
    message: (d: { tenantId: string; waiting: number; count: number; most: number; retryAfterSeconds: number }) =>
      `Tenant ${d.tenantId} has ${d.waiting} jobs waiting and may have ${d.most}; ${d.count} more are not taken. Enqueue fewer at a time, try ` +
      `again in ${d.retryAfterSeconds} s, or raise it: plinth tenancy policy set ${d.tenantId} tenancy.waitingJobs …`,
  },
});
