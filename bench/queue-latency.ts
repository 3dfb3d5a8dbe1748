import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import type { Bench } from './bench.ts';
import { openDrain, slots } from './queue/draining.ts';

const idleJobs = 300;
const loadedSeconds = 10;
const perSecond = 1_000;

/** Enqueues a job with this number; whoever runs it says so to `arrived`. */
type Enqueue = (number: number) => Promise<unknown>;

const bench: Bench = {
  name: 'queue-latency',
  claim:
    'from the call of enqueue to the call of the handler, one job after the other and at 1,000 a second: p50 at most 0.8, p99 at most 1.0 of ' +
    'graphile-worker, each with the enqueuer in the process of its worker',
  async run() {
    await using drain = await openDrain();
    const plinth = await latenciesOfPlinth(drain);
    const graphile = await latenciesOfGraphile(await drain.scratch.url('queue'));
    const rows = Object.entries({ plinth, 'graphile-worker': graphile }).flatMap(([who, { idle, loaded }]) => [
      [who, 'idle', at(idle, 0.5), at(idle, 0.99)],
      [who, `${perSecond} a second`, at(loaded, 0.5), at(loaded, 0.99)],
    ]);
    const ratio = (when: 'idle' | 'loaded', share: number) => at(plinth[when], share) / at(graphile[when], share);
    return {
      columns: ['who', 'when', 'p50 ms', 'p99 ms'],
      rows,
      ratios: {
        'idle p50': ratio('idle', 0.5),
        'idle p99': ratio('idle', 0.99),
        'loaded p50': ratio('loaded', 0.5),
        'loaded p99': ratio('loaded', 0.99),
      },
    };
  },
};
export default bench;

const at = (values: readonly number[], share: number) =>
  Math.round((values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN) * 100) / 100;

async function latenciesOfPlinth(drain: Awaited<ReturnType<typeof openDrain>>) {
  const probe = newProbe();
  await using serving = await drain.serve({
    name: 'timed',
    queue: 'default',
    handler: (job) => probe.arrived((job.payload as { n: number }).n),
  });
  const [tenantId] = (await drain.tenants(1)) as [string];
  return await probe.measure((n) => serving.queue.enqueue('timed', { n }, { tenantId }));
}

async function latenciesOfGraphile(connectionString: string) {
  const probe = newProbe();
  const pool = new pg.Pool({ connectionString, max: 10 });
  pool.on('error', () => {});
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await utils.migrate();
  // Without its local queue it cannot keep up with the thousand.
  const runner = await run({
    ...{ pgPool: pool, logger, concurrency: slots, noHandleSignals: true },
    preset: { worker: { localQueue: { size: 2_000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    taskList: { timed: async (payload) => probe.arrived((payload as { n: number }).n) },
  });
  await sleep(500);
  const found = await probe.measure((n) => utils.addJob('timed', { n }));
  await runner.stop();
  await utils.release();
  await pool.end();
  return found;
}

function newProbe() {
  const begun = new Map<number, number>();
  let waits: number[] = [];
  let waiting: (() => void) | undefined;
  let next = 0;
  const enqueueTimed = (enqueue: Enqueue) => {
    const n = next++;
    begun.set(n, performance.now());
    return enqueue(n);
  };
  return {
    arrived(n: number) {
      waits.push(performance.now() - (begun.get(n) ?? 0));
      waiting?.();
    },
    async measure(enqueue: Enqueue) {
      const one = async () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting = resolve;
        await enqueueTimed(enqueue);
        await promise;
        await sleep(10);
      };
      for (let n = 0; n < 50; n++) await one();
      waits = [];
      for (let n = 0; n < idleJobs; n++) await one();
      const idle = waits;
      waits = [];
      waiting = undefined;
      const startedMs = performance.now();
      let sent = 0;
      const sending: Promise<unknown>[] = [];
      while (performance.now() - startedMs < loadedSeconds * 1_000) {
        const due = Math.floor(((performance.now() - startedMs) * perSecond) / 1_000);
        for (; sent < due; sent++) sending.push(enqueueTimed(enqueue));
        await sleep(1);
      }
      await Promise.all(sending);
      while (waits.length < sent) await sleep(5);
      return { idle, loaded: waits };
    },
  };
}
