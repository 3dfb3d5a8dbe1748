import { defineErrors } from '../../../kernel/index.ts';

export const settingsErrors = defineErrors('TENANCY', {
  UNKNOWN_SETTING: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { noun: string; key: string; known: readonly string[] }) =>
      `Tenants have no ${d.noun} ${d.key}. They have: ${d.known.join(', ') || 'none'}.`,
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
    message: (d: LimitReached) =>
      `Tenant ${d.tenantId} has reached its limit ${d.limit} of ${d.value}: ${current[d.limit](d)}. Try again later, or raise it: ` +
      `plinth tenancy policy set ${d.tenantId} tenancy.${d.limit} …`,
  },
});

interface LimitReached {
  readonly tenantId: string;
  readonly limit: keyof typeof current;
  /** What is set. */
  readonly value: number;
  /** What follows from it here. */
  readonly most: number;
  readonly current: number;
  readonly waiting?: number;
  /** Told to clients by HTTP. */
  readonly retryAfterSeconds?: number;
}

const current = {
  statementTimeoutMs: (d: LimitReached) => `a statement was ended after ${d.current} ms`,
  poolSharePercent: (d: LimitReached) =>
    `it holds ${d.current} of the ${d.most} connections that are its share, and ${d.waiting} more of its calls wait`,
  transactionsPerSecond: (d: LimitReached) => `${d.current} transactions began within a second`,
};
