import { defineErrors } from '../../../kernel/index.ts';

export const retentionErrors = defineErrors('PRIVACY', {
  BAD_RETENTION: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { table: string; problem: string; remedy: string }) =>
      `The retention rule of ${d.table} cannot be used: ${d.problem}. ${d.remedy}.`,
  },
  RETENTION_RUNS: {
    httpStatus: 409,
    retryable: true,
    message: () => 'Another process enforces retention. Wait for it, or ask again later.',
  },
});
