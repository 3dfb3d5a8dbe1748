import type { Tier } from '../../../kernel/index.ts';

/** A declared column, and the one that holds the same values in clear until it takes its place. */
export interface ClearColumn {
  readonly tier: Tier;
  /** Qualified. */
  readonly table: string;
  /** Declared with crypto.declare_column(). */
  readonly column: string;
  /** Of the same table. Its values are sealed as PostgreSQL writes them. */
  readonly clear: string;
}

export interface SealingRequest extends ClearColumn {
  readonly signal?: AbortSignal;
  onProgress?(line: string): void;
}

/** What a comparison of all rows found. */
export interface Comparison {
  /** Rows whose sealed value opens to what stands in clear, or has nothing in clear beside it. */
  readonly equal: number;
  /** Rows that are not sealed (any more): they were written in clear meanwhile. */
  readonly open: number;
  /** Rows whose sealed value does not open, or to something else, or whose index is of something else: `tenant: key`, at most ten. */
  readonly differing: readonly string[];
}

/** Seals what stands in clear, as a rotation seals anew: in batches that give way to load, and without a record of where it is. */
export interface SealingWork {
  /**
   * Seals every row that has a value in clear and none sealed, of all tenants, and returns how many. Rows that are written in clear
   * meanwhile are sealed too; those that others hold locked are waited for. Killed anywhere, the same call goes on. What stands in clear
   * stays.
   *
   * @throws PLINTH_CRYPTO_SEALING_RUNS, PLINTH_CRYPTO_COLUMN_UNKNOWN, PLINTH_CRYPTO_TABLE_UNKNOWN, PLINTH_CRYPTO_KEYS_DESTROYED
   */
  seal(request: SealingRequest): Promise<number>;
  /** Opens every sealed value and compares it, and its index, with what stands in clear. Changes nothing. */
  compare(request: SealingRequest): Promise<Comparison>;
  /** Rows that have a value in clear and none sealed. */
  countOpen(column: ClearColumn): Promise<number>;
}
