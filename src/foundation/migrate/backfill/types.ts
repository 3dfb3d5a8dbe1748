import type { Tier } from '../../../kernel/index.ts';

/** What is to be done to a large table, row by row. */
export interface BackfillDefinition {
  /** Unique in its database; `source/name` for that of a migration. */
  readonly name: string;
  readonly tier: Tier;
  /**
   * The statement as one would run it at once; the engine adds the bounds of each batch. Names are qualified.
   *
   * - `update shop.orders set total_cents = total * 100 where total_cents is null` changes rows in place. The rows of a batch are
   *   locked FOR NO KEY UPDATE.
   * - `insert into shop.orders_new (id, total) select id, total from shop.orders on conflict do nothing` copies them. The source
   *   rows are locked FOR KEY SHARE, so that a row deleted meanwhile is not copied.
   *
   * The `where` says which rows still need it. Leave it out, and each row that is there at the start is passed exactly once.
   */
  readonly statement: string;
  /** The higher one runs first; default 0. */
  readonly priority?: number;
}

export type BackfillState = 'running' | 'paused' | 'completed';

/** A backfill as it stands. */
export interface BackfillStatus {
  readonly name: string;
  readonly tier: Tier;
  /** `schema.table`. */
  readonly table: string;
  /** `running` also while nobody works on it. */
  readonly state: BackfillState;
  readonly priority: number;
  readonly rowsSeen: number;
  readonly rowsChanged: number;
  /** The planner's estimate from the start; 0 when it knew nothing. */
  readonly rowsTotal: number;
  readonly batchRows: number;
  /** Absent before the first batch. */
  readonly rowsPerSecond?: number;
  /** Absent when it cannot be told. */
  readonly etaSeconds?: number;
  /** Why it waits right now. */
  readonly throttled?: string;
  /** Why it paused itself. */
  readonly error?: string;
  /** Rows that failed; they wait for `retry`. */
  readonly quarantined: number;
  /** Rows that were locked when their batch came; the second pass takes them. */
  readonly locked: number;
  readonly started: Date;
  readonly completed?: Date;
}

export interface QuarantinedRow {
  /** The primary key, column by column as text. */
  readonly key: readonly string[];
  /** Absent for a row that was locked. */
  readonly error?: string;
  readonly created: Date;
}

export interface BackfillRunRequest {
  /** Ends after the running batch is cancelled and rolled back; what is committed stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** Long row-by-row work over large tables: batch by batch, killed at any moment and continued, each row once. */
export interface Backfills {
  /**
   * Declares a backfill; whoever runs backfills (`run`, the service) does the work. Fixes the upper end: the largest key of now.
   * The same definition again changes nothing. Reads the table's catalog and its largest key; takes no lock on it.
   *
   * @throws PLINTH_MIGRATE_BACKFILL_STATEMENT, PLINTH_MIGRATE_BACKFILL_TABLE, PLINTH_MIGRATE_BACKFILL_NO_KEY,
   * PLINTH_MIGRATE_BACKFILL_DIFFERS, PLINTH_MIGRATE_BACKFILL_DENIED
   */
  start(definition: BackfillDefinition): Promise<BackfillStatus>;
  /**
   * Works on it until it is completed or paused, or follows the one who already does. Rows that fail go to quarantine; an error that
   * is not about a row pauses it and is thrown.
   *
   * @throws PLINTH_MIGRATE_BACKFILL_UNKNOWN, PLINTH_MIGRATE_BACKFILL_PAUSED
   */
  run(name: string, request?: BackfillRunRequest): Promise<BackfillStatus>;
  /** Takes effect after the running batch. @throws PLINTH_MIGRATE_BACKFILL_UNKNOWN */
  pause(name: string): Promise<BackfillStatus>;
  /** @throws PLINTH_MIGRATE_BACKFILL_UNKNOWN */
  resume(name: string): Promise<BackfillStatus>;
  /** All of all databases, or of one tier's; empty when there are none. */
  list(tier?: Tier): Promise<readonly BackfillStatus[]>;
  /** The first 1,000 rows it left behind. @throws PLINTH_MIGRATE_BACKFILL_UNKNOWN */
  quarantine(name: string): Promise<readonly QuarantinedRow[]>;
  /** Makes the failed rows due again and returns how many; the next run takes them. @throws PLINTH_MIGRATE_BACKFILL_UNKNOWN */
  retry(name: string): Promise<number>;
}
