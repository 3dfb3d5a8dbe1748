import { defineErrors } from '../../../kernel/index.ts';

export const settingsErrors = defineErrors('TENANCY', {
  UNKNOWN_SETTING: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { key: string; known: readonly string[] }) => `Tenants have no setting ${d.key}. They have: ${d.known.join(', ')}.`,
  },
  BAD_SETTING: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { key: string; value: unknown; allowed: string }) =>
      `${d.key} cannot be ${JSON.stringify(d.value)}; it has to be ${d.allowed}.`,
  },
  LIMIT_REACHED: {
    httpStatus: 429,
    retryable: true,
    message: (d: { tenantId: string; limit: string; most: number; current: number }) =>
      `Tenant ${d.tenantId} has reached its limit ${d.limit} of ${d.most} (now ${d.current}). Try again later, or raise it: plinth tenancy settings set`,
  },
});
