import { type Clock, type Log, messageOf } from '../../../kernel/index.ts';
import type { AuditEntry } from '../../tenancy/index.ts';

/** Entries of those who cannot wait: they are written in the order in which they came, in batches as large as the writing is slow. */
export interface EntryQueue extends AsyncDisposable {
  add(entry: AuditEntry): void;
  /** Resolves when all that were added are durable, or given up. */
  idle(): Promise<void>;
}

const batchSize = 200;
const retryMs = 1_000;
// About a minute of the busiest console. Beyond it the database has been away for long, and the process must live on.
const mostWaiting = 20_000;

/** What cannot be written is tried again every second; what there is no room for, or is left when it is disposed of, is logged. */
export function openEntryQueue(deps: {
  readonly clock: Clock;
  readonly log: Log;
  /** All or none of them, which are of one tier. */
  write(entries: readonly AuditEntry[]): Promise<void>;
}): EntryQueue {
  const waiting: AuditEntry[] = [];
  const closing = new AbortController();
  let working: Promise<void> | undefined;

  const lose = (entries: readonly AuditEntry[], error: unknown) =>
    deps.log.error(`${entries.length} entries of the trail are lost`, {
      error: messageOf(error),
      actions: [...new Set(entries.map(({ action }) => action))],
    });

  const drain = async () => {
    while (waiting.length > 0) {
      const others = waiting.findIndex(({ tier }) => tier !== waiting[0]?.tier);
      const batch = waiting.slice(0, Math.min(batchSize, others === -1 ? batchSize : others));
      try {
        await deps.write(batch);
        waiting.splice(0, batch.length);
      } catch (error) {
        if (closing.signal.aborted) return lose(waiting.splice(0), error);
        await deps.clock.sleep(retryMs, closing.signal).catch(() => {});
      }
    }
  };
  const start = () => {
    working ??= drain().finally(() => {
      working = undefined;
      // What came between the last look and now.
      if (waiting.length > 0) start();
    });
  };

  return {
    add(entry) {
      if (waiting.length >= mostWaiting) return lose([entry], `${mostWaiting} are waiting already`);
      waiting.push(entry);
      start();
    },
    async idle() {
      while (working) await working;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      while (working) await working;
    },
  };
}
