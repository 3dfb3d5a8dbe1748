import type { Ring } from '../../../kernel/index.ts';

/** How work under a flag ended in the last five minutes of its ring, in all processes. */
export interface Outcomes {
  readonly calls: number;
  readonly failures: number;
}

/** hand: somebody took the step. time: it was due. errors: too much of its work failed. */
export type StepCause = 'hand' | 'time' | 'errors';

export interface FlagStep {
  /** From 1 without gaps. */
  readonly number: number;
  readonly ring: Ring;
  readonly cause: StepCause;
  /** `plinth` for its own steps. */
  readonly changedBy: string;
  readonly reason?: string;
  /** How long it stays in a ring before it goes on by itself; absent: until somebody takes the next step. */
  readonly everyMinutes?: number;
  readonly created: Date;
}

/** A flag with its latest step. */
export interface FlagStatus extends FlagStep {
  readonly name: string;
  readonly meaning: string;
  /** Of tenants that have it. */
  readonly on: Outcomes;
  /** Of the others. */
  readonly off: Outcomes;
}

export interface StepRequest {
  /** Default: the next ring. */
  readonly to?: Ring;
  /** Go on by itself, ring after ring, when it has been in each for so long and worked. */
  readonly everyMinutes?: number;
  readonly reason?: string;
  readonly by: string;
}

/**
 * What is rolled out to some tenants before others: those with the policy `tenancy.isCanary`, then one in a hundred, one in ten, all.
 * A step counts in this process at once, in others that serve within 3 seconds.
 */
export interface Flags {
  /** Whether the tenant has it: from memory. False for a flag that is not there. */
  isOn(name: string, tenantId: string): boolean;
  /**
   * Does `work`, which is told whether the tenant has it, and counts how it ended. What it throws counts as failed, save what is the
   * caller's own doing (HTTP status below 500); outages, which try again, and what was aborted do not count. Where much more
   * fails with it than without, the flag takes a step back by itself.
   */
  run<T>(name: string, tenantId: string, work: (isOn: boolean) => Promise<T>): Promise<T>;
  /** By name. */
  list(): Promise<readonly FlagStatus[]>;
  /** Its steps, newest first; at most 100. @throws PLINTH_TENANCY_UNKNOWN_FLAG */
  history(name: string): Promise<readonly FlagStep[]>;
  /** Adds one that nobody has yet; one that is there is left as it is. @throws PLINTH_TENANCY_BAD_FLAG */
  add(init: { readonly name: string; readonly meaning: string; readonly by: string }): Promise<FlagStatus>;
  /** @throws PLINTH_TENANCY_UNKNOWN_FLAG, PLINTH_TENANCY_FLAG_AT_END, PLINTH_TENANCY_FLAG_MOVED */
  step(name: string, request: StepRequest): Promise<FlagStatus>;
  /** One ring back. @throws PLINTH_TENANCY_UNKNOWN_FLAG, PLINTH_TENANCY_FLAG_AT_END, PLINTH_TENANCY_FLAG_MOVED */
  back(name: string, request: { readonly reason?: string; readonly by: string }): Promise<FlagStatus>;
}
