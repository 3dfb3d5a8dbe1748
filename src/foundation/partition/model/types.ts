import type { Tier } from '../../../kernel/index.ts';
import type { ArchiveStatus, Restored } from '../archive/types.ts';
import type { Assessment } from '../assess/types.ts';
import type { Conversions } from '../conversion/index.ts';
import type { RetainRequest, RetentionStep } from '../retention/types.ts';
import type { Declaration } from './declaration.ts';

export type PartState = 'attached' | 'detach_pending' | 'detached' | 'archived' | 'dropped';

/** A table that is looked after. */
export interface SetStatus {
  /** First tier of the database it is in. */
  readonly tier: Tier;
  /** Qualified, quoted where it has to be. */
  readonly table: string;
  readonly declaration: Declaration;
  readonly isPaused: boolean;
  /** False when the table was dropped or renamed and its declaration is left. */
  readonly exists: boolean;
  /** End of what is ready without a gap from now on: a time with offset, or a number. Absent for list and hash. */
  readonly coveredUntil?: string;
  readonly attached: number;
  /** Detached or archived, not yet dropped. */
  readonly detached: number;
  /** With indexes, without what is detached. */
  readonly sizeBytes: number;
  /** Why upkeep could not make it ready when it last tried. */
  readonly blockedBy?: string;
  readonly maintained?: Date;
  readonly retained?: Date;
}

/** A partition that is or was. */
export interface PartStatus {
  readonly tier: Tier;
  readonly id: string;
  readonly set: string;
  readonly table: string;
  /** Half-open, as literals; absent where it is open, and for list and hash. */
  readonly from?: string;
  readonly to?: string;
  readonly group?: string;
  readonly state: PartState;
  /** The planner's estimate while attached, counted when detached. */
  readonly rows?: number;
  readonly sizeBytes?: number;
  readonly blockedBy?: string;
  readonly created: Date;
  readonly detached?: Date;
  readonly archived?: Date;
  readonly dropped?: Date;
}

/** A range that has no partition yet and should have one. */
export interface MissingRange {
  readonly tier: Tier;
  readonly table: string;
  readonly group?: string;
  /** As in ATTACH PARTITION. */
  readonly range: string;
}

/** What declaring a table again would change. */
export interface PlannedChange {
  readonly tier: Tier;
  readonly table: string;
  readonly change: string;
}

/** Something that is wrong with a partitioned table, or will be soon. */
export interface Finding {
  readonly tier: Tier;
  readonly table: string;
  readonly severity: 'critical' | 'warning' | 'information';
  /** One or two words: covered, gap, overflow, default, detach pending, bound, skew, differs, index, query, … */
  readonly finding: string;
  readonly detail: string;
}

/** Limits for a query, to be written as literals: then the planner leaves out all other partitions. */
export interface KeyBounds {
  readonly column: string;
  /** `column >= from and column < to`. */
  readonly from: string;
  readonly to: string;
}

export interface UpkeepReport {
  /** Partitions that were made, by table. */
  readonly made: Readonly<Record<string, number>>;
  readonly changed: readonly PlannedChange[];
  readonly durationMs: number;
}

export interface WorkBounds {
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** Tables cut by time, list or both, looked after in all databases of a platform. */
export interface Partition extends AsyncDisposable {
  /** Tables in use that become partitioned, or are cut anew. */
  readonly conversions: Conversions;
  /** Every table that is looked after, of all databases. Reads only. */
  status(): Promise<readonly SetStatus[]>;
  /** Every partition there is or was, of one table or all. @throws PLINTH_PARTITION_NOT_MANAGED */
  parts(table?: string): Promise<readonly PartStatus[]>;
  /**
   * What is wrong or will be soon, the worst first; empty when all is well. Reads only. Also which named queries plan more than three
   * partitions of a table without limits on its key, unless they say why: `-- plinth:allow unpruned <reason>`.
   */
  findings(): Promise<readonly Finding[]>;
  /**
   * Literal limits on the key of a table cut by time or uuid v7: a query with a parameter or `now()` instead has all
   * partitions planned. Times are rounded down to the second (time) or millisecond (uuid v7).
   *
   * @throws PLINTH_PARTITION_NOT_MANAGED, PLINTH_PARTITION_NO_TIME
   */
  bounds(table: string, from: Date, to: Date): Promise<KeyBounds>;
  /** Ranges that upkeep would make now. Reads only. */
  missing(): Promise<readonly MissingRange[]>;
  /**
   * Whether a table should be cut, by what the server has counted about it, and how. Reads the catalog and statistics only.
   *
   * @throws PLINTH_PARTITION_NO_TABLE
   */
  assess(table: string): Promise<Assessment>;
  /** What the declarations of manifests and configuration would change; empty when nothing. Reads only. */
  plan(): Promise<readonly PlannedChange[]>;
  /**
   * Applies the declarations of manifests and configuration, then makes every table ready for the time to come: one
   * transaction per partition, locks by the ladder of 100 ms to 2 s. Any number may run at once.
   *
   * @throws PLINTH_PARTITION_NOT_COVERED when a table could not be made ready; all others are
   */
  maintain(request?: WorkBounds & { readonly table?: string }): Promise<UpkeepReport>;
  /**
   * Makes what is missing between two values in one transaction and returns how many: for imports and past data.
   * Times without offset are UTC.
   *
   * @throws PLINTH_PARTITION_NOT_MANAGED, PLINTH_PARTITION_REFUSED
   */
  ensure(table: string, from: string, to: string): Promise<number>;
  /** Upkeep and retention leave a paused table alone. @throws PLINTH_PARTITION_NOT_MANAGED */
  pause(table: string, isPaused: boolean): Promise<void>;
  /**
   * Detaches what is behind the retention line and lets go, and archives and drops what has passed its days of grace. What
   * stands in the way of one partition is in the answer and stops no other. One process at a time per database works.
   *
   * @throws PLINTH_PARTITION_NOT_MANAGED
   */
  retain(request?: RetainRequest): Promise<readonly RetentionStep[]>;
  /**
   * Detaches one partition now, whatever its retention; it can come back within the days of grace. Gives its new name.
   *
   * @throws PLINTH_PARTITION_UNKNOWN_PART, PLINTH_PARTITION_OLD_READER, PLINTH_PARTITION_BUSY
   */
  detach(part: string, bounds?: WorkBounds): Promise<string>;
  /** Undoes a detach; gives the name. @throws PLINTH_PARTITION_UNKNOWN_PART, PLINTH_PARTITION_REFUSED */
  reattach(part: string): Promise<string>;
  /** Every archive, oldest first. */
  archives(): Promise<readonly ArchiveStatus[]>;
  /** Reads an archive back and compares. @throws PLINTH_PARTITION_ARCHIVE_DAMAGED, PLINTH_PARTITION_UNKNOWN_ARCHIVE */
  verifyArchive(id: string, bounds?: WorkBounds): Promise<void>;
  /**
   * Brings the rows of an archive back, as a table beside or attached again.
   *
   * @throws PLINTH_PARTITION_UNKNOWN_ARCHIVE, PLINTH_PARTITION_ARCHIVE_DAMAGED, PLINTH_PARTITION_STILL_THERE
   */
  restore(id: string, request?: { readonly attach?: boolean; readonly signal?: AbortSignal }): Promise<Restored>;
}
