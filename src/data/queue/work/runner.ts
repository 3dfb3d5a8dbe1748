import type { Log } from '../../../kernel/index.ts';
import { signed } from '../dead/index.ts';
import type { JobDefinition } from '../model/types.ts';
import type { Completer } from './completer.ts';
import type { Item, Outcome } from './item.ts';
import { errorText } from './model/error-text.ts';
import { jsonText } from './model/json-text.ts';
import { upgraded } from './model/upgrade.ts';
import { judge } from './model/verdict.ts';
import { Run, type RunHost } from './run.ts';

// Handlers that never wait would keep the process from hearing anything else.
const sliceMs = 10;
// How long a run may go on after its signal was aborted before its slot is taken from it.
const abortGraceMs = 30_000;
const otherVersionMs = 15_000;
// How long a job waits of whose type this process did not know when it was claimed.
const unknownTypeMs = 5_000;
const longestResult = 65_536;

type AnyDefinition = JobDefinition<unknown>;

export interface RunnerDeps extends RunHost {
  readonly completer: Completer;
  readonly log: Log;
  /** Jobs at the same time; may change. */
  slots(): number;
  definition(typeId: number): AnyDefinition | undefined;
  /** There is room in the buffer. */
  hungry(): void;
  /** A run ended, for shares and estimates. */
  ran(item: Item, durationMs: number, outcome: Outcome['status']): void;
  /** Gives jobs leases of their own; resolves when they have them, or cannot. */
  apart(items: readonly Item[]): Promise<void>;
  /** It ended because the process has to: no attempt is used. */
  returned(item: Item): void;
}

