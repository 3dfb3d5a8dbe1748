import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';
import { medians, openDrain } from './queue/draining.ts';
import { drainBare, drainBoss, drainGraphile } from './queue/peers.ts';

const jobs = benchRows(100_000);
const tenants = 1_000;
const rounds = 3;

const bench: Bench = {
  name: 'queue-drain',
  claim:
    '100k jobs that do nothing, of 1,000 tenants in 5 bands, by a whole worker with durable results: at least 1.1 of graphile-worker, ' +
    '1.8 of pg-boss, 0.55 of claim and result in bare SQL',
  async run() {
    await using drain = await openDrain();
    const url = await drain.scratch.url('queue');
    const contestants = {
      plinth: async () => {
        await drain.fill(jobs, tenants);
        return await drain.drain({ name: 'nothing', queue: 'default', handler: async () => {} }, jobs);
      },
      'graphile-worker': () => drainGraphile(url, jobs),
      'pg-boss': () => drainBoss(url, jobs),
      'bare SQL': () => drainBare(url, jobs),
    };
    const rates = await medians(contestants, rounds);
    const { plinth } = rates;
    return {
      columns: ['who', 'jobs per second'],
      rows: Object.entries(rates).map(([who, rate]) => [who, Math.round(rate)]),
      ratios: {
        'plinth / graphile-worker': plinth / rates['graphile-worker'],
        'plinth / pg-boss': plinth / rates['pg-boss'],
        'plinth / bare SQL': plinth / rates['bare SQL'],
      },
    };
  },
};
export default bench;
