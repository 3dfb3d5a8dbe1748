import type { Slot } from './slots.ts';

export interface ClaimerSettings {
  readonly workerId: string;
  readonly queueId: number;
  readonly queueName: string;
  readonly leaseMs: number;
  /** Base priority of each band. */
  readonly bases: readonly number[];
  /** Shares of processing time of the effective bands. */
  readonly weights: readonly number[];
  /** What a run of a job type is expected to take. */
  readonly meanRunMs: (typeId: number) => number;
}

export interface ClaimRequest {
  readonly slot: Slot;
  /** How many jobs at most. */
  readonly wanted: number;
  /** No job of a band has been due for longer than since then. Default: what the watch over the queue says, or a look at all lanes. */
  readonly oldest?: readonly (Date | undefined)[];
  /** Job types that stay where they are: those this process has no handler for. */
  readonly withoutTypes: readonly number[];
  /** Share of the claims that goes to jobs that wait for over two hours, the longest first. Default 0. */
  readonly overdueShare?: number;
  /** Weights of tenants that do not have 1. */
  readonly tenantWeights?: Readonly<Record<string, number>>;
}

export interface ClaimedJob {
  readonly tenantId: string;
  readonly id: string;
  readonly due: Date;
  readonly band: number;
  /** The band it competed in, by its age; its run time is charged there. */
  readonly effective: number;
  readonly typeId: number;
  /** Runs it had used before this one. */
  readonly attempt: number;
  readonly crashCount: number;
  /** What its run is charged with until it ends. */
  readonly expectedMs: number;
  /** Undefined where the record of the job is gone: there is nothing to run. */
  readonly record:
    | {
        readonly maxAttempts: number;
        readonly payloadVersion: number;
        readonly payload: unknown;
        /** What its end has to settle; whoever runs it adds what it takes. */
        follow: unknown;
        readonly trace: string | null;
      }
    | undefined;
}

/** A leased batch: its jobs in the order of running; the position of a job, from 1, is its name within the lease. */
export interface Claim {
  readonly leaseId: string;
  readonly jobs: readonly ClaimedJob[];
}
