import { defineErrors } from '../../../kernel/index.ts';
import type { OperationKind } from './types.ts';

export const lifecycleErrors = defineErrors('TENANCY', {
  OPERATION_BUSY: {
    httpStatus: 409,
    retryable: true,
    message: (d: { slug: string }) =>
      `Another process is working on tenant ${d.slug} as a whole right now. Wait until it is done, or stop it there; what it did stays.`,
  },
  OPERATION_UNFINISHED: {
    httpStatus: 409,
    message: (d: { slug: string; kind: OperationKind; started: string; asked: OperationKind }) =>
      `Tenant ${d.slug} cannot ${d.asked}: its ${d.kind} of ${d.started} is not finished. Run "plinth tenancy ${d.kind}" as it was asked for then, which completes it` +
      (d.kind === 'import' ? `, or "plinth tenancy erase ${d.slug}", which takes it back.` : '.'),
  },
  WRONG_STATE: {
    httpStatus: 409,
    message: (d: { slug: string; state: string; asked: OperationKind; needed: string }) =>
      `Tenant ${d.slug} is ${d.state}; to ${d.asked} it has to be ${d.needed}. See: plinth tenancy show ${d.slug}`,
  },
  STILL_AT_WORK: {
    httpStatus: 503,
    retryable: true,
    message: (d: { count: number; tier: string; waitedS: number }) =>
      `${d.count} transactions that began before are still open in ${d.tier} after ${d.waitedS} s. End them or wait, then run the same command again.`,
  },
  FOLDER_IN_USE: {
    httpStatus: 409,
    exitCode: 2,
    message: (d: { folder: string }) => `${d.folder} is not empty. Name a folder that is, or one that is not there yet.`,
  },
  NO_MASKER: {
    httpStatus: 501,
    message: (d: { slug: string }) =>
      `Nothing here knows what to mask, so ${d.slug} would hold people as they are. Open a platform with the capability privacy.`,
  },
  NOT_MASKED: {
    exitCode: 2,
    message: (d: { tenant: string; slug: string }) =>
      `A copy with people as they are is not made: rows of ${d.tenant} would be in two tenants, and be forgotten in one. Say --masked for ${d.slug}.`,
  },
  NO_EXPORT: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { folder: string; reason: string }) =>
      `${d.folder} holds no finished export (${d.reason}). Complete it with the "plinth tenancy export" that began it, or name another folder.`,
  },
  EXPORT_DAMAGED: {
    exitCode: 1,
    message: (d: { place: string; reason: string }) =>
      `${d.place} is not as it was exported: ${d.reason}. Copy it again from where it was made, then run the same import again.`,
  },
  TENANT_TAKEN: {
    httpStatus: 409,
    message: (d: { what: 'slug' | 'id'; value: string }) =>
      d.what === 'slug'
        ? `There is a tenant ${d.value} here already. Import it under another name with --slug.`
        : `Tenant ${d.value} is or was here already, and an id is given once. Import it into another platform.`,
  },
  DOES_NOT_FIT: {
    httpStatus: 422,
    message: (d: { problems: readonly string[] }) =>
      `The export does not fit this platform's schema: ${d.problems.join('; ')}. Bring this platform to the version that made it, or a later one.`,
  },
  USER_TAKEN: {
    httpStatus: 409,
    message: (d: { emails: readonly string[] }) =>
      `Here, other users have these addresses: ${d.emails.join(', ')}. Rows refer to users by id, so one of the two has to get another address first.`,
  },
  NOT_CONFIRMED: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { slug: string; confirm: string }) =>
      `Erasing tenant ${d.slug} cannot be taken back and was not confirmed (${JSON.stringify(d.confirm)}). Give its slug: --confirm ${d.slug}`,
  },
  HELD: {
    httpStatus: 423,
    message: (d: { slug: string; held: readonly string[] }) =>
      `Tenant ${d.slug} is erased but for what a legal hold keeps: ${d.held.join('; ')}. It stays closed; run the same command again when the hold is released.`,
  },
  LEFT_BEHIND: {
    message: (d: { slug: string; found: readonly string[] }) =>
      `Rows of tenant ${d.slug} are still there: ${d.found.join(', ')}. Protect those tables with tenancy.protect() or remove the rows, then run the same command again.`,
  },
});
