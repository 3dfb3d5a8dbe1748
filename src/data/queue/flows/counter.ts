import type { LedLoop } from '../upkeep/index.ts';
import { addUpAll, hasCounts } from './sql/queries/queries.gen.ts';

const most = 200;
const busyMs = 100;

/** Adds up what was counted of batches and flows: of two that ended in the same moment, neither may have seen the other. */
export const counter: LedLoop = {
  name: 'queue.count',
  intervalMs: 1_000,
  async run(lead) {
    const { batches } = await lead.transaction('queue.count', async (tx) =>
      (await hasCounts.one(tx, {})).has_counts ? addUpAll.one(tx, { most }) : { batches: 0 },
    );
    return batches > 0 ? busyMs : undefined;
  },
};
