import type { JobLimit } from '../src/data/queue/limits/index.ts';
import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';
import { medians, openDrain } from './queue/draining.ts';

const jobs = benchRows(100_000);

const bench: Bench = {
  name: 'queue-limits',
  claim: '100k jobs of 1,000 tenants with a limit of concurrency for each tenant that is never reached: at least 0.9 of those without',
  async run() {
    await using drain = await openDrain();
    const drained = (limits?: readonly JobLimit[]) => async () => {
      await drain.fill(jobs, 1_000, limits && { limits });
      return await drain.drain(
        { name: 'nothing', queue: 'default', ...(limits && { limits: () => limits }), handler: async () => {} },
        jobs,
      );
    };
    const rates = await medians({ plain: drained(), limited: drained([{ name: 'account', key: 'own', most: 1_000 }]) }, 3);
    return {
      columns: ['jobs', 'per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate)]),
      ratios: { 'limited / plain': rates.limited / rates.plain },
    };
  },
};
export default bench;
