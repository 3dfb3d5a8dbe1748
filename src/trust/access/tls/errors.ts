import { defineErrors } from '../../../kernel/index.ts';
import { certificateRoles } from './model/names.ts';

export const tlsErrors = defineErrors('ACCESS', {
  SERVER_NAME: {
    exitCode: 2,
    message: (d: { name: string }) =>
      `"${d.name}" can stand in no certificate. access.tlsNames takes host names (db.example.com, *.example.com) and addresses, separated by commas.`,
  },
  CERTIFICATE_NAME: {
    exitCode: 2,
    httpStatus: 422,
    message: (d: { name: string }) =>
      `"${d.name}" is no name for a client's certificate. It is <role>@<holder>, the role one of ${certificateRoles.join(', ')}, the holder of small letters, digits, dots and hyphens: plinth_admin@ann.`,
  },
  CERTIFICATE_EXISTS: {
    exitCode: 4,
    httpStatus: 409,
    message: (d: { name: string; file: string; validUntil: Date }) =>
      `${d.name} has a certificate until ${d.validUntil.toISOString().slice(0, 10)} (${d.file}). Use it, choose another holder, or revoke it first: plinth access tls revoke ${d.name}`,
  },
  CERTIFICATE_UNKNOWN: {
    exitCode: 2,
    httpStatus: 404,
    message: (d: { name: string; known: readonly string[] }) =>
      `No certificate that is still believed was made for "${d.name}". There are: ${d.known.join(', ') || 'none'}.`,
  },
  CERTIFICATE_DAMAGED: {
    message: (d: { file: string; reason: string }) =>
      `${d.file} holds no certificate with its key (${d.reason}). Restore it from a copy; without one, move the folder away and run plinth access tls init: then every client needs the new authority.`,
  },
  NO_AUTHORITY: {
    exitCode: 3,
    message: (d: { folder: string }) => `There are no certificates in ${d.folder} yet. Make them with: plinth access tls init`,
  },
  TRIAL_UNREACHABLE: {
    exitCode: 3,
    retryable: true,
    message: (d: { where: string; reason: string }) =>
      `${d.where} speaks no TLS with us (${d.reason}), so nothing could be tried. Check host and port, and that ssl is on there.`,
  },
  TRIAL_URL: {
    exitCode: 2,
    message: (d: { reason: string }) => `The URL cannot be used: ${d.reason}. Its form is postgres://user@host:port/database.`,
  },
});
