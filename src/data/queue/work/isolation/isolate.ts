import type { Log } from '../../../../kernel/index.ts';
import type { Run } from '../run.ts';
import { type Carrier, startProcess, startThread } from './carriers.ts';
import { Current } from './current.ts';
import { isolationErrors } from './errors.ts';
import type { FromIsolate, JobFacts } from './messages.ts';
import { thrownOf } from './told.ts';

export interface IsolateSpec {
  readonly type: string;
  readonly kind: 'thread' | 'process';
  readonly module: string;
  readonly maxMemoryMb?: number | undefined;
  /** How long a run may go on after it was aborted, before it is ended with its isolate. */
  readonly graceMs: number;
}

// Of its module with all that it imports.
const loadMs = 60_000;

/** A thread or process that runs the jobs of one type, one at a time. */
export class Isolate {
  readonly #spec: IsolateSpec;
  readonly #log: Log;
  readonly #carrier: Promise<Carrier>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();
  #runs = 0;
  #current: Current | undefined;
  #crashedOf: unknown;
  /** It takes no further run. */
  isEnding = false;

  constructor(spec: IsolateSpec, log: Log) {
    this.#spec = spec;
    this.#log = log;
    const start = spec.kind === 'thread' ? startThread : startProcess;
    this.#carrier = start({
      ...spec,
      heard: (message) => this.#hear(message),
      wrote: (line, stream) => this.#wrote(line, stream),
      gone: (how) => this.#ended(how),
    });
    this.#carrier.catch((error) => this.#ended(String(error)));
    const timer = setTimeout(() => this.#unfit(`it was not loaded within ${loadMs} ms`), loadMs).unref();
    this.#ready.promise.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    );
  }

  /** Its module is loaded. @throws PLINTH_QUEUE_BAD_MODULE, PLINTH_QUEUE_ISOLATE_LOST */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }
  /** Nothing of it runs any more. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  kill(): void {
    this.isEnding = true;
    void this.#carrier.then(
      (carrier) => carrier.kill(),
      () => {},
    );
  }

  /** Calls its handler for a run, and `begun` when it does. Who is aborted and does not end in its time of grace is ended with the isolate. */
  async run(run: Run, begun: () => void): Promise<unknown> {
    const { signal } = run;
    let timer: NodeJS.Timeout | undefined;
    let current: Current | undefined;
    const abort = () => {
      current?.abort(signal.reason);
      timer = setTimeout(() => this.kill(), this.#spec.graceMs);
    };
    if (signal.aborted) throw signal.reason;
    signal.addEventListener('abort', abort, { once: true });
    try {
      const [carrier] = await Promise.all([this.#carrier, this.#ready.promise]);
      if (signal.aborted) throw signal.reason;
      const number = ++this.#runs;
      current = new Current(run, (said) => carrier.post({ run: number, ...said }));
      this.#current = current;
      carrier.post({ run: number, begin: factsOf(run) });
      begun();
      return await current.ended.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      current?.calls.close(new Error('the run is over'));
      this.#current = undefined;
    }
  }

  #hear(message: FromIsolate): void {
    if ('run' in message) {
      if (message.run === this.#runs) this.#current?.hear(message);
    } else if ('ready' in message) {
      this.#ready.resolve();
    } else if ('unfit' in message) {
      this.#unfit(message.unfit);
    } else {
      this.#crashedOf = thrownOf(message.crashed);
      this.kill();
    }
  }

  #unfit(problem: string): void {
    const { type: jobType, module } = this.#spec;
    this.#ready.reject(isolationErrors.BAD_MODULE({ jobType, module, problem }));
    this.kill();
  }

  #ended(how: string): void {
    this.isEnding = true;
    const { type: jobType, kind } = this.#spec;
    const jobId = this.#current?.jobId;
    const lost = this.#crashedOf ?? isolationErrors.ISOLATE_LOST({ jobType, kind, jobId, how });
    this.#current?.lost(lost);
    this.#ready.reject(lost);
    this.#gone.resolve();
  }

  #wrote(line: string, stream: 'stdout' | 'stderr'): void {
    const said = { type: this.#spec.type, ...(this.#current && { job: this.#current.jobId }), line };
    if (stream === 'stdout') this.#log.info('a handler wrote', said);
    else this.#log.warn('a handler wrote', said);
  }
}

const factsOf = ({ id, tenantId, type, queue, band, payload, attempt, maxAttempts, isLastAttempt, due }: Run): JobFacts => ({
  id,
  tenantId,
  type,
  queue,
  band,
  payload,
  attempt,
  maxAttempts,
  isLastAttempt,
  due,
});
