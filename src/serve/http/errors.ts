import { defineErrors } from '../../kernel/index.ts';

export const httpErrors = defineErrors('HTTP', {
  NOT_SIGNED_IN: {
    httpStatus: 401,
    message: () => 'You are not signed in, or the session has ended. Sign in again.',
  },
  SIGN_IN_REFUSED: {
    httpStatus: 401,
    message: () => 'Name or password is wrong. Try again, or have an administrator run "plinth http account link <name>".',
  },
  LINK_REFUSED: {
    httpStatus: 401,
    message: () => 'This link was used already or is too old. Make a new one with "plinth http account link <name>".',
  },
  TOO_MANY_TRIES: {
    httpStatus: 429,
    retryable: true,
    message: (d: { retryAfterSeconds: number }) => `Too many attempts to sign in. Try again in ${d.retryAfterSeconds} s.`,
  },
  ROLE_TOO_WEAK: {
    httpStatus: 403,
    message: (d: { role: string; needed: string }) => `This needs the role ${d.needed}; yours is ${d.role}. Ask an administrator.`,
  },
  FOREIGN_ORIGIN: {
    httpStatus: 403,
    message: () => 'The request does not come from the console itself. Reload the page and try again.',
  },
  UNKNOWN_HOST: {
    httpStatus: 421,
    message: (d: { host: string }) => `This server does not answer for "${d.host}". Open it under the address printed at start.`,
  },
  UNKNOWN_ROUTE: {
    httpStatus: 404,
    message: (d: { method: string; path: string }) => `There is no ${d.method} ${d.path}. See docs/reference for the endpoints.`,
  },
  BAD_REQUEST: {
    httpStatus: 400,
    message: (d: { reason: string }) => `The request is not as it should be: ${d.reason}.`,
  },
  INVALID_NAME: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { name: string }) =>
      `"${d.name}" cannot be an account name; use 1–63 lower-case letters, digits, dot, dash, underscore or @, beginning with a letter or digit.`,
  },
  WEAK_PASSWORD: {
    httpStatus: 422,
    message: (d: { minimum: number }) =>
      `The password is too short or too simple; use at least ${d.minimum} characters that are not all alike.`,
  },
  NAME_TAKEN: {
    httpStatus: 409,
    message: (d: { name: string }) => `There is already an account named "${d.name}". Choose another name.`,
  },
  PASSWORD_SET: {
    httpStatus: 409,
    message: (d: { name: string }) =>
      `"${d.name}" already has a password. To replace it run "plinth http account link ${d.name}" and open the link.`,
  },
  UNKNOWN_ACCOUNT: {
    httpStatus: 404,
    message: (d: { name: string }) => `There is no account named "${d.name}". See "plinth http account list".`,
  },
  LAST_ADMIN: {
    httpStatus: 409,
    message: (d: { name: string }) => `"${d.name}" is the last administrator. Add another one before you remove it.`,
  },
  EXPOSED: {
    exitCode: 2,
    message: (d: { host: string; missing: readonly string[] }) =>
      `Listening on ${d.host} would open the platform to the network. First provide: ${d.missing.join('; ')}. Or use http.host 127.0.0.1.`,
  },
  TLS_UNREADABLE: {
    exitCode: 2,
    message: (d: { file: string; reason: string }) =>
      `TLS file ${d.file} cannot be used (${d.reason}). Correct http.tlsCertFile and http.tlsKeyFile.`,
  },
  NO_PORT: {
    message: (d: { host: string; first: number; last: number }) =>
      `Ports ${d.first} to ${d.last} on ${d.host} are all taken. Choose one with --http-port or stop what uses them.`,
  },
});
