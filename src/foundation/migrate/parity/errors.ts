import { defineErrors } from '../../../kernel/index.ts';

export const parityErrors = defineErrors('MIGRATE', {
  UNKNOWN_ENVIRONMENT: {
    exitCode: 2,
    message: (d: { name: string }) =>
      `"${d.name}" is neither a postgres:// URL nor an environment variable that holds one. Set the variable, or write the URL.`,
  },
  BAD_ALLOWANCE: {
    message: (d: { path: string; reason: string }) =>
      `${d.path} is not a list of { aspect, name, reason, expires }: ${d.reason}. Correct it; every entry needs a reason and a date such as 2027-01-31.`,
  },
});
