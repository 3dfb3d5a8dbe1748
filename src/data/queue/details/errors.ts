import { defineErrors } from '../../../kernel/index.ts';

export const detailsErrors = defineErrors('QUEUE', {
  DETAILS_TABLE: {
    message: (d: { jobType: string; table: string; problem: string; remedy: string }) =>
      `The job type ${d.jobType} keeps details in ${d.table}, but ${d.problem}. ${d.remedy}.`,
  },
  NO_DETAILS: {
    message: (d: { jobType: string }) =>
      `A job of ${d.jobType} keeps details, but its definition names no table for them. Add details: 'schema.table' to queue.define({ name: ` +
      `${JSON.stringify(d.jobType)}, … }).`,
  },
  BAD_DETAILS: {
    message: (d: { jobType: string; table: string; problem: string }) =>
      `The details of a job of ${d.jobType} cannot be kept in ${d.table}: ${d.problem}`,
  },
});
