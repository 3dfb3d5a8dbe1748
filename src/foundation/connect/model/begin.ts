import { quoteLiteral } from '../../../kernel/index.ts';
import type { WorkRequest } from './types.ts';

/** What the server is told when the deadline of a call is longer than the time-outs its session was opened with. */
function longWorkSettings(deadlineMs: number): string {
  const ms = Math.ceil(deadlineMs + graceMs);
  // The clock of the transaction runs since BEGIN and keeps its time until it is stopped.
  return `set local statement_timeout = ${ms}; set local transaction_timeout = 0; set local transaction_timeout = ${ms}; set local idle_in_transaction_session_timeout = ${ms}; `;
}

/** How much later than our own deadline the server ends what this process, frozen perhaps, did not. */
export const graceMs = 5_000;

/**
 * The one message that opens a transaction: begin, the name under which it is seen, its context. `begin` comes first,
 * so that nothing in it can outlive the transaction unless it commits.
 */
export function beginMessage(
  request: Pick<WorkRequest, 'isolation' | 'isReadOnly'>,
  parts: { readonly applicationName?: string | undefined; readonly longDeadlineMs?: number | undefined; readonly prelude: string },
): string {
  const isolation = request.isolation ? ` isolation level ${request.isolation}` : '';
  const mode = request.isReadOnly ? ' read only' : '';
  const name = parts.applicationName === undefined ? '' : `set application_name = ${quoteLiteral(parts.applicationName)}; `;
  const long = parts.longDeadlineMs === undefined ? '' : longWorkSettings(parts.longDeadlineMs);
  return `begin${isolation}${mode}; ${name}${long}${parts.prelude}`;
}
