import type { Bench } from './bench.ts';
import { openQueueScratch } from './queue/scratch.ts';
import { race } from './tenancy/scratch.ts';

const bench: Bench = {
  name: 'queue-in-tx',
  claim:
    'a business row and its job in one transaction: at least 2 × the same with graphile-worker’s add_job in the same kind of transaction',
  async run() {
    await using scratch = await openQueueScratch();
    const kind = await scratch.define({ name: 'bench', queue: 'default' });
    await scratch.pool.query('create schema bench; create table bench.orders (id uuid primary key default uuidv7(), body text not null)');
    const payload = { order: 1, template: 'confirmation' };
    const order = { name: 'bench.order', text: 'insert into bench.orders (body) values ($1)', values: ['one'] };
    const request = { tier: 'queue', as: 'owner', tag: 'bench.in-tx' } as const;
    const addJob = { name: 'bench.add_job', text: "select graphile_worker.add_job('bench', $1::json)", values: [JSON.stringify(payload)] };
    const contestants = {
      'row alone': () => scratch.connect.transaction(request, (tx) => tx.query(order)),
      plinth: () =>
        scratch.connect.transaction(request, async (tx) => {
          await tx.query(order);
          await scratch.enqueue.enqueueIn(tx, kind, payload);
        }),
      'graphile-worker': () =>
        scratch.connect.transaction(request, async (tx) => {
          await tx.query(order);
          await tx.query(addJob);
        }),
    };
    const rates = await race(contestants, { clients: 8, turns: 5, turnMs: 1_000 });
    return {
      columns: ['transaction', 'per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate)]),
      ratios: { 'plinth / graphile-worker': rates.plinth / rates['graphile-worker'] },
    };
  },
};
export default bench;
