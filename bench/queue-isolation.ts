import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { JobDefinition } from '../src/data/queue/index.ts';
import { Isolates } from '../src/data/queue/work/isolation/index.ts';
import type { Run } from '../src/data/queue/work/run.ts';
import { silentLog } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';

const jobs = benchRows(20_000);
const payload = { n: 1, to: 'somebody@example.org' };
const handler = new URL('queue/echo.job.ts', import.meta.url);

interface Measured {
  readonly startMs: number;
  readonly perJobUs: number;
}

/** One call after the other: what each adds, and what the first of all takes with the start. */
async function measure(call: () => Promise<unknown>): Promise<Measured> {
  const startedMs = performance.now();
  await call();
  const startMs = performance.now() - startedMs;
  for (let n = 0; n < jobs / 10; n++) await call();
  const fromMs = performance.now();
  for (let n = 0; n < jobs; n++) await call();
  return { startMs, perJobUs: ((performance.now() - fromMs) * 1_000) / jobs };
}

async function isolated(isolation: 'thread' | 'process'): Promise<Measured> {
  const isolates = new Isolates({ log: silentLog, graceMs: 5_000, most: 1 });
  const definition: JobDefinition<unknown> = { name: 'echo', queue: 'default', isolation, handler };
  const { signal } = new AbortController();
  const run = { id: '', payload, signal, missedLines() {} } as unknown as Run;
  try {
    return await measure(() => isolates.call(run, definition, () => {}));
  } finally {
    await isolates.stop();
  }
}

async function bareThread(): Promise<Measured> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage(m));`,
    {
      eval: true,
    },
  );
  try {
    return await measure(async () => {
      worker.postMessage(payload);
      await once(worker, 'message');
    });
  } finally {
    await worker.terminate();
  }
}

async function bareProcess(): Promise<Measured> {
  const child = fork(new URL('queue/echo-process.ts', import.meta.url), { serialization: 'advanced' });
  try {
    return await measure(async () => {
      child.send(payload);
      await once(child, 'message');
    });
  } finally {
    child.kill('SIGKILL');
  }
}

const bench: Bench = {
  name: 'queue-isolation',
  claim: 'a handler in a thread or process of its own costs at most four times a bare message there and back',
  async run() {
    const echo = async () => payload;
    const rows: Record<string, Measured> = {
      'in the worker': await measure(echo),
      thread: await isolated('thread'),
      'bare thread': await bareThread(),
      process: await isolated('process'),
      'bare process': await bareProcess(),
    };
    const us = (who: string) => rows[who]?.perJobUs ?? Number.NaN;
    return {
      columns: ['handler runs in', 'start with the first job, ms', 'µs a job'],
      rows: Object.entries(rows).map(([who, { startMs, perJobUs }]) => [who, Math.round(startMs), Math.round(perJobUs * 10) / 10]),
      ratios: { 'thread / bare thread': us('thread') / us('bare thread'), 'process / bare process': us('process') / us('bare process') },
    };
  },
};
export default bench;
