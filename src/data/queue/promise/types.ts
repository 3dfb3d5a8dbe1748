import type { Outcome } from './model/counted.ts';

/** What enqueues and runs are counted with: some additions in memory, written every few seconds. Nothing waits for it. */
export interface Counters {
  enqueued(typeId: number, queueId: number, band: number, count: number): void;
  /** A run ended. `waitMs` from due to start, `runMs` of the handler. */
  finished(typeId: number, queueId: number, band: number, waitMs: number, runMs: number, outcome: Outcome, tenantId: string): void;
  /** Batches that were taken away from this process. */
  leasesLost(count: number): void;
}

/** What claims and enqueues need to know of a queue; in running processes about a second old. */
export interface QueueFigures {
  readonly queueId: number;
  /** Ready jobs, all bands; above some thousands an estimate. */
  readonly depth: number;
  /** Shares of the effective bands that are in force. */
  readonly weights: readonly number[];
  /** Due time of the oldest ready job of each band, undefined where there is none. */
  readonly oldest: readonly (Date | undefined)[];
  /** Share of each claim that goes to the oldest jobs, whatever their band: 0, 0.25 once a lane waits for two hours, 1 after three. */
  readonly overdueShare: number;
  /** How long a job would wait that is enqueued now; undefined where nobody serves the queue. */
  readonly predictedWaitMs: number | undefined;
  /** How old these figures are. */
  readonly ageMs: number;
}

/** What becomes of an enqueue. */
export type Admission = 'accept' | 'demote';
