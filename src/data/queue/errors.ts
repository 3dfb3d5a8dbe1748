import { defineErrors } from '../../kernel/index.ts';

export const queueErrors = defineErrors('QUEUE', {
  LEAD_LOST: {
    message: (d: { name: string; term: number }) =>
      `Another process leads ${d.name} since term ${d.term} ended. Nothing was changed; it goes on with the work.`,
    retryable: true,
  },
  EFFECT_TWICE: {
    message: (d: { name: string; jobId: string }) =>
      `A run of job ${d.jobId} does the effect ${d.name} twice. A name stands for one effect: give the second another one.`,
  },
  EFFECT_UNKNOWN: {
    message: (d: { name: string; jobId: string; intended: string; attempt: number }) =>
      `Run ${d.attempt} of job ${d.jobId} began the effect ${d.name} at ${d.intended} and its outcome is not known. Find out whether it happened; ` +
      'then redrive the job to do it again, or leave it. Give the effect a "verify" or "onUnknown" for the next time.',
  },
  EFFECT_ELSEWHERE: {
    retryable: true,
    message: (d: { name: string; jobId: string }) =>
      `Another run of job ${d.jobId} does the effect ${d.name} at this moment; this one ends. A job runs twice when its lease was lost.`,
  },
  APART: {
    message: (d: { tier: string; jobId: string; reason: string }) =>
      `A transaction on ${d.tier} cannot end the job ${d.jobId}: ${d.reason}, and what is in two databases is not committed as one. Write there with ` +
      'job.run, repeatably (on conflict do nothing, by the id of the job), or do it with job.external; or keep both in one database (cluster options).',
  },
  ENDED_ALREADY: {
    message: (d: { jobId: string }) =>
      `The job ${d.jobId} has been ended by a transaction of this run, or is about to be: it is done once, at the end. Use job.run for what comes before.`,
  },
  LEASE_LOST: {
    message: (d: { jobId: string }) =>
      `The job ${d.jobId} was taken from this worker before its transaction was committed, and nothing of that was written. Another worker runs it.`,
  },
  NO_KEYS: {
    message: (d: { jobType: string }) =>
      `The job type ${d.jobType} has encrypted fields, and this queue was opened without crypto. Give openQueue the crypto of the platform.`,
  },
  BAD_LIMIT: {
    message: (d: { jobType: string; name: string; what: string; value: string; allowed: string }) =>
      `The limit ${d.name} of job type ${d.jobType} has ${d.what} ${d.value}, but it must be ${d.allowed}.`,
  },
});
