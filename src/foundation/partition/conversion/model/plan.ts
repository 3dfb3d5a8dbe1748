import type { Tier } from '../../../../kernel/index.ts';

/** A partition of the side that is being built. */
export interface PlannedPart {
  readonly name: string;
  /** `for values from (…) to (…)`, `for values in (…)` or `default`. */
  readonly bound: string;
}

/** A materialised view as it read the table before the swap. */
export interface ReadingView {
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  readonly isPopulated: boolean;
}

interface PlanBase {
  readonly tier: Tier;
  readonly schema: string;
  /** The table that is converted; of an exchange, the one whose partitions are traded. */
  readonly name: string;
  /** Columns that can be written, in order. */
  readonly columns: readonly string[];
  /** Those of them that an update may set. */
  readonly settable: readonly string[];
  readonly keyColumn: string;
  /** Upper bounds that part the rows into ranges for verification, ascending, as literals of `keyType`. */
  readonly keyType: string;
  readonly edges: readonly string[];
  readonly parts: readonly PlannedPart[];
  /** Materialised views that read the table before the swap. */
  readonly views: readonly ReadingView[];
  /** The way back was gone, and what is left is to clear up. */
  readonly isBack?: boolean;
}

/** A plain table that becomes a partitioned one. */
export interface TablePlan extends PlanBase {
  readonly route: 'adopt' | 'rebuild';
  readonly strategy: 'time' | 'uuid7' | 'id';
  readonly primaryKey: readonly string[];
  /** The primary key and the column of the cut: what tells one row from all others on both sides. */
  readonly rowKey: readonly string[];
  /** Unique index over `rowKey` that is built on the old table; absent where the primary key is one. */
  readonly keyIndex?: string;
  /** Unique indexes of the old table without the column of the cut, whose work claims do beside it. */
  readonly claims: readonly {
    readonly columns: readonly string[];
    readonly index: string;
    readonly isConstraint: boolean;
  }[];
  /** Of an adoption: the first value of the old table, as far back as a literal goes. */
  readonly begin?: string;
  /** Of an adoption: the first value that does not belong to the old table any more. */
  readonly end?: string;
  /** What `partition.manage()` is told after the swap. */
  readonly declaration: Readonly<Record<string, unknown>>;
}

/** Partitions of a table that are replaced by others covering the same. */
export interface ExchangePlan extends PlanBase {
  readonly route: 'exchange';
  readonly rowKey: readonly string[];
  /** What holds for the rows of the partitions that leave, and for no others of the table. */
  readonly condition: string;
  /** Partitions that leave, with their bounds. */
  readonly leaving: readonly PlannedPart[];
}

export type ConversionPlan = TablePlan | ExchangePlan;

/** Where the other side stands: `next` before the swap, `past` what was replaced, until it is dropped. */
export interface Sides {
  readonly next: string;
  readonly past: string;
}

/** Schemas of one conversion; nobody but the owner may look into them. */
export function sidesOf(conversionId: string): Sides {
  // The last digits of a uuid v7 are its random ones.
  const short = conversionId.replaceAll('-', '').slice(-12);
  return { next: `partition_${short}_next`, past: `partition_${short}_past` };
}
