import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';
import { medians, openDrain } from './queue/draining.ts';

const few = benchRows(100_000);
const many = 10 * few;

const bench: Bench = {
  name: 'queue-backlog',
  claim:
    'with a million jobs of 1,000 tenants waiting, the whole worker runs at least 0.85 as many a second as with 100k; and with one tenant',
  async run() {
    await using drain = await openDrain();
    const definition = { name: 'nothing', queue: 'default', handler: async () => {} };
    const at = (waiting: number, tenants: number) => async () => {
      await drain.fill(waiting, tenants);
      return await drain.drain(definition, few);
    };
    const rates = await medians(
      { '100k, 1,000': at(few, 1_000), '1M, 1,000': at(many, 1_000), '100k, 1': at(few, 1), '1M, 1': at(many, 1) },
      1,
    );
    return {
      columns: ['waiting, tenants', 'jobs per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate)]),
      ratios: {
        'ten times as many, 1,000 tenants': rates['1M, 1,000'] / rates['100k, 1,000'],
        'ten times as many, 1 tenant': rates['1M, 1'] / rates['100k, 1'],
      },
    };
  },
};
export default bench;
