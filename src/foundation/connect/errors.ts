import { defineErrors } from '../../kernel/index.ts';

/** One who holds a connection, as the error of an exhausted pool shows him. */
export interface HolderLine {
  readonly tag: string;
  readonly heldMs: number;
}

const holdersInWords = (holders: readonly HolderLine[]) =>
  holders.map((holder) => `${holder.tag} for ${Math.round(holder.heldMs)} ms`).join(', ') || 'nobody (connections are being opened)';

export const connectErrors = defineErrors('CONNECT', {
  POOL_EXHAUSTED: {
    httpStatus: 503,
    retryable: true,
    message: (d: {
      pool: string;
      tag: string;
      max: number;
      waitedMs: number;
      holders: readonly HolderLine[];
      lastOpenError?: string | undefined;
    }) =>
      `${d.tag} waited ${Math.round(d.waitedMs)} ms for a connection of pool ${d.pool}; all ${d.max} are taken: ${holdersInWords(d.holders)}.` +
      `${d.lastOpenError ? ` The last try to open one failed: ${d.lastOpenError}` : ''} Shorten what holds them, or raise --connect-<tier>-connections.`,
  },
  QUEUE_FULL: {
    httpStatus: 503,
    retryable: true,
    message: (d: { pool: string; tag: string; max: number; queueLimit: number; holders: readonly HolderLine[] }) =>
      `${d.tag} was turned away: ${d.queueLimit} callers wait already for the ${d.max} connections of pool ${d.pool}, held by ${holdersInWords(d.holders)}. ` +
      'Send less at once, or raise --connect-queue-limit.',
  },
  DEADLINE: {
    httpStatus: 504,
    retryable: true,
    message: (d: { tag: string; deadlineMs: number; tries: number }) =>
      `${d.tag} did not finish within ${d.deadlineMs} ms (try ${d.tries}); its transaction was rolled back. Make the work smaller or give a longer deadlineMs.`,
  },
  ABORTED: {
    httpStatus: 499,
    message: (d: { tag: string }) => `${d.tag} was cancelled by its caller; its transaction was rolled back.`,
  },
  CLOSED: { httpStatus: 503, message: () => 'The connections of this platform are closed or closing; open it again.' },
  CONNECTION_LOST: {
    httpStatus: 503,
    retryable: true,
    message: (d: { tag: string; server: string; reason: string }) =>
      `The connection of ${d.tag} to ${d.server} was lost before COMMIT (${d.reason}); nothing was written. Try again.`,
  },
  COMMIT_IN_DOUBT: {
    httpStatus: 503,
    message: (d: { tag: string; server: string; reason: string }) =>
      `${d.tag} did not hear from ${d.server} whether it was committed (${d.reason}): the transaction is written whole or not at all, ` +
      'but which is unknown. Look for its rows before doing it again.',
  },
  NOT_COMMITTED: {
    httpStatus: 500,
    message: (d: { tag: string; reason: string }) =>
      `The work of ${d.tag} returned normally although a statement in it had failed (${d.reason}); the server rolled the transaction back. ` +
      'Let the error through, or put the statement into tx.savepoint().',
  },
  ENDED_INSIDE: {
    message: (d: { tag: string }) =>
      `The work of ${d.tag} ended its transaction itself. Leave COMMIT and ROLLBACK to connect; use tx.savepoint() or connect.session().`,
  },
  TRANSACTION_OVER: {
    message: (d: { tag: string }) =>
      `A statement of ${d.tag} came after its transaction had ended. Await every statement inside the function given to transaction().`,
  },
  COPY_UNFINISHED: {
    message: (d: { tag: string }) =>
      `${d.tag} left a COPY unfinished; its connection was closed. Await the end of the stream, one COPY at a time and no statement beside it.`,
  },
  NO_SUBJECT: {
    httpStatus: 403,
    message: (d: { tag: string; subject: unknown }) =>
      `${d.tag} asked for a connection for ${JSON.stringify(d.subject) ?? 'nobody'}. Say for whom: { as: { tenantId } }, 'system' or 'owner'.`,
  },
  NO_CONTEXT: {
    message: (d: { tag: string; missing: string }) =>
      `${d.tag} asked for the application's login, but ${d.missing} is not open yet. Before that only { as: 'owner' } can work.`,
  },
  SERVER_DOWN: {
    httpStatus: 503,
    retryable: true,
    exitCode: 3,
    message: (d: { server: string; reason: string }) =>
      `The PostgreSQL server ${d.server} does not answer: ${d.reason}. Start it or correct its address.`,
  },
  LOGIN_REFUSED: {
    exitCode: 3,
    message: (d: { server: string; user: string; reason: string }) =>
      `${d.server} refuses the login of ${d.user}: ${d.reason}. Correct user, password or pg_hba.conf.`,
  },
  UNKNOWN_DATABASE: {
    exitCode: 3,
    message: (d: { server: string; database: string }) =>
      `${d.server} has no database "${d.database}". Create it or correct the URL of the tier.`,
  },
  TOO_MANY_CONNECTIONS: {
    httpStatus: 503,
    retryable: true,
    message: (d: { server: string; reason: string }) =>
      `${d.server} has no free connection: ${d.reason}. Close other programs, raise max_connections, or lower --connect-<tier>-connections.`,
  },
  TLS_REFUSED: {
    exitCode: 3,
    message: (d: { server: string; reason: string }) =>
      `No encrypted connection to ${d.server}: ${d.reason}. Correct ssl in the URL or the certificate.`,
  },
  DOES_NOT_FIT: {
    exitCode: 2,
    message: (d: { server: string; arithmetic: string }) =>
      `The pools do not fit ${d.server}:\n${d.arithmetic}\nLower --connect-<tier>-connections or --connect-processes, or raise max_connections.`,
  },
  NUMBER_TOO_LARGE: {
    message: (d: { value: string }) =>
      `The int8 ${d.value} lies beyond 2^53 and has no exact number in JavaScript. Select it as text (column::text).`,
  },
});
