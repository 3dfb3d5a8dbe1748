import { openDefinitions } from '../src/data/queue/definitions/index.ts';
import { openEnqueue } from '../src/data/queue/enqueue/index.ts';
import type { Connect } from '../src/foundation/connect/index.ts';
import { silentLog, systemClock } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { openQueueScratch } from './queue/scratch.ts';
import { race } from './tenancy/scratch.ts';

const clients = 64;
const turnMs = 1_000;
const turns = 5;

const bench: Bench = {
  name: 'queue-notify',
  claim: 'enqueues with wake-ups reach at least 0.9 of those without, at most 200 notifies a second of a process',
  async run() {
    await using scratch = await openQueueScratch();
    const kind = await scratch.define({ name: 'bench', queue: 'default' });
    const { connect, tenancy } = scratch;
    // The same path, whose wake-ups go nowhere.
    const mute: Connect = {
      transaction: (request, work) =>
        request.tag === 'queue.wake' ? Promise.reject(new Error('mute')) : connect.transaction(request, work),
      session: (request) => connect.session(request),
      pools: () => connect.pools(),
      renew: (login) => connect.renew(login),
      databaseKey: (tier) => connect.databaseKey(tier),
      [Symbol.asyncDispose]: async () => {},
    };
    const definitions = openDefinitions(scratch);
    const deps = { tenancy, clock: systemClock, log: silentLog, definitions, outbox: () => undefined };
    await using silent = openEnqueue({ ...deps, connect: mute });
    let notifies = 0;
    scratch.enqueue.onReady(() => notifies++);
    const payload = { template: 'welcome' };
    const contestants = {
      with: () => scratch.enqueue.enqueue(kind, payload),
      without: () => silent.enqueue('bench', payload),
    };
    const rates = await race(contestants, { clients, turns, turnMs });
    // The turn that warms up is told of too.
    const perSecond = (notifies * 1_000) / ((turns + 1) * turnMs);
    return {
      columns: ['wake-ups', 'jobs per second', 'notifies per second'],
      rows: [
        ['with', Math.round(rates.with), Math.round(perSecond)],
        ['without', Math.round(rates.without), 0],
      ],
      ratios: { 'with / without': rates.with / rates.without, '200 / notifies per second': 200 / perSecond },
    };
  },
};
export default bench;
