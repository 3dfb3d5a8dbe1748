/** What runs in the thread or process of a job type: loads its module, and calls the handler of one job after the other. */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { guardedFrom } from './guard.ts';
import { IsolatedRun } from './isolated-job.ts';
import type { FromIsolate, ToIsolate } from './messages.ts';
import { tell, thrownOf } from './told.ts';

type Handler = Parameters<IsolatedRun['run']>[0];

const module: string = parentPort ? workerData : process.argv[2];
const say = (message: FromIsolate): void => {
  if (parentPort) parentPort.postMessage(message);
  else process.send?.(message);
};

let handler: Handler | undefined;
let current: { readonly number: number; readonly run: IsolatedRun } | undefined;

function hear(message: ToIsolate): void {
  const { run: number } = message;
  if ('begin' in message) {
    const run = new IsolatedRun(message.begin, (said) => say({ run: number, ...said }));
    current = { number, run };
    void run.run(handler as Handler);
  } else if (current?.number === number) {
    if ('abort' in message) current.run.abort(thrownOf(message.abort));
    else current.run.hear(message);
  }
}

// Told first; the worker ends what has crashed.
process.on('uncaughtException', (error) => say({ crashed: tell(error) }));
if (parentPort) {
  parentPort.on('message', hear);
} else {
  // A loop that never yields does not hear that nobody is left to hear of it.
  new Worker(guardedFrom(process.ppid), { eval: true }).unref();
  process.on('message', hear).on('disconnect', () => process.exit());
}

try {
  const loaded: Readonly<Record<string, unknown>> = await import(module);
  if (typeof loaded.default === 'function') {
    handler = loaded.default as Handler;
    say({ ready: true });
  } else {
    say({ unfit: `its default export is ${loaded.default === undefined ? 'missing' : `no function but ${typeof loaded.default}`}` });
  }
} catch (error) {
  say({ unfit: `it cannot be loaded: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` });
}
