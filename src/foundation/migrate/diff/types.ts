import type { Tier } from '../../../kernel/index.ts';

/** One statement of a plan. */
export interface PlanStatement {
  /** The object it is about, as in snapshots. */
  readonly identity: string;
  readonly sql: string;
  /** Loses rows or values that nothing brings back. */
  readonly isDestructive: boolean;
  /** Cannot run in a transaction, or must not share one: a step of its own. */
  readonly isAlone: boolean;
}

export interface DiffRequest {
  /** A folder of .sql files that make the whole desired schema, or the URL of a database that has it. */
  readonly to: string;
  readonly tier?: Tier;
  readonly signal?: AbortSignal;
  /** Writes the plan as migrations of the product. */
  readonly isWritten?: boolean;
}

export interface DiffReport {
  readonly tier: Tier;
  readonly statements: readonly PlanStatement[];
  /** Tables whose columns stand in another order than desired; a plan leaves that alone. */
  readonly reordered: readonly string[];
  /** Folders of the migrations that were written. */
  readonly written: readonly string[];
}

export interface Diff {
  /**
   * What leads from the database to the desired schema. The plan has been run on a throwaway server, and nothing was left to do.
   *
   * @throws PLINTH_MIGRATE_CANNOT_EXPRESS, PLINTH_MIGRATE_PLAN_FAILED, PLINTH_MIGRATE_DIFF_NOT_EMPTY, PLINTH_MIGRATE_BAD_DESIRED,
   * PLINTH_MIGRATE_NOTHING_DESIRED, PLINTH_MIGRATE_BAD_RENAME, PLINTH_MIGRATE_NO_SHADOW
   */
  plan(request: DiffRequest): Promise<DiffReport>;
}
