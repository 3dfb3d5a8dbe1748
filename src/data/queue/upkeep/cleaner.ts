import type { Log } from '../../../kernel/index.ts';
import type { Lead, LedLoop } from './lead/lead.ts';
import { forgetLimits, forgetRuns, forgetWorkers, recountLimits, sweepUnique } from './sql/queries/queries.gen.ts';

// Some ten milliseconds of one transaction.
const most = 5_000;
const intervalMs = 60_000;
/** Rows of limits are made anew by whoever asks: it is not worth it to remove those that rest for a moment. */
const roundsBetween = 60;

/** Removes what nobody needs any more, and puts counts right that have drifted. */
export function cleaner({ log }: { readonly log: Log }): LedLoop {
  let rounds = 0;
  const sweep = async (lead: Lead, step: Parameters<Lead['transaction']>[1]) => {
    while ((await lead.transaction('queue.clean', step)) === most);
  };
  return {
    name: 'queue.clean',
    intervalMs,
    async run(lead) {
      const { corrected } = await lead.transaction('queue.clean', (tx) => recountLimits.one(tx, {}));
      if (corrected > 0) log.warn(`${corrected} limits had other units taken than jobs hold, or other jobs waiting; put right`);
      await lead.transaction('queue.clean', (tx) => forgetWorkers.run(tx, {}));
      await lead.transaction('queue.clean', (tx) => forgetRuns.run(tx, {}));
      await sweep(lead, async (tx) => (await sweepUnique.one(tx, { most })).gone);
      if (rounds++ % roundsBetween === 0) await sweep(lead, async (tx) => (await forgetLimits.one(tx, { most })).gone);
      return undefined;
    },
  };
}
