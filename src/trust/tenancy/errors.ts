import { defineErrors } from '../../kernel/index.ts';

export const tenancyErrors = defineErrors('TENANCY', {
  MALFORMED_ID: {
    httpStatus: 400,
    message: (d: { what: 'tenant' | 'user'; value: string }) => `${JSON.stringify(d.value)} is no ${d.what} id; give a uuid.`,
  },
  UNKNOWN_TENANT: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { tenant: string }) =>
      `There is no tenant ${d.tenant} that can be worked for. \`plinth tenancy list\` shows those there are.`,
  },
  // The same for a tenant that does not exist: who is no member learns nothing of it.
  NOT_A_MEMBER: {
    httpStatus: 403,
    message: (d: { tenantId: string; userId: string }) =>
      `User ${d.userId} is no member of tenant ${d.tenantId}. An administrator of the tenant can add them.`,
  },
  SUSPENDED: {
    httpStatus: 423,
    message: (d: { tenantId: string }) => `Tenant ${d.tenantId} is suspended. Resume it to work for it again.`,
  },
  NESTED_CONTEXT: {
    message: (d: { inside: string; asked: string }) =>
      `Work for tenant ${d.asked} was started inside work for tenant ${d.inside}. Finish the first, or start the second outside of it.`,
  },
  SEAL_REFUSED: {
    httpStatus: 503,
    retryable: true,
    message: (d: { reason: string }) =>
      `The database refused the context of the transaction (${d.reason}). Try again; if it persists, compare the clocks and restart this process.`,
  },
  BAD_SLUG: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { slug: string }) =>
      `${JSON.stringify(d.slug)} cannot be a tenant's slug: use 1–63 lower case letters, digits and inner hyphens, and not "system".`,
  },
  BAD_EMAIL: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { email: string }) => `${JSON.stringify(d.email)} is no e-mail address; give one like name@example.org.`,
  },
  HALF_IMPORTED: {
    httpStatus: 409,
    message: (d: { slug: string }) =>
      `Tenant ${d.slug} is half imported. Complete it with the same "plinth tenancy import", or take it back with "plinth tenancy erase ${d.slug}".`,
  },
  ROTATED_RECENTLY: {
    httpStatus: 409,
    message: (d: { waitS: number }) =>
      `The key of the seal was rotated a moment ago and other processes may still sign with the one before. Try again in ${d.waitS} s.`,
  },
});
