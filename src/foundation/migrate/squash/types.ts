import type { Tier } from '../../../kernel/index.ts';

export interface SquashRequest {
  /** `source/name..source/name`, both included; alternatively `to`. */
  readonly range?: string;
  /** A release: everything until then. */
  readonly to?: string;
  /** Default: oltp. */
  readonly tier?: Tier;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

export interface SquashReport {
  /** `source/name` of what was written. */
  readonly id: string;
  readonly tier: Tier;
  readonly folder: string;
  /** `source/name` of what it stands for; their folders are removed, version control has them. */
  readonly replaces: readonly string[];
  readonly statements: number;
  /** Of the schema, equal for both ways. */
  readonly rootHash: string;
}

export interface Squashes {
  /**
   * Writes one migration that makes what a range of a product's migrations makes, and removes their folders. Proved on throwaway servers
   * before anything is written: after the range and after everything else, both ways lead to the same schema, columns in the same order.
   * Databases that have the range record the new one without running it; others run it alone.
   *
   * @throws PLINTH_MIGRATE_BAD_RANGE, PLINTH_MIGRATE_CANNOT_SQUASH, PLINTH_MIGRATE_NOT_SQUASHED, PLINTH_MIGRATE_CANNOT_EXPRESS,
   * PLINTH_MIGRATE_NO_PRODUCT, PLINTH_MIGRATE_NO_SHADOW
   */
  squash(request: SquashRequest): Promise<SquashReport>;
}
