import type { Job } from '../../model/types.ts';
import type { LogLevel } from '../item.ts';

/** What was thrown on the other side, in words that a message can carry. */
export interface Told {
  /** Of an error. */
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  /** What else stood on the error (code, verdict, …), or all that was thrown where that was no error: JSON. */
  readonly more?: string;
}

/** Questions and answers, either way. */
export type Words =
  | { readonly ask: number; readonly what: string; readonly args: readonly unknown[] }
  | { readonly answer: number; readonly value?: unknown; readonly thrown?: Told };

/** A job as it is, without what it can do. */
export type JobFacts = Pick<
  Job,
  'id' | 'tenantId' | 'type' | 'queue' | 'band' | 'payload' | 'attempt' | 'maxAttempts' | 'isLastAttempt' | 'due'
>;

/** How a handler ended. */
export interface Ended {
  /** JSON of what it gave. */
  readonly result?: string;
  readonly thrown?: Told;
  /** It was put back, and what it gave or threw is of no account. */
  readonly snoozedMs?: number;
  /** Lines of the log that were not sent. */
  readonly missedLines: number;
}

/** Each names its run, so that nobody hears of one that is over. */
export type ToIsolate = { readonly run: number } & ({ readonly begin: JobFacts } | { readonly abort: Told } | Words);

export type FromIsolate =
  | { readonly ready: true }
  /** Its module cannot be run, and why. */
  | { readonly unfit: string }
  /** Nobody caught it: it ends. */
  | { readonly crashed: Told }
  | ({ readonly run: number } & SaidOfRun);

export type SaidOfRun =
  | { readonly log: LogLevel; readonly message: string; readonly fields?: string }
  | { readonly done: number; readonly total: number; readonly note?: string }
  | { readonly ended: Ended }
  | Words;

/** How the work of an effect ended. */
export type Effect<A> = { readonly value: A; readonly thrown?: undefined } | { readonly thrown: Told; readonly isOpen: boolean };
