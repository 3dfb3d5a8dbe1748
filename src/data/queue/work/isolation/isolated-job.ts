import type { Executor } from '../../../../kernel/index.ts';
import type { ExternalOptions } from '../../effects/index.ts';
import { jsonText } from '../../model/json-text.ts';
import type { IsolatedJob, JobLog } from '../../model/types.ts';
import type { LogLevel } from '../item.ts';
import { keptResult } from '../model/kept-result.ts';
import { Calls } from './calls.ts';
import type { Effect, Ended, JobFacts, SaidOfRun, Words } from './messages.ts';
import { tell } from './told.ts';

// A loop that logs is not to flood those who run beside it.
const mostLines = 1_000;

/** Thrown by `snooze`, and of no account when it is caught. */
class Snoozed extends Error {
  override readonly name = 'Snoozed';
}

type Doing = (...args: never[]) => unknown;

/** One run in its thread or process: a job whose deeds are told to the worker, and done there where they need it. */
export class IsolatedRun {
  readonly #facts: JobFacts;
  readonly #say: (said: SaidOfRun) => void;
  readonly #controller = new AbortController();
  readonly #calls: Calls;
  /** What the worker may call back, by number. */
  readonly #doings = new Map<number, Doing>();
  /** Numbers of transactions. */
  readonly #transactions = new WeakMap<Executor, number>();
  #numbered = 0;
  #lines = 0;
  #snoozedMs: number | undefined;
  #isOver = false;

  constructor(facts: JobFacts, say: (said: SaidOfRun) => void) {
    this.#facts = facts;
    this.#say = say;
    this.#calls = new Calls(say, (what, [doing, ...args]) => this.#does(what, doing as number, args as never[]));
  }

  /** Calls the handler and tells how it ended. */
  async run(handler: (job: IsolatedJob<unknown>) => unknown): Promise<void> {
    const { log, job } = this.#job();
    let ended: Pick<Ended, 'result' | 'thrown'> = {};
    try {
      const { text, why } = keptResult(await handler(job));
      if (why !== undefined) log.warn(`The result was not kept: it ${why}.`);
      if (text !== undefined) ended = { result: text };
    } catch (error) {
      ended = { thrown: tell(error) };
    }
    this.#isOver = true;
    this.#calls.close(new Error(`the run of job ${job.id} is over`));
    const missedLines = Math.max(0, this.#lines - mostLines);
    this.#say({ ended: { ...ended, ...(this.#snoozedMs !== undefined && { snoozedMs: this.#snoozedMs }), missedLines } });
  }

  hear(words: Words): void {
    this.#calls.hear(words);
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  async #does(what: string, number: number, args: never[]): Promise<unknown> {
    const doing = this.#doings.get(number) as Doing;
    // `work` gets a transaction, of which it is told the number.
    return what === 'work' ? doing(this.#transaction(Number(args[0])) as never) : doing(...args);
  }

  #transaction(number: number): Executor {
    const tx: Executor = { query: (statement) => this.#calls.ask('query', number, statement) };
    this.#transactions.set(tx, number);
    return tx;
  }

  /** Asks the worker for what calls back. */
  async #with<T>(doings: readonly Doing[], ask: (...numbers: number[]) => Promise<T>): Promise<T> {
    const numbers = doings.map((doing) => {
      this.#doings.set(++this.#numbered, doing);
      return this.#numbered;
    });
    try {
      return await ask(...numbers);
    } finally {
      for (const number of numbers) this.#doings.delete(number);
    }
  }

  #job(): { readonly log: JobLog; readonly job: IsolatedJob<unknown> } {
    const ask = this.#calls.ask.bind(this.#calls);
    const line = (level: LogLevel) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
      if (this.#isOver || ++this.#lines > mostLines) return;
      const text = fields === undefined ? undefined : jsonText(fields);
      this.#say({ log: level, message: String(message), ...(text !== undefined && { fields: text }) });
    };
    const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
    const job: IsolatedJob<unknown> = {
      ...this.#facts,
      signal: this.#controller.signal,
      log,
      progress: (done, total, note) => {
        if (!this.#isOver) this.#say({ done, total, ...(note !== undefined && { note: String(note) }) });
      },
      snooze: (ms) => {
        this.#snoozedMs = ms;
        throw new Snoozed(`snoozed for ${ms} ms`);
      },
      run: (tier, work) => this.#with([work], (number) => ask('run', tier, number)),
      transaction: (tier, work) => this.#with([work], (number) => ask('transaction', tier, number)),
      external: (name, work, options = {}) => this.#external(name, work, options),
      details: (row, tx) => ask('details', row, tx && this.#transactions.get(tx)),
      parents: () => ask('parents'),
      flow: { parents: () => ask('parents'), batch: () => ask('batch'), append: (members) => ask('append', members) },
    };
    return { log, job };
  }

  #external<A>(name: string, work: (key: string) => Promise<A>, { verify, onUnknown, isUnknown }: ExternalOptions<A>): Promise<A> {
    // Whether the outcome is open is asked of an error as it was thrown, here.
    const judged = async (key: string): Promise<Effect<A>> => {
      try {
        return { value: await work(key) };
      } catch (error) {
        return { thrown: tell(error), isOpen: isUnknown?.(error) ?? false };
      }
    };
    return this.#with([judged, ...(verify ? [verify] : [])], (...numbers) => this.#calls.ask('external', name, onUnknown, ...numbers));
  }
}
