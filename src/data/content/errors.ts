import { defineErrors } from '../../kernel/index.ts';

export const contentErrors = defineErrors('CONTENT', {
  UNKNOWN_OBJECT: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { objectId: string }) => `There is no object ${d.objectId} in this tenant. List what is there with: plinth content ls.`,
  },
  TOO_LARGE: {
    httpStatus: 413,
    exitCode: 2,
    message: (d: { limitBytes: number }) =>
      `The object is larger than ${d.limitBytes} bytes; nothing was stored. Split it, or raise --content-max-object-bytes.`,
  },
  QUOTA_REACHED: {
    httpStatus: 413,
    exitCode: 2,
    message: (d: { tenantId: string; limit: string; most: number; current: number; given: number }) =>
      `Tenant ${d.tenantId} keeps ${d.current} bytes, and ${d.given} more would pass its limit ${d.limit} of ${d.most}; nothing was stored. ` +
      `Remove something, or raise it: plinth tenancy policy set ${d.tenantId} tenancy.${d.limit} …`,
  },
  INVALID_OBJECT: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { what: string; value: unknown; allowed: string }) =>
      `The ${d.what} of an object is ${JSON.stringify(d.value)}, but must be ${d.allowed}.`,
  },
  INVALID_RANGE: {
    httpStatus: 416,
    exitCode: 2,
    message: (d: { range: string; rawBytes: number }) =>
      `The range ${d.range} does not lie in an object of ${d.rawBytes} bytes. Give start and end (exclusive) with 0 ≤ start ≤ end ≤ size.`,
  },
  DAMAGED: {
    message: (d: { objectId: string; blobId: string; frame: number; reason: string }) =>
      `Object ${d.objectId} cannot be read: frame ${d.frame} of its blob ${d.blobId} is damaged (${d.reason}). ` +
      'Put the same bytes again, which repairs it, or restore the frame from a backup.',
  },
  UNKNOWN_ALGORITHM: {
    httpStatus: 501,
    message: (d: { objectId: string; blobId: string; frame: number; algorithmId: number }) =>
      `Object ${d.objectId} was written by a newer version: frame ${d.frame} of its blob ${d.blobId} has algorithm ${d.algorithmId}, ` +
      'which this version does not know. Read it with the version that wrote it, or a later one.',
  },
  UPLOAD_EXPIRED: {
    httpStatus: 408,
    retryable: true,
    message: (d: { idleMinutes: number }) =>
      `The upload brought no bytes for ${d.idleMinutes} minutes and what had arrived was removed. Send it again from the start.`,
  },
  HASH_COLLISION: {
    message: (d: { sha256: string; storedBytes: number; givenBytes: number }) =>
      `Bytes with SHA-256 ${d.sha256} are stored with a length of ${d.storedBytes}, but ${d.givenBytes} were given; nothing was stored. ` +
      'The row in content.blobs was changed by hand: correct it.',
  },
});
