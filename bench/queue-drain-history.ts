import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';
import { medians, openDrain } from './queue/draining.ts';
import { drainGraphile } from './queue/peers.ts';

const jobs = benchRows(100_000);

const bench: Bench = {
  name: 'queue-drain-history',
  claim: '100k jobs that leave a line of log and a result each: at least 0.85 of graphile-worker, which keeps nothing',
  async run() {
    await using drain = await openDrain();
    const url = await drain.scratch.url('queue');
    const rates = await medians(
      {
        plinth: async () => {
          await drain.fill(jobs, 1_000);
          return await drain.drain(
            {
              name: 'nothing',
              queue: 'default',
              handler: async (job) => {
                job.log.info('done', { attempt: job.attempt });
                return { accepted: 1, response: '250 OK' };
              },
            },
            jobs,
          );
        },
        'graphile-worker': () => drainGraphile(url, jobs),
      },
      3,
    );
    return {
      columns: ['who', 'jobs per second'],
      rows: Object.entries(rates).map(([who, rate]) => [who, Math.round(rate)]),
      ratios: { 'plinth / graphile-worker': rates.plinth / rates['graphile-worker'] },
    };
  },
};
export default bench;
