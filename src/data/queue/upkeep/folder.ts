import { type Clock, nilUuid } from '../../../kernel/index.ts';
import type { LedLoop } from './lead/lead.ts';
import { fold, isBusy } from './sql/queries/queries.gen.ts';

// Leases at once: of up to five hundred jobs each.
const most = 8;
/** What is older than that is written though workers are busy. */
const patienceMs = 60_000;

/**
 * Writes how jobs ended into `jobs`. Within a second as a rule; while jobs wait to be run it takes a twentieth of the time of one connection, half
 * of it where it is a minute behind.
 */
export function folder({ clock }: { readonly clock: Clock }): LedLoop {
  const intervalMs = 1_000;
  // Leases that are gone leave entries in the index until they are vacuumed: only every now and then it is read from its start.
  let after = nilUuid;
  return {
    name: 'queue.fold',
    intervalMs,
    async run(lead) {
      const started = clock.monotonicMs();
      const folded = await lead.transaction('queue.fold', (tx) => fold.one(tx, { after, most }));
      const tookMs = clock.monotonicMs() - started;
      after = folded.leases < most ? nilUuid : (folded.last ?? nilUuid);
      if (folded.leases < most) return intervalMs;
      const { is_busy } = await lead.transaction('queue.fold', (tx) => isBusy.one(tx, {}));
      if (!is_busy) return 0;
      return (folded.oldest_ms ?? 0) > patienceMs ? tookMs : 19 * tookMs;
    },
  };
}
