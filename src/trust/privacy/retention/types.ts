import type { TablePlace } from '../model/types.ts';

/** How long rows of a table are kept. */
export interface RetentionRule extends TablePlace {
  /** The tenant whose own policy it is; absent: for all that have none. */
  readonly tenantId?: string;
  /** Column of type date or timestamp; rows where it is null are kept. */
  readonly agedBy: string;
  /** As PostgreSQL writes intervals, e.g. `10 years`; absent: as many years as the classification says. */
  readonly keep?: string;
  readonly method: 'delete' | 'anonymise';
  readonly anonymised?: readonly string[];
  /** Why so long, e.g. the law or the contract. */
  readonly basis: string;
}

/** What is, or was, too old in one table. */
export interface RetentionStep {
  /** `oltp:shop.orders`. */
  readonly place: string;
  /** Only this tenant, by a policy of its own; absent: all others. */
  readonly tenantId?: string;
  readonly method: RetentionRule['method'];
  /** Rows older than this go. */
  readonly cutoff: Date;
  readonly rows: number;
  /** What keeps them, in words: a legal hold, or rows that refer to them. */
  readonly keptBy?: string;
}

export interface RetentionCertificate {
  readonly kind: 'retention';
  readonly run: string;
  /** The moment by which rows were too old. */
  readonly due: string;
  readonly completed: string;
  readonly steps: readonly (Omit<RetentionStep, 'cutoff'> & { readonly cutoff: string })[];
  readonly publicKey: string;
  readonly signature: string;
}

/** Ends the time of rows in tables that no partition ends. */
export interface Retention {
  rules(): Promise<readonly RetentionRule[]>;
  /** What would go on that day (default: now), and what something keeps. Looks only. @throws PLINTH_PRIVACY_BAD_RETENTION */
  plan(request?: { readonly on?: Date; readonly signal?: AbortSignal }): Promise<readonly RetentionStep[]>;
  /**
   * Does what `plan` of now shows, in batches that leave half of the time to others. One that was interrupted goes on with its own moment.
   * @throws PLINTH_PRIVACY_BAD_RETENTION, PLINTH_PRIVACY_RETENTION_RUNS
   */
  run(bounds?: { readonly signal?: AbortSignal; readonly onProgress?: (line: string) => void }): Promise<RetentionCertificate>;
}
