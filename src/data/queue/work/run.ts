import type { Transaction } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import type { DetailsRow } from '../details/index.ts';
import type { External } from '../effects/index.ts';
import { queueErrors } from '../errors.ts';
import { flowErrors, type JobFlow } from '../flows/index.ts';
import { type Band, bands } from '../model/bands.ts';
import { plainText } from '../model/json-text.ts';
import type { Job, JobLog } from '../model/types.ts';
import type { Item, LogLine } from './item.ts';
import { keptResult } from './model/kept-result.ts';
import { RunLog } from './run-log.ts';

const longestNote = 1_000;

/** What a run needs of its worker. */
export interface RunHost {
  readonly queueName: (queueId: number) => string;
  external(run: Run): External;
  flow(run: Run): JobFlow;
  details(run: Run, row: DetailsRow, tx: Transaction | undefined): Promise<void>;
  progress(run: Run, done: number, total: number, note: string | null): void;
  transaction<T>(run: Run, tier: Tier, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A transaction that ends the run. */
  end<T>(run: Run, tier: Tier, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Keeps lines that were said after the end. */
  keepLate(run: Run, log: string): void;
}

/** Thrown by `snooze`, and of no account when it is caught. */
class Snoozed extends Error {
  override readonly name = 'Snoozed';
}

/**
 * One run, as its handler sees it. Everything is made when it is asked for: most handlers look at the payload only, and the engine runs
 * tens of thousands a second.
 */
export class Run implements Job<unknown> {
  readonly item: Item;
  readonly type: string;
  payload: unknown;
  startedMs = 0;
  /** Told once it has ended, however. */
  ended: (() => void) | undefined;
  /** Set once it was put back for that long. */
  snoozedMs: number | undefined;
  /** Why its signal was aborted. */
  abortedFor: Error | undefined;
  timer: NodeJS.Timeout | undefined;
  /** The transaction that is to end it: gives why it failed, if it did. Undefined again where that was rolled back. */
  ending: Promise<unknown> | 'committed' | undefined;
  readonly #host: RunHost;
  #controller: AbortController | undefined;
  #log: RunLog | undefined;
  #external: External | undefined;
  #flow: JobFlow | undefined;
  #details: DetailsRow | undefined;

  constructor(host: RunHost, item: Item, type: string, payload: unknown) {
    this.#host = host;
    this.item = item;
    this.type = type;
    this.payload = payload;
  }

  get id(): string {
    return this.item.job.id;
  }
  get tenantId(): string {
    return this.item.job.tenantId;
  }
  get queue(): string {
    return this.#host.queueName(this.item.lease.queueId);
  }
  get band(): Band {
    return bands[this.item.job.band] as Band;
  }
  get attempt(): number {
    return this.item.job.attempt + 1;
  }
  get maxAttempts(): number {
    return this.item.job.record?.maxAttempts ?? 0;
  }
  get isLastAttempt(): boolean {
    return this.attempt >= this.maxAttempts;
  }
  get due(): Date {
    return this.item.job.due;
  }
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.abortedFor) this.#controller.abort(this.abortedFor);
    }
    return this.#controller.signal;
  }
  get log(): JobLog {
    this.#log ??= new RunLog();
    return this.#log;
  }
  /** So many lines more are only counted. */
  missedLines(count: number): void {
    if (count > 0) this.#log?.missed(count);
  }
  // Handlers take what they need apart: `({ payload, run, snooze }) => …`.
  get run(): Job['run'] {
    return (tier, work) => this.#host.transaction(this, tier, work);
  }
  get transaction(): Job['transaction'] {
    return (tier, work) => this.#endIn(tier, work);
  }
  get external(): External {
    this.#external ??= this.#host.external(this);
    return this.#external;
  }
  get flow(): JobFlow {
    this.#flow ??= this.#host.flow(this);
    return this.#flow;
  }
  get parents(): JobFlow['parents'] {
    return this.flow.parents;
  }
  get progress(): Job['progress'] {
    return (done, total, note) => {
      if (!Number.isSafeInteger(done) || !Number.isSafeInteger(total) || done < 0 || done > total)
        throw flowErrors.BAD_PROGRESS({ jobId: this.id, done, total });
      this.#host.progress(this, done, total, note === undefined ? null : plainText(String(note), longestNote));
    };
  }
  get details(): Job['details'] {
    // All that was said goes with each word, so that columns without a default can be said once.
    return (row, tx) => {
      this.#details = { ...this.#details, ...row };
      return this.#host.details(this, this.#details, tx);
    };
  }
  get snooze(): Job['snooze'] {
    return (ms) => {
      this.putBack(ms);
      throw new Snoozed(`snoozed for ${ms} ms`);
    };
  }

  /** It waits for that long, whatever its handler does. */
  putBack(ms: number): void {
    this.snoozedMs = Math.max(0, ms);
  }

  abort(reason: Error): void {
    this.abortedFor ??= reason;
    this.#controller?.abort(reason);
  }

  /** Its log as it is to be kept; undefined where it said nothing. */
  written(): readonly LogLine[] | undefined {
    return this.#log?.written();
  }

  /** What it has to tell when its transaction ends it, in JSON. */
  told(value: unknown): { readonly durationMs: number; readonly result: string | undefined; readonly log: string } {
    const result = this.resultOf(value);
    return { durationMs: performance.now() - this.startedMs, result, log: this.#log?.kept() ?? '[]' };
  }

  /** What it said after its transaction had ended it. */
  keepLate(): void {
    const log = this.#log?.late();
    if (log !== undefined) this.#host.keepLate(this, log);
  }

  /** What is kept of what a handler gives, as JSON; undefined for nothing. */
  resultOf(value: unknown): string | undefined {
    if (value === undefined || value === null) return undefined;
    const { text, why } = keptResult(value);
    if (why !== undefined) this.log.warn(`The result was not kept: it ${why}.`);
    return text;
  }

  async #endIn<T>(tier: Tier, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.ending !== undefined) throw queueErrors.ENDED_ALREADY({ jobId: this.id });
    const ended = this.#host.end(this, tier, work);
    // Known before the handler knows.
    this.ending = ended.then(
      () => {
        this.ending = 'committed';
        return undefined;
      },
      (error: unknown) => {
        this.ending = undefined;
        return error;
      },
    );
    return ended;
  }
}
