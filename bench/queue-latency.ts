import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tiers } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { openDrain } from './queue/draining.ts';
import type { Arrival, Contestant } from './queue/latency-worker.ts';
import { openGraphile } from './queue/peers.ts';
import type { Told } from './queue/torture-process.ts';

const idleJobs = 300;
const loadedSeconds = 10;
const perSecond = 1_000;

/** Enqueues a job with this number; whoever runs it says so to `arrived`. */
type Enqueue = (number: number) => Promise<unknown>;

const bench: Bench = {
  name: 'queue-latency',
  claim:
    'from the call of enqueue to the call of the handler, one job after the other and at 1,000 a second: p50 at most 0.8, p99 at most 1.0 of ' +
    'graphile-worker, each with its worker in a process of its own',
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
  const { scratch } = drain;
  const [tenantId] = (await drain.tenants(1)) as [string];
  await using queue = await drain.enqueuer([{ name: 'timed', queue: 'default' }]);
  const endpoints = Object.fromEntries(tiers.map((tier) => [tier, scratch.endpoint(tier)])) as Told['endpoints'];
  const contestant: Contestant = { who: 'plinth', told: { dataDir: scratch.dataDir, endpoints, log: '' } };
  return await measure(contestant, (n) => queue.enqueue('timed', { n }, { tenantId }));
}

async function latenciesOfGraphile(connectionString: string) {
  await using graphile = await openGraphile(connectionString);
  return await measure({ who: 'graphile-worker', connectionString }, (n) => graphile.utils.addJob('timed', { n }));
}

/** Milliseconds from the call of `enqueue` to that of the handler in the other process: one by one, and at the rate. */
async function measure(contestant: Contestant, enqueue: Enqueue) {
  const worker = fork(join(import.meta.dirname, 'queue/latency-worker.ts'), [JSON.stringify(contestant)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    await once(worker, 'message');
    await sleep(500);
    const begunNs: bigint[] = [];
    let waits: number[] = [];
    let heard: (() => void) | undefined;
    worker.on('message', ({ n, ns }: Arrival) => {
      waits.push(Number(BigInt(ns) - (begunNs[n] ?? 0n)) / 1e6);
      heard?.();
    });
    const timed = () => {
      const n = begunNs.push(process.hrtime.bigint()) - 1;
      return enqueue(n);
    };
    const one = async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      heard = resolve;
      await Promise.all([timed(), promise]);
      await sleep(10);
    };
    for (let n = 0; n < 50; n++) await one();
    waits = [];
    for (let n = 0; n < idleJobs; n++) await one();
    const idle = waits;
    waits = [];
    const startedMs = performance.now();
    const sending: Promise<unknown>[] = [];
    while (performance.now() - startedMs < loadedSeconds * 1_000) {
      const due = Math.floor(((performance.now() - startedMs) * perSecond) / 1_000);
      while (sending.length < due) sending.push(timed());
      await sleep(1);
    }
    await Promise.all(sending);
    while (waits.length < sending.length) await sleep(5);
    return { idle, loaded: waits };
  } finally {
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
}
