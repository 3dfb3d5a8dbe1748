import type { Witness, WorkRequest } from '../../../foundation/connect/index.ts';
import { PlinthError } from '../../../kernel/index.ts';
import type { AuditEntry } from '../model/audit-sink.ts';
import { keysOf } from './model/keys.ts';

/** What was read or written, for the trail. */
export type Seen = Pick<AuditEntry, 'tier' | 'rowCount' | 'keys' | 'details'>;

/** Sees to it that each answer is on record before whoever asked gets it. */
export function onRecord(
  { tier, tag }: WorkRequest,
  { record, timeUp }: { record(seen: Seen): Promise<void>; timeUp(cause: unknown): Error },
): Witness {
  return {
    ran({ name }, { rows, rowCount }) {
      const details = { tag, ...(name !== undefined && { statement: name }) };
      return record({ tier, rowCount: rowCount ?? rows.length, keys: keysOf(rows), details });
    },
    // Its rows are not counted before they come, and their keys not known.
    copying: () => record({ tier, details: { tag, statement: 'copy' } }),
    failed: (error) => (isTimeUp(error) ? timeUp(error) : error),
  };
}

/** The server has ended the transaction by the time-out that was set for it. */
const isTimeUp = (error: unknown) => error instanceof PlinthError && error.details.sqlstate === '25P04';
