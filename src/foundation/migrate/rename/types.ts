import type { Tier } from '../../../kernel/index.ts';

/** Rows of a table that another one takes over. Expressions are over the source, called `s`. */
export interface MergeMap {
  /** `schema.table` under its old name. Its columns keep their names: it goes away. */
  readonly source: string;
  /** `schema.table` under its new name. */
  readonly into: string;
  /** Column of the target → expression: which row it is. */
  readonly key: Readonly<Record<string, string>>;
  /** Further columns → expression. */
  readonly values: Readonly<Record<string, string>>;
  /** Columns of `key` and `values` that say the same row under another key. */
  readonly content: readonly string[];
}

export interface TierMap {
  readonly schemas: readonly string[];
  /** Old → new, without schema. */
  readonly tables?: Readonly<Record<string, string>>;
  readonly merges?: readonly MergeMap[];
}

/** The new names of a database that grew under older rules. */
export interface RenameMap {
  /** Words joined by `_`. */
  readonly name: string;
  /** Ending that columns lose: `_at` makes `created_at` to `created`. */
  readonly suffix?: string;
  /** Columns with a new name of their own, wherever they are. */
  readonly columns?: Readonly<Record<string, string>>;
  readonly tiers: Readonly<Partial<Record<Tier, TierMap>>>;
}

export interface MergeReport {
  readonly source: string;
  readonly into: string;
  readonly moved: number;
  /** Keys of rows that are in the target with another content; nothing was done to them. The first 20. */
  readonly different: readonly string[];
}

export interface RenameReport {
  readonly tier: Tier;
  /** `schema.old → schema.new`, tables and columns; empty when nothing was left to do. */
  readonly renamed: readonly string[];
  /** Functions whose body was rewritten with the new names. */
  readonly rewritten: readonly string[];
  /** Functions that use a name both as an argument and as a column: somebody has to look. */
  readonly toCheck: readonly string[];
  readonly merges: readonly MergeReport[];
  /** Schema in which programs find everything under its old names; set their search_path to it. */
  readonly legacySchemas: readonly string[];
}

export interface RenameRequest {
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** The move from old names to new ones, for a whole database at once. */
export interface Renames {
  /**
   * Gives tables, columns and what belongs to them their new names, in one transaction for each database, and keeps the old names as
   * writable views: in `<schema>_legacy` all of them, and those of tables at their old place too. The views read, insert, update and
   * delete, ON CONFLICT included; they take no COPY, and nothing can refer to them. Locks each table for a moment. What is done is
   * not done again.
   *
   * @throws PLINTH_MIGRATE_RENAME_IN_THE_WAY, PLINTH_MIGRATE_RENAME_VIEW, PLINTH_MIGRATE_MERGE_INCOMPLETE, PLINTH_MIGRATE_BLOCKED
   */
  apply(map: RenameMap, request?: RenameRequest): Promise<readonly RenameReport[]>;
  /**
   * Ends the old names: drops the views; sources of merges go to the trash. Refused while a group would refuse it.
   *
   * @throws PLINTH_MIGRATE_RENAME_HELD, PLINTH_MIGRATE_MERGE_INCOMPLETE
   */
  contract(map: RenameMap, request?: RenameRequest): Promise<void>;
}
