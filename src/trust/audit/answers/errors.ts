import { defineErrors } from '../../../kernel/index.ts';

export const answersErrors = defineErrors('AUDIT', {
  UNKNOWN_USER: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { user: string }) => `No user has the address or id ${d.user}. See who there is with: plinth tenancy show <tenant>.`,
  },
  BAD_CURSOR: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { cursor: string }) =>
      `${JSON.stringify(d.cursor)} is not what a page of events gave as "next". Leave it out to begin with the newest.`,
  },
  BAD_RANGE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { from: Date; to: Date }) =>
      `The time from ${d.from.toISOString()} to ${d.to.toISOString()} ends before it begins. Exchange them, or leave "to" out for now.`,
  },
  FILE_EXISTS: {
    httpStatus: 409,
    exitCode: 2,
    message: (d: { file: string }) => `${d.file} exists already and is not written over. Give another name, or remove it.`,
  },
  BAD_KEY_FILE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { file: string; reason: string }) =>
      `${d.file} holds no usable Ed25519 key: ${d.reason}. Make one with: openssl genpkey -algorithm ed25519 -out key.pem && chmod 600 key.pem.`,
  },
  NO_SEAL: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { file: string }) => `${d.file} is missing or no seal of an export. It was written beside the export and belongs with it.`,
  },
});
