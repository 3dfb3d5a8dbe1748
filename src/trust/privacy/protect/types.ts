import type { Tier } from '../../../kernel/index.ts';
import type { TablePlace } from '../model/types.ts';

/** How a value is brought to one form before it is indexed, as crypto.declare_column() takes it. */
export const indexKinds = ['email', 'phone', 'text', 'exact'] as const;
export type IndexKind = (typeof indexKinds)[number];

export interface ColumnPlace extends TablePlace {
  readonly column: string;
}

/**
 * `clear`: it should be encrypted, and nothing was begun · `written`: the migration is there and not applied · `expanded`, `backfilling`:
 * rows are sealed · `verified`: both sides are equal, readers are switched ring by ring · `switched`: all read the sealed side ·
 * `contracted`: the column in clear is dropped · `done`: and no byte of it is left in the table's files.
 */
export type ProtectionState = 'clear' | 'written' | 'expanded' | 'backfilling' | 'verified' | 'switched' | 'contracted' | 'done';

export interface ProtectionStatus {
  readonly place: ColumnPlace;
  readonly state: ProtectionState;
  /** The column that takes its place. */
  readonly sealed?: string;
  /** As migrate.groups calls the change. */
  readonly group?: string;
  /** Who reads the sealed side. */
  readonly ring?: string;
  /** Rows that are not sealed yet, or not any more. */
  readonly openRows?: number;
  /** What stands in the way of dropping the column in clear. */
  readonly hindrances: readonly string[];
  /** The one next command; empty when nothing is left. */
  readonly next: string;
}

export interface ProtectRequest {
  /** The sealed column. Default: the words of the name with `_sealed`. */
  readonly into?: string;
  /** Makes equal values findable, and is needed where values are unique. */
  readonly index?: IndexKind;
  /** Which of the tenant's keys. Default: personal. */
  readonly purpose?: string;
  /** Why a column is encrypted that its classification does not ask for. */
  readonly force?: string;
  readonly signal?: AbortSignal;
  onProgress?(line: string): void;
}

export interface ProtectionStep {
  readonly status: ProtectionStatus;
  /** What was done now, for people. */
  readonly did: readonly string[];
  /** Folders of migrations that were written. */
  readonly written: readonly string[];
}

/** Columns in clear that become encrypted ones while they are used. */
export interface Protection {
  /** What asks to be encrypted, and what is on its way; in order of place. */
  list(filter?: { readonly tier?: Tier }): Promise<readonly ProtectionStatus[]>;
  /**
   * One step on with a column (`[tier:]schema.table.column`): writes the migration that puts a sealed column beside it; seals and compares
   * all rows; lets the next ring read the sealed side; writes the migration that drops what is in clear; rewrites the table's files. Killed
   * anywhere, the same call goes on.
   *
   * @throws PLINTH_PRIVACY_NOT_DUE, PLINTH_PRIVACY_CANNOT_PROTECT, PLINTH_PRIVACY_NOT_APPLIED, PLINTH_PRIVACY_SIDES_DIFFER,
   * PLINTH_PRIVACY_MALFORMED_PLACE, PLINTH_PRIVACY_UNKNOWN_PLACE, PLINTH_CRYPTO_SEALING_RUNS, PLINTH_MIGRATE_*
   */
  protect(place: string, request?: ProtectRequest): Promise<ProtectionStep>;
}
