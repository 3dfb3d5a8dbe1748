import type { Tier } from '../../../kernel/index.ts';
import type { TimeUnit } from './interval.ts';

/** A group of a list: its values, `default` for all that no other takes, or values with options of their own. */
export type Group =
  | readonly string[]
  | 'default'
  | {
      readonly values: readonly string[] | 'default';
      readonly every?: TimeUnit;
      readonly ahead?: number;
      readonly keep?: string | number;
    };

/** What has to be true before a partition may go: `unless`, `heldBy` or both. */
export interface Release {
  /** A condition on a row: as long as one row of the partition meets it, the partition is still needed. */
  readonly unless?: string;
  /**
   * A function that is asked with the bounds of the partition, in the type of the key, and returns in words who still needs it, or null:
   * for rows that go with those of another table.
   */
  readonly heldBy?: string;
  /** How long past the line it may stay for that reason; for ever where it is not said. Goes with `otherwise`. */
  readonly atLatest?: string;
  /** What happens then: an alarm, the rows carried to the current partition, or dropped with the rest. */
  readonly otherwise?: 'alert' | 'carry' | 'force';
  /** For `carry`: the column that keeps the original time. */
  readonly original?: string;
}

/**
 * How a table is cut and kept, as `partition.manage()` takes it: the same words in a migration, a manifest and
 * `plinth.config.ts`.
 */
export interface Declaration {
  readonly by: 'time' | 'uuid7' | 'id' | 'list' | 'hash';
  /** The column. */
  readonly key: string;
  /** A calendar unit for time and uuid7, the width of a range for id. */
  readonly every?: TimeUnit | number;
  /** For hash. */
  readonly modulus?: number;
  /** For list. */
  readonly groups?: Readonly<Record<string, Group>>;
  /** The second level: list or hash below a range, time below a list. There is no third. */
  readonly below?: Level;
  /** Partitions that are ready beyond the current one. */
  readonly ahead?: number;
  /** Age of a partition's upper bound, such as `90 days`, or a number of partitions. For ever where it is not said. */
  readonly keep?: string | number;
  /** What becomes of a partition after its days of grace. */
  readonly archive?: 'none' | 'table' | 'file' | { readonly tier: Tier };
  readonly release?: Release;
  /** A row outside all ranges is refused (default), or kept in an open-ended partition. */
  readonly guard?: 'refuse' | 'overflow';
  /**
   * Columns whose values are unique in all partitions together, though the key is not among them. Each costs one more row, in a table of
   * claims that triggers keep. For cuts by a range.
   */
  readonly unique?: readonly (readonly string[])[];
  /** Whether the key may be updated, which moves the row. */
  readonly movable?: boolean;
}

export type Level = Pick<Declaration, 'by' | 'key' | 'every' | 'modulus' | 'groups'>;
