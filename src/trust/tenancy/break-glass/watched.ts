import { Readable } from 'node:stream';
import type { Transaction, WorkRequest } from '../../../foundation/connect/index.ts';
import { PlinthError } from '../../../kernel/index.ts';
import type { AuditEntry } from '../model/audit-sink.ts';
import { keysOf } from './model/keys.ts';

/** What was read or written, for the trail. */
export type Seen = Pick<AuditEntry, 'tier' | 'rowCount' | 'keys' | 'details'>;

/** A transaction each of whose answers is on record before whoever asked gets it. */
export function watched(
  tx: Transaction,
  { tier, tag }: WorkRequest,
  { record, timeUp }: { record(seen: Seen): Promise<void>; timeUp(cause: unknown): Error },
): Transaction {
  return {
    tier: tx.tier,
    get signal() {
      return tx.signal;
    },
    async query(statement) {
      const answer = await tx.query(statement).catch((error) => {
        throw isTimeUp(error) ? timeUp(error) : error;
      });
      const { rows, rowCount } = answer;
      const details = { tag, ...(statement.name !== undefined && { statement: statement.name }) };
      await record({ tier, rowCount: rowCount ?? rows.length, keys: keysOf(rows), details });
      return answer;
    },
    savepoint: (work) => tx.savepoint(work),
    // Row security refuses it to everybody but the owner.
    copyFrom: (text) => tx.copyFrom(text),
    copyTo(text) {
      const rows = tx.copyTo(text);
      const recorded = async function* () {
        // Its rows are not counted here, and their keys not known: they pass as they are.
        await record({ tier, details: { tag, statement: 'copy' } });
        yield* rows;
      };
      return Readable.from(recorded(), { objectMode: false });
    },
  };
}

/** The server has ended the transaction by the time-out that was set for it. */
const isTimeUp = (error: unknown) => error instanceof PlinthError && error.details.sqlstate === '25P04';
