import type { Band } from '../model/bands.ts';
import type { Finding } from '../model/findings.ts';
import type { Cause } from '../promise/index.ts';

/** Where jobs are that are not ready. `dead`: given up, and not redriven. */
export const places = ['scheduled', 'retrying', 'parked', 'blocked', 'running', 'dead'] as const;
export type Place = (typeof places)[number];

/** What a queue did in the last hour, and where its jobs are now. */
export interface QueueFlow {
  readonly queue: string;
  /** At most `mostCounted` of each. */
  readonly places: Readonly<Record<Place, number>>;
  /** Minute by minute from `since`, the one that runs last. Ended: completed or given up; failed: runs that failed. */
  readonly enqueued: readonly number[];
  readonly completed: readonly number[];
  readonly failed: readonly number[];
  /** Runs that failed and are tried again; what failed beyond that was given up. */
  readonly retried: readonly number[];
  /** Percentiles of the hour: from due to start, and of the handler. Undefined where nothing ran. */
  readonly waitMs: Percentiles | undefined;
  readonly runMs: Percentiles | undefined;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Flow {
  readonly read: Date;
  /** The first of the minutes. */
  readonly since: Date;
  readonly mostCounted: number;
  readonly queues: readonly QueueFlow[];
}

/** Jobs of one tenant that wait for the same. */
export interface WaitingLane {
  readonly queue: string;
  readonly band: Band;
  readonly tenant: string;
  readonly jobs: number;
  /** Of the one that waits longest. */
  readonly due: Date;
  /** Undefined: nothing but its turn. */
  readonly cause: Cause | undefined;
  /** Limit that holds it. */
  readonly limit: string | undefined;
}

/** Of which nothing begins, because somebody said so. */
export interface PausedTenant {
  readonly tenant: string;
  readonly since: Date;
  readonly by: string;
  /** Due, at most `mostCounted`. */
  readonly jobs: number;
}

export interface TenantShare {
  readonly tenant: string;
  readonly runMs: number;
}

/** Tenants side by side: for who looks after the platform. */
export interface Tenants {
  readonly mostCounted: number;
  /** Longest wait first. */
  readonly waiting: readonly WaitingLane[];
  readonly paused: readonly PausedTenant[];
  readonly shareMinutes: number;
  /** Largest first, the rest in `others`. */
  readonly shares: readonly TenantShare[];
  readonly others: { readonly tenants: number; readonly runMs: number };
}

/** Dead letters that died of the same. */
export interface DeadGroup {
  readonly signature: string;
  readonly type: string;
  readonly queue: string;
  readonly kind: string;
  readonly reasons: readonly string[];
  readonly jobs: number;
  readonly tenants: number;
  readonly firstFailed: Date;
  readonly lastFailed: Date;
  readonly lastJobId: string;
  readonly lastTenant: string;
  readonly findings: readonly Finding[];
  /** Failed runs of the last 24 hours, hour by hour. */
  readonly failures: readonly number[];
  /** Of the last day. */
  readonly redriven: { readonly jobs: number; readonly completed: number; readonly failed: number };
}

/** What a job did in the outside world. */
export interface Effect {
  readonly name: string;
  readonly attempt: number;
  readonly intended: Date;
  /** Null: begun, and nobody knows how it ended. */
  readonly answered: Date | null;
  readonly answer: unknown;
}

/** What people look at first. Each costs a few milliseconds, however much waits. */
export interface Overview {
  flow(): Promise<Flow>;
  tenants(): Promise<Tenants>;
  deadGroups(): Promise<readonly DeadGroup[]>;
  effectsOf(job: { readonly tenantId: string; readonly id: string }): Promise<readonly Effect[]>;
}
