import type { Bench } from './bench.ts';
import { openQueueScratch } from './queue/scratch.ts';
import { race } from './tenancy/scratch.ts';

const size = 1_000;
// As many as others would take COPY for.
const many = 5_000;

const bench: Bench = {
  name: 'queue-bulk',
  claim:
    '1,000 jobs a call over 4 connections, keys and row security on: at least 1.0 × the faster of graphile-worker and pg-boss; 5,000 a call: 1.2 ×',
  async run() {
    await using scratch = await openQueueScratch();
    const kind = await scratch.define({ name: 'bench', queue: 'default' });
    const { id: tenantId } = await scratch.tenancy.create({ slug: 'tenant' });
    const payload = { to: 'somebody@example.org', template: 'welcome' };
    const of = <T>(length: number, item: T) => Array.from({ length }, () => item);
    const contestants = (length: number) => {
      const items = of(length, { payload, tenantId });
      const specs = of(length, { identifier: 'bench', payload });
      const bosses = of(length, { name: 'bench', data: payload });
      return {
        plinth: () => scratch.enqueue.enqueueMany(kind, items),
        'graphile-worker': () => scratch.graphile.addJobs(specs),
        'pg-boss': () => scratch.boss.insert(bosses),
      };
    };
    const bulk = await race(contestants(size), { clients: 4, turns: 5, turnMs: 1_500 });
    const big = await race(contestants(many), { clients: 4, turns: 5, turnMs: 1_500 });
    const faster = (rates: typeof bulk) => rates.plinth / Math.max(rates['graphile-worker'], rates['pg-boss']);
    return {
      columns: ['by', '1,000 a call, jobs per second', '5,000 a call'],
      rows: Object.keys(bulk).map((name) => {
        const by = name as keyof typeof bulk;
        return [name, Math.round(bulk[by] * size), Math.round(big[by] * many)];
      }),
      ratios: { 'plinth / faster peer': faster(bulk), '5,000 a call / faster peer': faster(big) },
    };
  },
};
export default bench;
