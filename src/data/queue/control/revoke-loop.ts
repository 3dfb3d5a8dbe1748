import type { LedLoop } from '../upkeep/index.ts';
import { revokeCancelled } from './sql/queries/queries.gen.ts';

const graceMs = 30_000;

/** Takes jobs from their workers that were cancelled and have not ended in time: what is told of them later is refused. */
export const revokeLoop: LedLoop = {
  name: 'queue.revoke',
  intervalMs: 10_000,
  async run(lead) {
    await lead.transaction('queue.revoke', (tx) => revokeCancelled.one(tx, { grace_ms: graceMs }));
    return undefined;
  },
};
