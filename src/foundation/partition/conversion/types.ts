import type { Tier } from '../../../kernel/index.ts';
import type { TimeUnit } from '../model/interval.ts';
import type { WorkBounds } from '../model/types.ts';
import type { ConversionRoute, ConversionState } from './model/states.ts';

/** One range of a verification; both sides as one snapshot saw them. */
export interface VerifiedRange {
  readonly number: number;
  /** First key; absent where it is open. */
  readonly from?: string;
  /** First key behind it. */
  readonly to?: string;
  readonly rowsSource: number;
  readonly rowsTarget: number;
  /** Of all columns, whatever the order of rows. */
  readonly hashSource: string;
  readonly hashTarget: string;
  readonly least?: string;
  readonly greatest?: string;
  readonly state: 'equal' | 'different';
}

/** A conversion as it stands. */
export interface ConversionStatus {
  readonly id: string;
  readonly tier: Tier;
  /** `schema.table`. */
  readonly table: string;
  readonly route: ConversionRoute;
  readonly state: ConversionState;
  readonly isPaused: boolean;
  /** Names of the partitions it makes. */
  readonly parts: readonly string[];
  /** Of an exchange: partitions that leave. */
  readonly leaving: readonly string[];
  /** Why the last attempt ended. */
  readonly error?: string;
  /** While rows are copied, and afterwards. */
  readonly copied?: {
    readonly rows: number;
    /** The planner's estimate. */
    readonly rowsTotal: number;
    readonly rowsPerSecond?: number;
    readonly etaSeconds?: number;
    readonly throttled?: string;
  };
  /** The last verification; empty before the first, and for an adoption, which copies nothing. */
  readonly ranges: readonly VerifiedRange[];
  readonly started: Date;
  readonly swapped?: Date;
  readonly finished?: Date;
  readonly undone?: Date;
}

export interface ConvertRequest {
  /** `schema.table`, a plain table. */
  readonly table: string;
  /** Column of the cut: a timestamptz, a date, a uuid v7 or a bigint. */
  readonly key: string;
  /** A calendar unit, or the width of a range of a bigint. */
  readonly every: TimeUnit | number;
  /** Absent: `adopt` unless the old rows are to be cut too, which only `rebuild` does. */
  readonly route?: 'adopt' | 'rebuild';
  /** Columns that a unique index without the key guards now, and claims beside the table do from then on. */
  readonly unique?: readonly (readonly string[])[];
  /** Partitions beyond the current one; default by interval. */
  readonly ahead?: number;
}

/** Tables that become partitioned, or are cut anew, while they are in use. Every method may be killed and called again. */
export interface Conversions {
  /**
   * Plans a conversion and takes it as far as it can go without touching what clients see: built, copied, verified. Called again for a table
   * that is being converted, goes on with it.
   *
   * Locks: SHARE ROW EXCLUSIVE for moments; writers pay for one more write each while rows are copied.
   * @throws PLINTH_PARTITION_CONVERSION_REFUSED with every reason, and those of `verify`
   */
  convert(request: ConvertRequest, bounds?: WorkBounds): Promise<ConversionStatus>;
  /** Cuts one partition into intervals. Without `every`, by that of its set. As far as verified. @throws PLINTH_PARTITION_NO_PART */
  split(table: string, part: string, every: TimeUnit | number, bounds?: WorkBounds): Promise<ConversionStatus>;
  /** Joins neighbouring partitions into one. As far as verified. @throws PLINTH_PARTITION_NO_PART */
  merge(table: string, parts: readonly string[], bounds?: WorkBounds): Promise<ConversionStatus>;
  /** Rewrites one partition as it is, without the space its dead rows held. As far as verified. @throws PLINTH_PARTITION_NO_PART */
  reclaim(table: string, part: string, bounds?: WorkBounds): Promise<ConversionStatus>;
  /** Cuts values out of the catch-all of a list into a partition of their own. As far as verified. */
  addGroup(table: string, group: string, values: readonly string[], bounds?: WorkBounds): Promise<ConversionStatus>;
  /** Cuts the rows of an open-ended or DEFAULT partition into intervals; what is left stays open-ended. As far as verified. */
  drain(table: string, part: string, every: TimeUnit | number, bounds?: WorkBounds): Promise<ConversionStatus>;
  /** Goes on with a conversion, paused or killed, up to the next decision. @throws PLINTH_PARTITION_CONVERSION_UNKNOWN */
  resume(table: string, bounds?: WorkBounds): Promise<ConversionStatus>;
  /** Stops copying after the running batch. @throws PLINTH_PARTITION_CONVERSION_UNKNOWN */
  pause(table: string): Promise<ConversionStatus>;
  /** Compares both sides anew, after copying again what was found different. @throws PLINTH_PARTITION_CONVERSION_MISMATCH */
  verify(table: string, bounds?: WorkBounds): Promise<ConversionStatus>;
  /**
   * The sides change places in one transaction: ACCESS EXCLUSIVE on the table and what points at it, for milliseconds, by the ladder of 100 ms
   * to 2 s. Refused where the catalog would differ in anything but what a conversion is about.
   *
   * @throws PLINTH_PARTITION_CONVERSION_BLOCKED, PLINTH_PARTITION_CONVERSION_DIFFERENCE, PLINTH_PARTITION_CONVERSION_STATE
   */
  swap(table: string, bounds?: WorkBounds): Promise<ConversionStatus>;
  /** Drops the old side. There is no way back from here. @throws PLINTH_PARTITION_CONVERSION_STATE */
  finish(table: string, bounds?: WorkBounds): Promise<ConversionStatus>;
  /** Takes it back, from wherever it is; rows that were written meanwhile are kept. @throws PLINTH_PARTITION_CONVERSION_UNKNOWN */
  undo(table: string, bounds?: WorkBounds): Promise<ConversionStatus>;
  /**
   * Undoes adoptions that nobody swapped and whose tables would refuse new rows in less than 6 hours. Locks as `undo`.
   *
   * @returns their tables, mostly none
   * @throws PLINTH_PARTITION_CONVERSION_BUSY where somebody works on one just now
   */
  giveUpDue(bounds?: WorkBounds): Promise<readonly string[]>;
  /** Open ones and the last 200, newest first. */
  list(): Promise<readonly ConversionStatus[]>;
}
