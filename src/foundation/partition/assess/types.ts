import type { Tier } from '../../../kernel/index.ts';
import type { TimeUnit } from '../model/interval.ts';

/** A column a table could be cut by. */
export interface CandidateKey {
  readonly column: string;
  readonly type: string;
  readonly strategy: 'time' | 'uuid7' | 'id';
  /** Between the order of values and that of rows on disk; absent before the first ANALYZE. */
  readonly correlation?: number;
  /** Estimated. */
  readonly distinct?: number;
  /** Share of the executed statements over the table that mention the column; absent where statements are not counted. */
  readonly statementShare?: number;
  /** What is in the way, each with its way out. */
  readonly problems: readonly string[];
}

export interface Proposal {
  readonly key: string;
  readonly strategy: CandidateKey['strategy'];
  readonly every: TimeUnit | number;
  /** For all that is there now, or will be kept. */
  readonly parts: number;
  readonly bytesPerPart: number;
}

/** Whether cutting a table is worth it, and how. */
export interface Assessment {
  readonly tier: Tier;
  readonly table: string;
  readonly isWorthIt: boolean;
  /** Why, or why not. */
  readonly reasons: readonly string[];
  /** Absent where no column can be the key. */
  readonly proposal?: Proposal;
  readonly rows: number;
  readonly sizeBytes: number;
  /** Absent until statistics have been counted for an hour. */
  readonly bytesPerDay?: number;
  readonly deletedPerDay?: number;
  readonly deadRows: number;
  /** Of one run, on average; absent before PostgreSQL 18 and before the first. */
  readonly vacuumSeconds?: number;
  readonly keys: readonly CandidateKey[];
  /** Foreign keys. */
  readonly inbound: readonly string[];
  readonly outbound: readonly string[];
  /** What could not be looked at, and why. */
  readonly unknown: readonly string[];
}
