import { defineErrors } from '../../../kernel/index.ts';

export const deadErrors = defineErrors('QUEUE', {
  NO_LETTER: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { id: string }) =>
      `There is no dead letter ${d.id} that was not redriven yet. "plinth queue dead list" shows those there are; "plinth queue show ${d.id}" what became of the job.`,
  },
  NO_CHOICE: {
    httpStatus: 422,
    exitCode: 2,
    message: () => 'Say which dead letters to redrive: ids, or a signature, a job type, a tenant, or a time (since, until).',
  },
  TRIAL_OPEN: {
    httpStatus: 409,
    exitCode: 1,
    message: (d: { redriven: number; completed: number; failed: number; waiting: number }) =>
      d.redriven === 0
        ? `None of these ${d.waiting} dead letters was redriven in the last day, so nobody knows whether their cause is gone. Redrive ten first, without "all", or force it.`
        : `Of the ${d.redriven} that were redriven in the last day ${d.completed} completed and ${d.failed} failed again; ${d.waiting} are left. ` +
          'Remove the cause, or wait for those that still run, or force it.',
  },
});
