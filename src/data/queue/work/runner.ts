import type { JobDefinition } from '../model/types.ts';
import type { Item } from './item.ts';
import { Run, type RunHost } from './run.ts';
import { RunCall, type RunCaller } from './run-call.ts';
import { RunEnd, type RunEndDeps, type RunSlots } from './run-end.ts';

// Handlers that never wait would keep the process from hearing anything else.
const sliceMs = 10;
// How long a job waits of whose type this process did not know when it was claimed.
const unknownTypeMs = 5_000;

export interface RunnerDeps extends RunHost, RunCaller, RunEndDeps {
  /** Jobs at the same time; may change. */
  slots(): number;
  definition(typeId: number): JobDefinition<unknown> | undefined;
  /** There is room in the buffer. */
  hungry(): void;
  /** Nothing of this tenant is to begin. */
  isPaused(tenantId: string): boolean;
  /** Gives jobs leases of their own; resolves when they have them, or cannot. */
  apart(items: readonly Item[]): Promise<void>;
}

/** The slots of one pool: takes jobs from its buffer and has their handlers called. */
export class Runner {
  readonly #deps: RunnerDeps;
  readonly #end: RunEnd;
  readonly #call: RunCall;
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
    const slots: RunSlots = {
      has: (run) => this.#running.has(run),
      release: (run) => this.#release(run),
      freed: () => this.pump(),
    };
    this.#end = new RunEnd(deps, slots);
    this.#call = new RunCall(deps, this.#end, slots);
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

  /**
   * Runs that go on in spite of all are nobody's any more; gives those that others can run. Of one whose transaction is to end it the
   * database decides, and who takes its lease sees how.
   */
  abandon(): readonly Item[] {
    const left = [...this.#running];
    this.#running.clear();
    for (const run of left) clearTimeout(run.timer);
    return left.filter(({ ending }) => ending === undefined).map(({ item }) => item);
  }

  #release(run: Run): boolean {
    if (run.timer !== undefined) clearTimeout(run.timer);
    if (!this.#running.delete(run)) return false;
    run.ended?.();
    if (this.#running.size === 0) this.#onEmpty?.();
    return true;
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
    if (this.#deps.isPaused(item.job.tenantId)) {
      this.#deps.returned(item);
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
    if (item.unfit !== undefined) this.#end.failed(run, definition, item.unfit);
    else this.#call.begin(run, definition, record);
  }
}

function jobCancelled(): Error {
  const error = new Error('this job was cancelled');
  error.name = 'JobCancelled';
  return error;
}
