import type { Tier } from '../../../kernel/index.ts';

/**
 * Owned by tenancy, filled by each capability that measures something of its own for tenants (`tenancy.TenantMeasures`): what it keeps for
 * them, what it did for them in an hour. What processes run in databases is measured without it.
 */
export interface TenantMeasure {
  /** `<capability>.<what>`, e.g. `content.bytes`. */
  readonly name: string;
  readonly meaning: string;
  readonly unit?: 'bytes' | 'ms';
  /**
   * Of every tenant that has any: how much there is now, or has been so far in the hour that began then. Asked several times in an hour by
   * one process of the platform; the last figure counts, so none is counted twice.
   */
  read(hour: Date, signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
}

/** What a tenant had of the databases. */
export interface UsageFigures {
  /** Statements, failed ones and those of transactions that were rolled back or tried again too; BEGIN and COMMIT are none. */
  readonly queries: number;
  /** That were returned or written. */
  readonly rows: number;
  /** How long statements took, as the process that asked saw it. */
  readonly executionMs: number;
  /** How long connections of the pools were held. */
  readonly heldMs: number;
  /** How long connections of full pools were waited for, also in vain. */
  readonly poolWaitMs: number;
}

export interface UsageHour extends UsageFigures {
  readonly begun: Date;
  /** Write-ahead log; undefined where none was seen. */
  readonly walBytes?: number;
  /** What capabilities measure, by name. */
  readonly measures: Readonly<Record<string, number>>;
}

export interface TenantUsage extends UsageFigures {
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly walBytes?: number;
  /** The latest figures. */
  readonly measures: Readonly<Record<string, number>>;
  /** `executionMs` hour by hour, oldest first, the one that runs last. */
  readonly byHour: readonly number[];
}

/** A tenant in one minute of one tier. */
export interface MinuteUsage extends UsageFigures {
  readonly tier: Tier;
  readonly tenant: { readonly id: string; readonly slug: string };
  /** Of the time that connections of the tier were held in that minute. */
  readonly heldShare: number;
}

/** A minute in which tenants waited for connections of a tier: who, and who held them; three of each, the most first. */
export interface SlowMinute {
  readonly begun: Date;
  readonly tier: Tier;
  readonly poolWaitMs: number;
  readonly slowed: readonly { readonly tenantId: string; readonly slug: string; readonly poolWaitMs: number }[];
  readonly holders: readonly { readonly tenantId: string; readonly slug: string; readonly heldShare: number }[];
}

/** What tenants had of the platform. Each process adds what it counted every five seconds. */
export interface Usage {
  /** Of one tenant, the last so many hours with the one that runs, oldest first; hours without any are left out. */
  hours(tenantId: string, hours: number): Promise<readonly UsageHour[]>;
  /** Of each that had any in the last so many hours, who had the most first; `system` is the platform itself. */
  totals(hours: number): Promise<readonly TenantUsage[]>;
  /**
   * The tenants in a minute, by tier, who held connections longest first. `minute` as `parseMinute` takes it.
   * @throws PLINTH_TENANCY_BAD_MINUTE, PLINTH_TENANCY_MINUTE_NOT_KEPT
   */
  minute(minute: string): Promise<{ readonly begun: Date; readonly tenants: readonly MinuteUsage[] }>;
  /** The twenty minutes of the last day in which tenants waited longest: who slowed whom. */
  slowest(): Promise<readonly SlowMinute[]>;
  /** Writes what this process has counted and not written yet. */
  flush(): Promise<void>;
}
