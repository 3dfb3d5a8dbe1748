import type { Transaction } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import type { External } from '../effects/index.ts';
import { flowErrors, type JobFlow } from '../flows/index.ts';
import { type Band, bands } from '../model/bands.ts';
import type { Job, JobLog } from '../model/types.ts';
import type { Item, LogLevel, LogLine } from './item.ts';
import { jsonText, plainText } from './model/json-text.ts';

const mostLines = 1_000;
const longestMessage = 8_192;
const longestNote = 1_000;

/** What a run needs of its worker. */
export interface RunHost {
  readonly queueName: (queueId: number) => string;
  /** Runs a handler as work for the job's tenant. */
  enter(item: Item, work: () => unknown): unknown;
  external(run: Run): External;
  flow(run: Run): JobFlow;
  progress(run: Run, done: number, total: number, note: string | null): void;
  transaction<T>(item: Item, tier: Tier, signal: AbortSignal | undefined, work: (tx: Transaction) => Promise<T>): Promise<T>;
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
  readonly payload: unknown;
  startedMs = 0;
  /** Told once it has ended, however. */
  ended: (() => void) | undefined;
  /** Set once it was put back for that long. */
  snoozedMs: number | undefined;
  /** Why its signal was aborted. */
  abortedFor: Error | undefined;
  timer: NodeJS.Timeout | undefined;
  lines: LogLine[] | undefined;
  readonly #host: RunHost;
  #unwritten = 0;
  #controller: AbortController | undefined;
  #log: JobLog | undefined;
  #external: External | undefined;
  #flow: JobFlow | undefined;

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
    this.#log ??= {
      debug: (message, fields) => this.#say('debug', message, fields),
      info: (message, fields) => this.#say('info', message, fields),
      warn: (message, fields) => this.#say('warn', message, fields),
      error: (message, fields) => this.#say('error', message, fields),
    };
    return this.#log;
  }
  // Handlers take what they need apart: `({ payload, run, snooze }) => …`.
  get run(): Job['run'] {
    return (tier, work) => this.#host.transaction(this.item, tier, this.signal, work);
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
  get snooze(): Job['snooze'] {
    return (ms) => {
      this.snoozedMs = Math.max(0, ms);
      throw new Snoozed(`snoozed for ${ms} ms`);
    };
  }

  abort(reason: Error): void {
    this.abortedFor ??= reason;
    this.#controller?.abort(reason);
  }

  /** Its log as it is to be kept; undefined where it said nothing. */
  written(): readonly LogLine[] | undefined {
    if (this.#unwritten > 0) {
      const message = `${this.#unwritten} more lines were not kept: a run may write ${mostLines}`;
      this.lines?.push({ atMs: performance.now(), level: 'warn', message, fields: undefined });
    }
    return this.lines;
  }

  #say(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.lines ??= [];
    // The last of them says how many are missing.
    if (this.lines.length >= mostLines - 1) {
      this.#unwritten++;
      return;
    }
    const text = plainText(String(message), longestMessage);
    this.lines.push({ atMs: performance.now(), level, message: text, fields: fields === undefined ? undefined : jsonText(fields) });
  }
}
