import type { Bench } from './bench.ts';
import { openQueueScratch } from './queue/scratch.ts';
import { race } from './tenancy/scratch.ts';

const size = 1_000;

const bench: Bench = {
  name: 'queue-bulk',
  claim: '1,000 jobs a call over 4 connections, keys and row security on: at least 1.0 × the faster of graphile-worker and pg-boss',
  async run() {
    await using scratch = await openQueueScratch();
    const kind = await scratch.define({ name: 'bench', queue: 'default' });
    const { id: tenantId } = await scratch.tenancy.create({ slug: 'tenant' });
    const payload = { to: 'somebody@example.org', template: 'welcome' };
    const items = Array.from({ length: size }, () => ({ payload, tenantId }));
    const specs = Array.from({ length: size }, () => ({ identifier: 'bench', payload }));
    const bosses = Array.from({ length: size }, () => ({ name: 'bench', data: payload }));
    const contestants = {
      plinth: () => scratch.enqueue.enqueueMany(kind, items),
      'graphile-worker': () => scratch.graphile.addJobs(specs),
      'pg-boss': () => scratch.boss.insert(bosses),
    };
    const rates = await race(contestants, { clients: 4, turns: 5, turnMs: 1_500 });
    return {
      columns: ['by', 'jobs per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate * size)]),
      ratios: { 'plinth / faster peer': rates.plinth / Math.max(rates['graphile-worker'], rates['pg-boss']) },
    };
  },
};
export default bench;
