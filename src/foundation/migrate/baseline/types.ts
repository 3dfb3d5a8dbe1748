import type { Tier } from '../../../kernel/index.ts';
import type { Difference } from '../snapshot/index.ts';

export interface BaselineRequest {
  /**
   * The last migration that is there already: a release, `source/name`, or a source for all of it. Default: everything that the
   * products bring.
   */
  readonly to?: string;
  /** Only the database of this tier. */
  readonly tier?: Tier;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** What one database is held against, and what became of it. */
export interface BaselinedDatabase {
  readonly tiers: readonly Tier[];
  /** `source/name` of what was recorded, in order; of what would have been, where there are differences. */
  readonly migrations: readonly string[];
  /** `source/objects/name` of repeatable objects that are as their files say; the others are made by the next `up`. */
  readonly objects: readonly string[];
  /** From what the migrations make to what is there. When any database has one, nothing is recorded in any. */
  readonly differences: readonly Difference[];
}

export interface BaselineReport {
  readonly runId: string;
  readonly isRecorded: boolean;
  /** Only databases that lack the record of something. */
  readonly databases: readonly BaselinedDatabase[];
  /** What a comparison of schemas cannot tell: rows that migrations change, columns in another order. */
  readonly warnings: readonly string[];
}

export interface Baselines {
  /**
   * Records migrations as `baseline`, without running them, in databases that have all they make and nothing else: compared object by
   * object with what the files make on a throwaway server, and again in the transaction of the record, under the lock of runs. One
   * transaction for each database; killed anywhere, each has all of its rows or none.
   *
   * Capabilities whose schema is in a database come along whole; the others are left to `up`.
   *
   * @throws PLINTH_MIGRATE_UNKNOWN_BASELINE, PLINTH_MIGRATE_NO_SHADOW, PLINTH_MIGRATE_LOCKED, PLINTH_MIGRATE_MOVED_MEANWHILE
   */
  take(request?: BaselineRequest): Promise<BaselineReport>;
}
