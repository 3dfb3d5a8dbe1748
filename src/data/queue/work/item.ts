import type { ClaimedJob } from '../claim/index.ts';

/** A batch of this process, in memory. */
export interface HeldLease {
  readonly id: string;
  readonly queueId: number;
  /** Jobs it was claimed with. */
  readonly size: number;
  /** Jobs of it that have neither ended nor left it. */
  open: number;
  /** It was taken away: its results are not ours to tell. */
  isLost: boolean;
  /** The database does not know of it yet: what there is to tell of it waits. */
  isParting: boolean;
  /** What its next finish says; made when there is something. */
  results: Results | undefined;
}

/** A claimed job. */
export interface Item {
  lease: HeldLease;
  /** Its name within its lease, from 1. */
  place: number;
  readonly job: ClaimedJob;
  /** The database does not know yet that it has another lease. */
  parting?: Promise<void>;
  /** Why it cannot be run: its limits cannot be told from its payload. */
  unfit?: unknown;
}

/** How a run ended that did not simply complete; in the words of `queue.finish_others`. */
export interface Outcome {
  readonly status: 'completed' | 'failed' | 'cancelled' | 'discarded' | 'dead' | 'snoozed';
  /** JSON. */
  readonly result?: string | undefined;
  readonly error?: unknown;
  readonly delayMs?: number;
  readonly keepAge?: boolean;
  readonly reason?: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export interface LogLine {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly message: string;
  /** JSON. */
  readonly fields: string | undefined;
}

/** Results of one lease that wait to be written. Completions are three numbers each, and for some there is more to say. */
export interface Results {
  readonly places: number[];
  readonly durationsMs: number[];
  readonly endsMs: number[];
  /** By the index in `places`: what it returned, as JSON, and what its end has to settle. */
  readonly more: { readonly at: number; readonly result: string | undefined; readonly follow: unknown }[];
  readonly others: { readonly item: Item; readonly durationMs: number; readonly endMs: number; readonly outcome: Outcome }[];
  readonly logs: { readonly place: number; readonly lines: readonly LogLine[] }[];
}