/** The slots of one pool: takes jobs from its buffer, calls their handlers, and tells how they ended. */
export class Runner {
  readonly #deps: RunnerDeps;
  readonly #running = new Set<Run>();
  /** Jobs that more than one worker was lost with; one at a time, so that not all of them are suspected when it happens again. */
  readonly #suspects: Item[] = [];
  readonly #cancelled = new WeakSet<Item>();
  #isSuspectRunning = false;
  #buffer: Item[] = [];
  #next = 0;
  #sliceEndsMs = 0;
  #isScheduled = false;
  #starting = 0;
  #isStopping = false;
  #onEmpty: (() => void) | undefined;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
  }

  get busy(): number {
    return this.#running.size;
  }
  get buffered(): number {
    return this.#buffer.length - this.#next;
  }
  get running(): Iterable<Run> {
    return this.#running;
  }

  add(items: readonly Item[]): void {
    this.#buffer = this.#next === this.#buffer.length ? [...items] : [...this.#buffer.slice(this.#next), ...items];
    this.#next = 0;
    this.pump();
  }

  /** Starts what there is room for. */
  pump(): void {
    if (this.#isScheduled || this.#isStopping) return;
    const { completer } = this.#deps;
    const slots = this.#deps.slots();
    while (this.#next < this.#buffer.length && this.#running.size + this.#starting < slots && !completer.isFull) {
      if (performance.now() > this.#sliceEndsMs) {
        this.#isScheduled = true;
        setImmediate(() => {
          this.#isScheduled = false;
          this.#sliceEndsMs = performance.now() + sliceMs;
          this.pump();
        });
        return;
      }
      const item = this.#buffer[this.#next++] as Item;
      if (item.lease.isLost) continue;
      if (item.job.crashCount === 0) this.#start(item);
      else if (item.job.crashCount === 1) this.#startAlone(item, () => {});
      else this.#suspects.push(item);
    }
    if (this.#suspects.length > 0) this.#startSuspect();
    this.#deps.hungry();
  }

  /** Runs of these jobs are aborted, and those that have not begun never do. */
  cancel(jobs: ReadonlySet<string>): void {
    for (const run of this.#running) if (jobs.has(run.id)) run.abort(jobCancelled());
    for (let at = this.#next; at < this.#buffer.length; at++) {
      const item = this.#buffer[at] as Item;
      if (jobs.has(item.job.id)) this.#cancelled.add(item);
    }
  }

  /** Takes what has not begun out of the buffer; nothing is started any more. */
  stop(): readonly Item[] {
    this.#isStopping = true;
    return this.takeBuffered();
  }

  takeBuffered(): readonly Item[] {
    const rest = [...this.#suspects.splice(0), ...this.#buffer.slice(this.#next)];
    this.#buffer = [];
    this.#next = 0;
    return rest;
  }

  /** Resolves when nothing runs any more. */
  async drained(): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** Runs that go on in spite of all are nobody's any more. */
  abandon(): readonly Item[] {
    const left = [...this.#running];
    this.#running.clear();
    for (const run of left) clearTimeout(run.timer);
    return left.map(({ item }) => item);
  }

  /** In a lease of its own, so that a crash is counted against it and not against its neighbours. */
  #startAlone(item: Item, ended: () => void): void {
    this.#starting++;
    void this.#deps.apart([item]).then(() => {
      this.#starting--;
      if (this.#isStopping) this.#deps.returned(item);
      else if (!item.lease.isLost) this.#start(item, ended);
    });
  }

  #startSuspect(): void {
    if (this.#isSuspectRunning || this.#running.size + this.#starting >= this.#deps.slots()) return;
    const item = this.#suspects.shift();
    if (!item) return;
    this.#isSuspectRunning = true;
    this.#startAlone(item, () => {
      this.#isSuspectRunning = false;
    });
  }

  #start(item: Item, ended?: () => void): void {
    if (this.#cancelled.has(item)) {
      this.#deps.completer.ended(item, 0, performance.now(), { status: 'cancelled' });
      ended?.();
      return;
    }
    const definition = this.#deps.definition(item.job.typeId);
    if (!definition?.handler) {
      // Claimed before we knew of its type, or of one that nobody knows: given back, it would come again at once.
      this.#deps.completer.ended(item, 0, performance.now(), { status: 'snoozed', delayMs: unknownTypeMs });
      ended?.();
      return;
    }
    const { record } = item.job;
    if (!record) {
      // Its record is gone, as with a tenant that was erased, or never was: there is nothing to keep a result of.
      this.#deps.completer.left(item.lease, 1);
      ended?.();
      return;
    }
    const run = new Run(this.#deps, item, definition.name, record.payload);
    run.startedMs = performance.now();
    run.ended = ended;
    this.#running.add(run);
    if (item.unfit !== undefined) {
      this.#failed(run, definition, item.unfit);
      return;
    }
    if (record.payloadVersion !== (definition.version ?? 1) || definition.schema) {
      void this.#prepared(run, definition, record);
      return;
    }
    this.#call(run, definition);
  }

  #call(run: Run, definition: AnyDefinition): void {
    if (definition.maxRunMs !== undefined) this.#limit(run, definition.maxRunMs);
    let returned: unknown;
    try {
      returned = this.#deps.enter(run.item, () => definition.handler?.(run));
    } catch (error) {
      this.#failed(run, definition, error);
      return;
    }
    if (typeof (returned as Promise<unknown> | undefined)?.then === 'function') {
      (returned as Promise<unknown>).then(
        (value) => {
          this.#ended(run, definition, value);
          this.pump();
        },
        (error) => {
          this.#failed(run, definition, error);
          this.pump();
        },
      );
    } else {
      this.#ended(run, definition, returned);
    }
  }

  /** The payload as this version of the handler knows it. */
  async #prepared(run: Run, definition: AnyDefinition, record: NonNullable<Item['job']['record']>): Promise<void> {
    const outcome = await upgraded(definition, record).catch((error) => ({ is: 'bad', error }) as const);
    if (!this.#running.has(run)) return;
    if (outcome.is === 'ready') {
      (run as { payload: unknown }).payload = outcome.payload;
      this.#call(run, definition);
    } else if (outcome.is === 'newer') {
      this.#settle(run, { status: 'snoozed', delayMs: otherVersionMs });
    } else {
      this.#settle(run, { status: 'dead', reason: 'bad_payload', error: signed(errorText(outcome.error), run.type) });
    }
    this.pump();
  }

  #limit(run: Run, maxRunMs: number): void {
    run.timer = setTimeout(() => {
      const error = new Error(`ran longer than the ${maxRunMs} ms that it may`);
      error.name = 'RunTooLong';
      run.abort(error);
      run.timer = setTimeout(() => {
        const definition = this.#deps.definition(run.item.job.typeId);
        if (!definition || !this.#running.has(run)) return;
        this.#deps.log.error(`A job of ${run.type} goes on ${abortGraceMs} ms after its signal was aborted: its slot is given to others.`);
        this.#failed(run, definition, error);
        this.pump();
      }, abortGraceMs).unref();
    }, maxRunMs).unref();
  }

  #ended(run: Run, definition: AnyDefinition, value: unknown): void {
    if (run.snoozedMs !== undefined || run.abortedFor) {
      this.#failed(run, definition, run.abortedFor);
      return;
    }
    if (!this.#running.delete(run)) return;
    run.ended?.();
    const endMs = performance.now();
    const durationMs = endMs - run.startedMs;
    const { completer, ran } = this.#deps;
    if (run.timer !== undefined) clearTimeout(run.timer);
    const { item } = run;
    let result: string | undefined;
    if (value !== undefined && value !== null) result = this.#resultOf(run, value);
    if (run.lines) completer.logged(item, run.written() ?? []);
    if (result === undefined && item.job.record?.follow === null) completer.completed(item, durationMs, endMs);
    else completer.ended(item, durationMs, endMs, { status: 'completed', result });
    ran(item, durationMs, 'completed');
    if (this.#running.size === 0) this.#onEmpty?.();
  }

  #failed(run: Run, definition: AnyDefinition, thrown: unknown): void {
    if (run.snoozedMs !== undefined) {
      this.#settle(run, { status: 'snoozed', delayMs: run.snoozedMs });
      return;
    }
    const { abortedFor } = run;
    if (abortedFor?.name === 'WorkerStopping') {
      if (!this.#finish(run)) return;
      this.#deps.returned(run.item);
      return;
    }
    if (abortedFor?.name === 'JobCancelled') {
      this.#settle(run, { status: 'cancelled' });
      return;
    }
    // What a handler throws because it was told to stop says less than why it was told.
    const error = abortedFor ?? thrown;
    const verdict = judge(error, definition, run, Math.random());
    const told = { error: signed(errorText(error), run.type) };
    if (verdict.status === 'failed') {
      this.#settle(run, { status: 'failed', delayMs: verdict.delayMs, keepAge: definition.keepAge ?? false, ...told });
    } else {
      this.#settle(run, { ...verdict, ...told });
    }
  }

  #settle(run: Run, outcome: Outcome): void {
    if (!this.#finish(run)) return;
    const endMs = performance.now();
    const durationMs = endMs - run.startedMs;
    const lines = run.written();
    if (lines) this.#deps.completer.logged(run.item, lines);
    this.#deps.completer.ended(run.item, durationMs, endMs, outcome);
    this.#deps.ran(run.item, durationMs, outcome.status);
  }

  #finish(run: Run): boolean {
    clearTimeout(run.timer);
    if (!this.#running.delete(run)) return false;
    run.ended?.();
    if (this.#running.size === 0) this.#onEmpty?.();
    return true;
  }

  #resultOf(run: Run, value: unknown): string | undefined {
    const text = jsonText(value);
    if (text !== undefined && text.length <= longestResult) return text;
    const why = text === undefined ? 'has no JSON' : `is ${text.length} characters of JSON, and ${longestResult} bytes are kept`;
    run.log.warn(`The result was not kept: it ${why}.`);
    return undefined;
  }
}

function jobCancelled(): Error {
  const error = new Error('this job was cancelled');
  error.name = 'JobCancelled';
  return error;
}

/** Why runs end with the process that has them. */
export function workerStopping(): Error {
  const error = new Error('this worker stops; the job is run again elsewhere');
  error.name = 'WorkerStopping';
  return error;
}
