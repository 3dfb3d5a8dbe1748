import { sqlstateOf } from '../../../kernel/index.ts';

/**
 * What a failed try means for the next one. `conflict`: another transaction was in the way. `lost`: the server or
 * the way to it is gone. `full`: the server has no connection left. `stale`: a prepared statement no longer fits the
 * schema. `final`: trying again gives the same.
 */
export type Failure = 'conflict' | 'lost' | 'full' | 'stale' | 'final';

const exact: Readonly<Record<string, Failure>> = {
  '40001': 'conflict',
  '40P01': 'conflict',
  '57P01': 'lost',
  '57P02': 'lost',
  '57P03': 'lost',
  '53300': 'full',
  '26000': 'stale',
  PLINTH_CONNECT_CONNECTION_LOST: 'lost',
  PLINTH_CONNECT_SERVER_DOWN: 'lost',
  PLINTH_CONNECT_TOO_MANY_CONNECTIONS: 'full',
};

/** Judges an error of the driver or of connect. Anything else, also an error of the work itself, is `final`. */
export function failureOf(error: unknown): Failure {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return 'final';
  if (exact[code]) return exact[code];
  if (isStalePlan(error)) return 'stale';
  return sqlstateOf(error)?.startsWith('08') ? 'lost' : 'final';
}

/**
 * "cached plan must not change result type", by the place in the server that raises it: the message is translated
 * and its SQLSTATE (0A000) means any unsupported feature. Also a prepared statement that is gone (26000).
 */
export function isStalePlan(error: unknown): boolean {
  const { code, routine } = (error ?? {}) as { code?: string; routine?: string };
  return code === '26000' || (code === '0A000' && routine === 'RevalidateCachedQuery');
}

/**
 * What an error in place of COMMIT's answer says. An error message of the server proves the rollback. One that ends
 * the session proves nothing: it may have come while the commit waited for a standby. No SQLSTATE: the socket broke.
 */
export function afterCommit(error: unknown): 'rolled back' | 'in doubt' {
  const state = sqlstateOf(error);
  return state === undefined || state.startsWith('57P') || state.startsWith('08') ? 'in doubt' : 'rolled back';
}

// pg-protocol's errors of these codes come before a login is complete.
const loginStates: Readonly<Record<string, 'login' | 'database' | 'full'>> = {
  '28P01': 'login',
  '28000': 'login',
  '42501': 'login',
  '3D000': 'database',
  '53300': 'full',
};

/** Why a connection could not be opened, in one word. */
export function openFailureOf(error: unknown): 'login' | 'database' | 'full' | 'tls' | 'down' {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  if (loginStates[code]) return loginStates[code];
  // Node's codes for certificates and handshakes have no common prefix; pg's own refusal has no code at all.
  if (/SSL|TLS|CERT|SIGNATURE/.test(code) || /\b(SSL|TLS)\b/.test(message)) return 'tls';
  // The driver says this itself when the server wants a password and there is none.
  if (/password must be a string|SASL/.test(message)) return 'login';
  return 'down';
}
