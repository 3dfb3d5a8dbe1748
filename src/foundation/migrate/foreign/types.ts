import type { Tier } from '../../../kernel/index.ts';
import type { PlanStatement } from '../diff/index.ts';

export interface ForeignRequest {
  /** Default: oltp. */
  readonly tier?: Tier;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

export interface AdoptReport {
  /** `source/name` of what was written and recorded as there; empty when nothing is foreign. */
  readonly migrations: readonly string[];
  /** Objects they are about, as in snapshots. */
  readonly objects: readonly string[];
}

export interface RevertReport {
  /** What takes it back, tried on a throwaway server; empty when nothing is foreign. */
  readonly statements: readonly PlanStatement[];
}

/** What was changed by hand, against what the files make of the recorded migrations. Partitions that come and go are not foreign. */
export interface Foreign {
  /**
   * Writes it as migrations of the last product and records them in this database as there, which proves them; other databases get them
   * like any others. When they do not make what is there (the object belongs to a file of objects/, say), they are removed again.
   *
   * @throws PLINTH_MIGRATE_CANNOT_ADOPT, PLINTH_MIGRATE_CANNOT_EXPRESS, PLINTH_MIGRATE_NO_PRODUCT, PLINTH_MIGRATE_NO_SHADOW
   */
  adopt(request?: ForeignRequest): Promise<AdoptReport>;
  /**
   * What takes it back. Nothing is run here.
   *
   * @throws PLINTH_MIGRATE_PLAN_FAILED, PLINTH_MIGRATE_CANNOT_EXPRESS, PLINTH_MIGRATE_DIFF_NOT_EMPTY, PLINTH_MIGRATE_NO_SHADOW
   */
  revert(request?: ForeignRequest): Promise<RevertReport>;
}
