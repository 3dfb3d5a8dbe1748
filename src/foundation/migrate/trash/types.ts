import type { Tier } from '../../../kernel/index.ts';

/** A table or column that was thrown away by `migrate.trash_table` or `migrate.trash_column`. */
export interface TrashItem {
  readonly id: string;
  /** The first tier of its database. */
  readonly tier: Tier;
  readonly kind: 'table' | 'column';
  /** What it was called: `schema.table`, or `schema.table.column`. */
  readonly original: string;
  /** Absent for columns and for tables too large to be counted at once. */
  readonly rows?: number;
  readonly created: Date;
  readonly expires: Date;
}

export interface Restored {
  readonly original: string;
  /** Constraints that are back but do not hold for rows that came or went meanwhile; they are enforced for new rows. */
  readonly unproven: readonly { readonly table: string; readonly name: string; readonly reason: string }[];
}

/** What was thrown away and can be brought back for 14 days. */
export interface Trash {
  /** All of all databases, newest first in each; empty when nothing was thrown away. */
  list(): Promise<readonly TrashItem[]>;
  /**
   * Brings an item back under its name, by id or name (the newest), in one transaction: data, privileges, policies, indexes,
   * constraints. Locks the table for a moment; foreign keys and checks are validated afterwards, without blocking writers.
   *
   * @throws PLINTH_MIGRATE_TRASH_UNKNOWN, PLINTH_MIGRATE_TRASH_IN_THE_WAY
   */
  restore(name: string, request?: { readonly signal?: AbortSignal }): Promise<Restored>;
  /** Drops for good what has expired and returns it. What is locked right now is left to the next sweep. */
  sweep(signal?: AbortSignal): Promise<readonly TrashItem[]>;
}
