import { defineErrors } from '../../../kernel/index.ts';

export const placementErrors = defineErrors('TENANCY', {
  NO_SUCH_PLACE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { reason: string }) =>
      `That is no place for a tenant: ${d.reason}. Give shared, a database on the server of a tier (oltp/acme), or a URL (postgres://admin:…@host:5432/acme).`,
  },
  NO_PLACES: {
    message: () => 'This tenancy was opened without servers to place tenants on. Open it through the platform.',
  },
  // Who is told has asked a process that did not know yet and waited in vain for the new place.
  MOVED: {
    httpStatus: 503,
    retryable: true,
    message: (d: { tenantId: string }) =>
      `Tenant ${d.tenantId} is in another database than this process knows. Try again; if it persists, its move was interrupted: run the same "plinth tenancy move" again.`,
  },
  MOVING: {
    httpStatus: 503,
    retryable: true,
    message: (d: { tenantId: string }) => `Tenant ${d.tenantId} is going to another database at this moment. Try again.`,
  },
  ALREADY_PLACED: {
    httpStatus: 409,
    message: (d: { slug: string; place: string }) => `Tenant ${d.slug} is in ${d.place} already; there is nothing to move.`,
  },
  PLACED: {
    httpStatus: 409,
    message: (d: { slug: string; place: string; asked: string }) =>
      `Tenant ${d.slug} has its rows in ${d.place}; ${d.asked} works on the shared databases. First: plinth tenancy move ${d.slug} --to shared`,
  },
  PLACE_TAKEN: {
    httpStatus: 409,
    message: (d: { place: string; reason: string }) => `${d.place} cannot be a tenant's own database: ${d.reason}. Name another one.`,
  },
  CANNOT_MOVE: {
    httpStatus: 409,
    message: (d: { slug: string; problems: readonly string[] }) => `Tenant ${d.slug} cannot be moved: ${d.problems.join('; ')}.`,
  },
  MOVE_NOT_ALLOWED: {
    httpStatus: 403,
    message: (d: { login: string; place: string }) =>
      `${d.login} may not copy rows into ${d.place} without firing triggers. Let an administrator run: grant set on parameter session_replication_role to ${d.login}`,
  },
  MOVE_DIFFERS: {
    exitCode: 1,
    message: (d: { slug: string; table: string; count: number }) =>
      `${d.count} rows of ${d.table} are still not the same on both sides after they were copied again; tenant ${d.slug} works on where it was. Look for what changes rows while they are written there, then run the same move again.`,
  },
  SWITCH_TOO_SLOW: {
    httpStatus: 503,
    exitCode: 4,
    retryable: true,
    message: (d: { slug: string; tries: number; limitMs: number }) =>
      `In ${d.tries} tries, what tenant ${d.slug} had at work did not end, or its last changes did not follow, within ${d.limitMs} ms. It works on where it was, nothing is lost. Run the same move again at a quieter moment.`,
  },
});
