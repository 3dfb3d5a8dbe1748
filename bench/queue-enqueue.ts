import type { Bench } from './bench.ts';
import { bareInsert, openQueueScratch } from './queue/scratch.ts';
import { race } from './tenancy/scratch.ts';

const clients = 64;

const bench: Bench = {
  name: 'queue-enqueue',
  claim:
    '64 concurrent single enqueues, durable: at least 10 × the faster of graphile-worker and pg-boss, 3 × one by one by hand; p99 at most 10 ms',
  async run() {
    await using scratch = await openQueueScratch();
    const kind = await scratch.define({ name: 'bench', queue: 'default' });
    const payload = { to: 'somebody@example.org', template: 'welcome' };
    const waits: number[] = [];
    const contestants = {
      async plinth() {
        const started = performance.now();
        await scratch.enqueue.enqueue(kind, payload);
        waits.push(performance.now() - started);
      },
      'graphile-worker': () => scratch.graphile.addJob('bench', payload),
      'pg-boss': () => scratch.boss.send('bench', payload),
      'by hand': () => scratch.pool.query({ name: 'bare', text: bareInsert, values: [payload] }),
    };
    const rates = await race(contestants, { clients, turns: 5, turnMs: 1_000 });
    waits.sort((a, b) => a - b);
    const p99 = waits[Math.floor(waits.length * 0.99)] ?? 0;
    return {
      columns: ['by', 'jobs per second', 'p99 ms'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate), name === 'plinth' ? Math.round(p99 * 10) / 10 : '']),
      ratios: {
        'plinth / faster peer': rates.plinth / Math.max(rates['graphile-worker'], rates['pg-boss']),
        'plinth / by hand': rates.plinth / rates['by hand'],
        '10 ms / p99': 10 / p99,
      },
    };
  },
};
export default bench;
