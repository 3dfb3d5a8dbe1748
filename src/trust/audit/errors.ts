import { defineErrors, PlinthError, type Tier } from '../../kernel/index.ts';

const list = (names: readonly string[]) => names.slice(0, 12).join(', ') + (names.length > 12 ? ', …' : '') || 'none';

export const auditErrors = defineErrors('AUDIT', {
  UNKNOWN_TABLE: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { table: string }) => `There is no table ${d.table} in any database. Write it as schema.table.`,
  },
  AMBIGUOUS_TABLE: {
    httpStatus: 409,
    exitCode: 2,
    message: (d: { table: string; tiers: readonly Tier[] }) =>
      `${d.table} is in several databases (${d.tiers.join(', ')}). Say which one with --tier.`,
  },
  NOT_TRACKABLE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { reason: string; remedy: string }) => `It cannot be tracked: ${d.reason}. ${d.remedy}`,
  },
  NOT_TRACKED: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { table: string; known: readonly string[] }) =>
      `${d.table} is not tracked; these are: ${list(d.known)}. Begin with: plinth audit track ${d.table}`,
  },
  BAD_KEY: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { table: string; key: readonly string[]; columns: readonly string[] }) =>
      `${JSON.stringify(d.key)} is no key of ${d.table}; give a value for each of ${d.columns.join(', ')}, in this order.`,
  },
  AMBIGUOUS_KEY: {
    httpStatus: 409,
    exitCode: 2,
    message: (d: { table: string; key: string; tenants: readonly string[] }) =>
      `Several tenants have a row ${d.key} in ${d.table} (${list(d.tenants)}). Say which one with --tenant.`,
  },
  BAD_TIME: {
    httpStatus: 400,
    exitCode: 2,
    message: (d: { value: string }) => `${JSON.stringify(d.value)} is no time; write one like 2026-01-31T12:00:00Z.`,
  },
  ROLLED_BACK: {
    httpStatus: 500,
    message: (d: { tier: Tier; stream: string; number: number; anchored: string; found: string }) =>
      `The trail in ${d.tier} does not fit its anchors: block ${d.number} of ${d.stream.slice(0, 7)} was anchored at ${d.anchored}, in the database ${d.found}. ` +
      'Nothing more is anchored. If you restored a backup on purpose, say so: plinth audit verify --accept "<why>". If not, somebody else has changed the past.',
  },
  OLD_VIEW: {
    httpStatus: 503,
    retryable: true,
    message: (d: { tier: Tier; holder: string }) =>
      `The key of the tenant is deleted in ${d.tier}, but its bytes cannot leave while somebody may still see them: ${d.holder}. End that, and erase again.`,
  },
  BROKEN_ANCHOR: {
    httpStatus: 500,
    message: (d: { file: string; line: number; problem: string }) =>
      `Line ${d.line} of ${d.file} ${d.problem}. Compare the file with a copy of it, and put that back.`,
  },
  SEALING_ELSEWHERE: {
    httpStatus: 503,
    retryable: true,
    message: (d: { tier: Tier }) => `Another process has been sealing the trail in ${d.tier} for a while. Try again.`,
  },
});

/** The refusals of functions of schema `audit` by their names; anything else as it came. */
export function toAuditError(error: unknown): unknown {
  if (!(error instanceof PlinthError) || error.details.sqlstate !== 'PA002') return error;
  const { message, hint } = error.cause as Error & { hint?: string };
  return auditErrors.NOT_TRACKABLE({ reason: message, remedy: hint ?? '' }, { cause: error });
}
