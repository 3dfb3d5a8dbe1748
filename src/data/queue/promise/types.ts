import type { Band } from '../model/bands.ts';
import type { AlertSeverity } from './model/alert.ts';
import type { Outcome } from './model/counted.ts';
import type { Level } from './model/level.ts';
import type { StarvationLevel } from './model/starvation.ts';
import type { Cause, PromiseState } from './model/state.ts';

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

/** How a queue is. */
export interface QueueHealth {
  readonly queue: string;
  readonly pool: string;
  readonly isPaused: boolean;
  /** When it was looked at; undefined and `unwatched` where nobody does. */
  readonly sampled: Date | undefined;
  readonly isWatched: boolean;
  readonly bands: readonly BandHealth[];
  readonly parkedJobs: number;
  readonly slots: number;
  readonly workers: number;
  readonly level: Level;
  readonly predictedWaitMs: number | undefined;
  readonly state: PromiseState;
  readonly cause: Cause | undefined;
  readonly starvingLanes: number;
  /** Lanes that ever waited for more than four hours. */
  readonly breaches: number;
  readonly fairness: number | undefined;
  readonly errorRate: number;
  readonly finishedPerS: number;
  readonly deadTuples: number;
  readonly horizonAgeMs: number;
}

export interface BandHealth {
  readonly band: Band;
  readonly jobs: number;
  /** Of the oldest ready job; 0 where none is. */
  readonly oldestWaitMs: number;
  readonly targetMs: number;
  /** Set, and in force. */
  readonly weight: number;
  readonly weightInForce: number;
  readonly state: PromiseState;
  readonly cause: Cause | undefined;
}

/** The promise of a queue, and of a lane that starves. */
export interface PromiseReport {
  readonly state: PromiseState;
  readonly queues: readonly QueueHealth[];
  readonly starving: readonly StarvingLane[];
}

export interface StarvingLane {
  readonly queue: string;
  readonly band: Band;
  readonly tenantId: string;
  readonly oldestDue: Date;
  readonly level: StarvationLevel;
  readonly cause: string;
  readonly detected: Date;
}

export interface AlertEntry {
  readonly name: string;
  readonly metric: string;
  readonly severity: string;
  /** Undefined: of the platform. */
  readonly queue: string | undefined;
  readonly fired: Date;
  /** Undefined while it lasts. */
  readonly resolved: Date | undefined;
  readonly value: number;
  readonly threshold: number;
  readonly cause: string | undefined;
}

/** What is told to operators while a metric is beyond a threshold for long enough. */
export interface AlertRuleEntry {
  readonly name: string;
  /** Undefined: each queue by itself, or the platform where the metric is the platform's. */
  readonly queue: string | undefined;
  readonly metric: string;
  readonly comparison: '>' | '<';
  /** In the unit of the metric: the end of its name, else a number or a share of 1. */
  readonly threshold: number;
  readonly forS: number;
  readonly severity: AlertSeverity;
  readonly isEnabled: boolean;
  /** How often in the last 30 days. */
  readonly fired: number;
  readonly lastFired: Date | undefined;
  readonly isFiring: boolean;
}

/** What is absent stays as it is. */
export interface AlertChange {
  /** Whose alert, where a queue has one of its own. */
  readonly queue?: string;
  readonly threshold?: number;
  readonly forS?: number;
  readonly severity?: AlertSeverity;
  readonly isEnabled?: boolean;
}

export interface AlertRules {
  /** What is looked at, by name. */
  alertRules(): Promise<readonly AlertRuleEntry[]>;
  /** From the next look on, a second later; on record. @throws PLINTH_QUEUE_UNKNOWN_ALERT, PLINTH_QUEUE_BAD_ALERT */
  setAlert(name: string, change: AlertChange, acting: { readonly by: string }): Promise<void>;
}

export interface WorkerEntry {
  readonly id: string;
  readonly pool: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly slots: number;
  readonly busy: number;
  readonly isDraining: boolean;
  readonly started: Date;
  readonly seen: Date;
  readonly rssBytes: number;
  readonly loopLagMs: number;
  /** Of its last minutes; undefined where nothing was written yet. */
  readonly performance:
    | {
        readonly completed: number;
        readonly failed: number;
        readonly errorRate: number;
        readonly busyRatio: number;
        readonly cpuRatio: number;
        readonly leaseLosses: number;
      }
    | undefined;
}

/** A minute of a job type. */
export interface MinuteEntry {
  readonly begun: Date;
  readonly jobType: string;
  readonly queue: string;
  readonly enqueued: number;
  readonly completed: number;
  readonly failed: number;
  readonly retried: number;
  readonly runMeanMs: number | undefined;
  readonly runP50Ms: number | undefined;
  readonly runP95Ms: number | undefined;
  readonly runP99Ms: number | undefined;
  readonly waitP50Ms: number | undefined;
  readonly waitP95Ms: number | undefined;
  readonly waitP99Ms: number | undefined;
}

/** An hour of a band. */
export interface HourEntry {
  readonly begun: Date;
  readonly queue: string;
  readonly band: Band;
  readonly completed: number;
  readonly failed: number;
  readonly retried: number;
  readonly waitP50Ms: number | undefined;
  readonly waitP95Ms: number | undefined;
  readonly waitP99Ms: number | undefined;
  readonly waitMaxMs: number;
}

/** A pool, with how its number of slots came about. */
export interface PoolEntry {
  readonly pool: string;
  readonly workers: number;
  readonly slots: number;
  readonly desired: number;
  /** Newest first. */
  readonly decisions: readonly {
    readonly decided: Date;
    readonly slots: number;
    readonly desired: number;
    readonly reason: string;
    readonly inputs: Readonly<Record<string, number>>;
  }[];
}

/** The figures people read. Each is one short statement. */
export interface QueuePromise extends AlertRules {
  /** Queues with their bands, as they were about a second ago. */
  health(): Promise<readonly QueueHealth[]>;
  /** Whether the promise is held, where it is not and why. */
  promise(): Promise<PromiseReport>;
  /** Alerts that last, then those that ended, newest first; at most `most` (100). */
  alerts(most?: number): Promise<readonly AlertEntry[]>;
  workers(): Promise<readonly WorkerEntry[]>;
  /** The last so many minutes of each job type that ran, newest first. At most 1,440. */
  throughput(minutes: number): Promise<readonly MinuteEntry[]>;
  /** The last so many hours of each band that ran, newest first. At most 9,600. */
  hours(hours: number): Promise<readonly HourEntry[]>;
  pools(): Promise<readonly PoolEntry[]>;
}

export type { Cause, Level, Outcome, PromiseState, StarvationLevel };
