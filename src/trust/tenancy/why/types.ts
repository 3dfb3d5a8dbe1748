import type { Tier } from '../../../kernel/index.ts';
import type { Verb } from '../model/coverage.ts';

export interface WhyRequest {
  /** `schema.table`. */
  readonly table: string;
  /** Value of the key without the tenant; several in order, with commas between. */
  readonly key: string;
  /** Slug or id of the tenant that was worked for. */
  readonly tenant: string;
  /** Id or address of the user; without one, work of jobs. */
  readonly user?: string;
  /** Default select. */
  readonly verb?: Verb;
}

/** One thing that has to hold for a row to be reached. */
export interface Condition {
  readonly what: 'tenant' | 'membership' | 'grant' | 'row security' | 'policy' | 'role' | 'row' | 'row of this tenant';
  readonly holds: boolean;
  /** With the values that were compared. */
  readonly because: string;
}

export interface Why {
  readonly tier: Tier;
  readonly table: string;
  readonly key: string;
  readonly verb: Verb;
  /** Whether the row was really read that way; null where that could not be tried: what stands against it is in the conditions. */
  readonly isSeen: boolean | null;
  /** In the order in which the database asks. */
  readonly conditions: readonly Condition[];
}
