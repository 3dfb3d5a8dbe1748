import type { Bench } from './bench.ts';
import { openQueueScratch } from './queue/scratch.ts';
import { race } from './tenancy/scratch.ts';

const clients = 64;

const bench: Bench = {
  name: 'queue-unique',
  claim: 'unique jobs are enqueued at least 0.5 × as fast as others, and 1.0 × as fast as singletons of pg-boss',
  async run() {
    await using scratch = await openQueueScratch();
    const plain = await scratch.define({ name: 'bench', queue: 'default' });
    const unique = await scratch.define<{ n: number }>({ name: 'single', queue: 'default', unique: { fields: ['n'] } });
    await scratch.boss.createQueue('single', { name: 'single', policy: 'short' });
    let n = 0;
    const contestants = {
      plain: () => scratch.enqueue.enqueue(plain, { n: n++ }),
      'unique, other keys': () => scratch.enqueue.enqueue(unique, { n: n++ }),
      'unique, every second key taken': () => scratch.enqueue.enqueue(unique, { n: n++ >> 1 }),
      'pg-boss singletonKey': () => scratch.boss.send('single', { n }, { singletonKey: String(n++) }),
    };
    const rates = await race(contestants, { clients, turns: 5, turnMs: 1_000 });
    return {
      columns: ['jobs', 'per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate)]),
      ratios: {
        'unique / plain': rates['unique, other keys'] / rates.plain,
        'unique / pg-boss': rates['unique, other keys'] / rates['pg-boss singletonKey'],
      },
    };
  },
};
export default bench;
