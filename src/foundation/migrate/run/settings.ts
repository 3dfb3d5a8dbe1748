import { quoteLiteral } from '../../../kernel/index.ts';
import type { Session } from '../../connect/index.ts';

const transactionTimeoutMs = 5 * 60_000;
const idleTimeoutMs = 60_000;

/**
 * Settings of one attempt, set anew each time: a migration may have changed them. Outside a transaction nothing bounds
 * the statement itself: a concurrent build takes as long as the table is large.
 */
export function attemptSettings(
  scope: 'transaction' | 'step',
  limits: { readonly lockTimeoutMs: number; readonly statementTimeoutMs: number },
): string {
  const isTransaction = scope === 'transaction';
  const settings = {
    lock_timeout: limits.lockTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    transaction_timeout: isTransaction ? transactionTimeoutMs : 0,
    idle_in_transaction_session_timeout: idleTimeoutMs,
    search_path: 'pg_catalog',
    row_security: 'off',
  };
  return Object.entries(settings)
    .map(([name, value]) => `set ${isTransaction ? 'local ' : ''}${name} = ${typeof value === 'number' ? value : quoteLiteral(value)}`)
    .join('; ');
}

/** What holds for the whole session: who it is, and that a vanished client ends its statement within half a second. */
export async function prepareSession(session: Session, runId: string): Promise<void> {
  await session.query({
    text: `set application_name = ${quoteLiteral(`plinth migrate ${runId}`)}; set search_path = pg_catalog; set row_security = off; set lock_timeout = 0; set statement_timeout = 0`,
  });
  try {
    await session.query({ text: "set client_connection_check_interval = '500ms'" });
  } catch {
    // Not on this server's operating system; the lock of a killed runner then stays until its statement ends.
  }
}
