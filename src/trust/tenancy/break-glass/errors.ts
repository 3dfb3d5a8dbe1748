import { defineErrors } from '../../../kernel/index.ts';

export const breakGlassErrors = defineErrors('TENANCY', {
  NO_AUDIT: {
    httpStatus: 503,
    message: () => 'The glass is not broken without a trail, and nothing here keeps one. Run a platform with the capability audit.',
  },
  NO_REASON: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { reason: string; minimum: number }) =>
      `${JSON.stringify(d.reason)} is no reason; say in at least ${d.minimum} characters why the tenant's rows are looked at, e.g. the ticket and what was asked.`,
  },
  BAD_MINUTES: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { minutes: number; most: number }) => `${d.minutes} minutes cannot be granted; ask for 1 to ${d.most}.`,
  },
  NOT_STAFF: {
    httpStatus: 403,
    message: (d: { staff: string }) =>
      `"${d.staff}" is no staff member who may break the glass. An administrator adds one with "plinth tenancy staff add ${d.staff}".`,
  },
  GLASS_NEEDED: {
    httpStatus: 403,
    message: (d: { tenant: string }) =>
      `Rows of tenant ${d.tenant} are shown to staff with a reason only, for a time and on record. Give one: plinth tenancy break-glass open ${d.tenant} --reason …`,
  },
  GLASS_CLOSED: {
    httpStatus: 403,
    message: (d: { grant: string; reason: string }) => `Grant ${d.grant} is of no use: ${d.reason}. Ask for another with its own reason.`,
  },
});
