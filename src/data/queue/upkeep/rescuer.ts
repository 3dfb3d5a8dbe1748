import { type Log, nilUuid } from '../../../kernel/index.ts';
import type { LedLoop } from './lead/lead.ts';
import { rescue } from './sql/queries/queries.gen.ts';

// Some hundred jobs each: a transaction of a second at most.
const most = 20;

/** Gives jobs back whose worker was lost: some seconds after its lease ran out. */
export function rescuer({ log }: { readonly log: Log }): LedLoop {
  return {
    name: 'queue.rescue',
    intervalMs: 2_000,
    async run(lead) {
      for (let after = nilUuid; ; ) {
        const { last, leases, returned, buried } = await lead.transaction('queue.rescue', (tx) => rescue.one(tx, { after, most }));
        if (leases > 0) log.warn(`workers of ${leases} batches were lost: ${returned} jobs go back, ${buried} crashed for the third time`);
        if (last === null || leases < most) return undefined;
        after = last;
      }
    },
  };
}
