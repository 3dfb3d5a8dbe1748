import { AsyncLocalStorage } from 'node:async_hooks';
import { type Log, messageOf } from '../../../../kernel/index.ts';
import type { JobDefinition } from '../../model/types.ts';
import type { Run } from '../run.ts';
import { Isolate, type IsolateSpec } from './isolate.ts';

const idleMs = 60_000;

export interface IsolatesDeps {
  readonly log: Log;
  /** How long a run may go on after it was aborted. */
  readonly graceMs: number;
  /** Runs of a job type at the same time; the others wait. As many as there are processors. */
  readonly most: number;
}

/** Threads and processes of the job types that have theirs. */
export class Isolates {
  readonly #deps: IsolatesDeps;
  readonly #types = new Map<JobDefinition<unknown>, TypeIsolates>();
  // They outlive the run that they are started for, and are not to know its tenant.
  readonly #outside = AsyncLocalStorage.snapshot();

  constructor(deps: IsolatesDeps) {
    this.#deps = deps;
  }

  /** Starts one for each of these, which tells whether its module can be run, and spares the first job the wait. */
  begin(definitions: Iterable<JobDefinition<unknown>>): void {
    for (const definition of definitions) if (definition.isolation) this.#of(definition).begin();
  }

  /** Calls the handler of a run. `begun` is called when that is done: there is a processor for it, and its module is loaded. */
  call(run: Run, definition: JobDefinition<unknown>, begun: () => void): Promise<unknown> {
    return this.#of(definition).call(run, begun);
  }

  /** Ends all of them at once; resolves when nothing of them runs. */
  async stop(): Promise<void> {
    await Promise.all([...this.#types.values()].map((type) => type.stop()));
  }

  #of(definition: JobDefinition<unknown>): TypeIsolates {
    let type = this.#types.get(definition);
    if (!type) {
      const { name, isolation, handler, maxMemoryMb } = definition;
      const kind = isolation as IsolateSpec['kind'];
      const spec = { type: name, kind, module: (handler as URL).href, maxMemoryMb, graceMs: this.#deps.graceMs };
      type = new TypeIsolates(() => this.#outside(() => new Isolate(spec, this.#deps.log)), this.#deps);
      this.#types.set(definition, type);
    }
    return type;
  }
}

/** Those of one job type: no more than there are processors, kept for the next run for a while. */
class TypeIsolates {
  readonly #open: () => Isolate;
  readonly #log: Log;
  readonly #all = new Set<Isolate>();
  readonly #idle: { readonly isolate: Isolate; readonly timer: NodeJS.Timeout }[] = [];
  readonly #waiting = new Set<() => void>();
  #free: number;
  #isStopping = false;

  constructor(open: () => Isolate, { log, most }: IsolatesDeps) {
    this.#open = open;
    this.#log = log;
    this.#free = most;
  }

  begin(): void {
    const isolate = this.#start();
    isolate.ready.catch((error) => {
      if (!this.#isStopping) this.#log.error(messageOf(error));
    });
    this.#rest(isolate);
  }

  async call(run: Run, begun: () => void): Promise<unknown> {
    await this.#room(run.signal);
    try {
      const isolate = this.#take() ?? this.#start();
      try {
        return await isolate.run(run, begun);
      } finally {
        this.#rest(isolate);
      }
    } finally {
      this.#leave();
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const left = [...this.#all];
    for (const isolate of left) isolate.kill();
    await Promise.all(left.map(({ gone }) => gone));
  }

  /** Waits for a processor, first come first served; who is told to end meanwhile does not. */
  async #room(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => {
      this.#waiting.delete(resolve);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#waiting.add(resolve);
    await promise.finally(() => signal.removeEventListener('abort', abort));
  }

  /** Its processor is that of who waits longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  #start(): Isolate {
    const isolate = this.#open();
    this.#all.add(isolate);
    void isolate.gone.then(() => this.#all.delete(isolate));
    return isolate;
  }

  #take(): Isolate | undefined {
    for (;;) {
      const last = this.#idle.pop();
      if (!last) return undefined;
      clearTimeout(last.timer);
      if (!last.isolate.isEnding) return last.isolate;
    }
  }

  #rest(isolate: Isolate): void {
    if (isolate.isEnding || this.#isStopping) return;
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((idle) => idle.isolate === isolate);
      if (at >= 0) this.#idle.splice(at, 1);
      isolate.kill();
    }, idleMs).unref();
    this.#idle.push({ isolate, timer });
  }
}
