import { openDefinitions } from '../src/data/queue/definitions/index.ts';
import { openEnqueue } from '../src/data/queue/enqueue/index.ts';
import { openFlows } from '../src/data/queue/flows/index.ts';
import { openWorker } from '../src/data/queue/work/index.ts';
import { createEventBus, silentLog, systemClock, uuidv7 } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';
import { openScratch } from './tenancy/scratch.ts';

const most = benchRows(100_000);
/** Jobs of a batch. */
const width = Math.min(10_000, most);
const rounds = 3;

const bench: Bench = {
  name: 'queue-flow',
  claim: `${most.toLocaleString('en')} jobs in batches of ${width.toLocaleString('en')} are enqueued and run at least 0.7 × as fast as jobs alone`,
  async run() {
    await using cleanup = new AsyncDisposableStack();
    const scratch = cleanup.use(await openScratch(['data/queue']));
    const { connect, tenancy } = scratch;
    const definitions = openDefinitions({ connect });
    const parts = { connect, tenancy, clock: systemClock, log: silentLog };
    const enqueue = cleanup.use(openEnqueue({ ...parts, definitions, outbox: () => undefined }));
    const flows = openFlows({ ...parts, events: createEventBus(), intake: enqueue.intake });
    const url = new URL(await scratch.url('queue'));
    const endpoint = async () => ({
      host: decodeURIComponent(url.hostname),
      port: Number(url.port),
      database: url.pathname.slice(1),
      user: url.username,
      password: decodeURIComponent(url.password),
    });
    let ran = 0;
    let called = 0;
    let told: () => void = () => {};
    const step = definitions.define({ name: 'bench', queue: 'default', handler: () => void (++ran === most && told()) });
    const call = definitions.define({ name: 'bench-end', queue: 'default', handler: () => void called++ });
    await definitions.sync();

    async function drained(): Promise<number> {
      ran = 0;
      const all = new Promise<void>((resolve) => {
        told = resolve;
      });
      const worker = openWorker(
        { ...parts, workerId: uuidv7(), definitions, endpoint },
        { slots: 100, handlerVersion: '', leaseMs: 30_000, drainMs: 1_000, longLagMs: 1_000, isolateGraceMs: 5_000 },
      );
      const started = performance.now();
      worker.start();
      await all;
      const ms = performance.now() - started;
      await worker.stop();
      await scratch.prepare(
        'truncate queue.job_ready, queue.job_leases, queue.job_results, queue.jobs, queue.job_batches, queue.job_counts',
        'analyze queue.jobs',
      );
      return ms;
    }
    const timed = async (work: () => Promise<unknown>) => {
      const started = performance.now();
      await work();
      return performance.now() - started;
    };
    const contestants = {
      alone: () =>
        enqueue.enqueueMany(
          step,
          Array.from({ length: most }, (_, n) => ({ payload: { n } })),
        ),
      'in batches': async () => {
        for (let from = 0; from < most; from += width)
          await flows.batch({
            jobs: Array.from({ length: Math.min(width, most - from) }, (_, n) => ({ job: step, payload: { n: from + n } })),
            onCompleted: { job: call, payload: {} },
          });
      },
    };
    const enqueued = new Map<string, number[]>();
    const run = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++)
      for (const [name, fill] of Object.entries(contestants)) {
        enqueued.set(name, [...(enqueued.get(name) ?? []), await timed(fill)]);
        run.set(name, [...(run.get(name) ?? []), await drained()]);
      }
    const rate = (of: Map<string, number[]>, name: string) =>
      (most * 1_000) / ((of.get(name) ?? []).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 1);
    return {
      columns: ['jobs', 'enqueued per second, median', 'run per second, median'],
      rows: Object.keys(contestants).map((name) => [name, Math.round(rate(enqueued, name)), Math.round(rate(run, name))]),
      ratios: {
        'enqueue: in batches / alone': rate(enqueued, 'in batches') / rate(enqueued, 'alone'),
        'run: in batches / alone': rate(run, 'in batches') / rate(run, 'alone'),
      },
    };
  },
};
export default bench;
