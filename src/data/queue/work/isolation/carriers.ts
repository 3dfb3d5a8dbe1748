import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { FromIsolate, ToIsolate } from './messages.ts';

export interface CarrierSpec {
  /** URL of the module. */
  readonly module: string;
  readonly maxMemoryMb?: number | undefined;
  heard(message: FromIsolate): void;
  /** A line that it wrote. */
  wrote(line: string, stream: 'stdout' | 'stderr'): void;
  /** It is no more, and nothing of it runs; how that came. Once. */
  gone(how: string): void;
}

/** A thread or process. */
export interface Carrier {
  /** @throws where it cannot be copied */
  post(message: ToIsolate): void;
  /** At once, whatever it does. */
  kill(): void;
}

// In the sources and in the package alike, whatever the ending.
const script = new URL(`isolate-main${extname(import.meta.filename)}`, import.meta.url);

const lastWordsMs = 5_000;

const memory = (maxMemoryMb: number | undefined) => (maxMemoryMb === undefined ? 'there is' : `its ${maxMemoryMb} MB (maxMemoryMb)`);

const exited = (code: number | null, signal: string | null) => (signal ? `it was ended by ${signal}` : `it exited with code ${code}`);

function listen(streams: Readonly<Record<'stdout' | 'stderr', Readable | null>>, wrote: CarrierSpec['wrote']): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const input = streams[name];
    if (input) createInterface({ input }).on('line', (line) => wrote(line, name));
  }
}

export async function startThread({ module, maxMemoryMb, heard, wrote, gone }: CarrierSpec): Promise<Carrier> {
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(script, {
    workerData: module,
    stdout: true,
    stderr: true,
    ...(maxMemoryMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb } }),
  });
  listen(worker, wrote);
  let why: string | undefined;
  worker.on('message', heard);
  worker.on('error', (error: NodeJS.ErrnoException) => {
    why = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `it used more memory than ${memory(maxMemoryMb)}` : error.message;
  });
  worker.once('exit', (code) => gone(why ?? exited(code, null)));
  return { post: (message) => worker.postMessage(message), kill: () => void worker.terminate() };
}

// Breakpoints of the worker are not those of its children, and two cannot listen on one port.
const withoutInspector = (given: readonly string[]) => given.filter((option) => !option.startsWith('--inspect'));

export async function startProcess({ module, maxMemoryMb, heard, wrote, gone }: CarrierSpec): Promise<Carrier> {
  const { fork } = await import('node:child_process');
  const limit = maxMemoryMb === undefined ? [] : [`--max-old-space-size=${maxMemoryMb}`];
  const child = fork(script, [module], {
    serialization: 'advanced',
    execArgv: [...withoutInspector(process.execArgv), ...limit],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let isOutOfMemory = false;
  listen({ stdout: child.stdout, stderr: child.stderr }, (line, stream) => {
    isOutOfMemory ||= stream === 'stderr' && line.includes('JavaScript heap out of memory');
    wrote(line, stream);
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  child.on('message', (message) => heard(message as FromIsolate));
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => {
    const tell = () => end(isOutOfMemory ? `it used more memory than ${memory(maxMemoryMb)}` : exited(code, signal));
    // What it wrote last may come later; a process of its own that has inherited its output may hold that open for ever.
    child.once('close', tell);
    setTimeout(tell, lastWordsMs).unref();
  });
  void ended.then(gone);
  return {
    // Who has gone is told by its end, not by what could not be sent.
    post: (message) => void child.send(message, () => {}),
    kill: () => void child.kill('SIGKILL'),
  };
}
