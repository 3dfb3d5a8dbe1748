import type { Tier } from '../../../kernel/index.ts';

export const migrationStates = [
  'pending',
  'blocked',
  'running',
  'applied',
  'failed',
  'needs_repair',
  'reverting',
  'reverted',
  'baseline',
  'squashed',
  'skipped',
] as const;
export type MigrationState = (typeof migrationStates)[number];

export interface MigrationStatus {
  readonly tier: Tier;
  /** `source/name`; the identity of a migration, never its path. */
  readonly id: string;
  readonly state: MigrationState;
  readonly checksum: string;
  readonly applied?: Date;
  readonly durationMs?: number;
  readonly error?: string;
}

export interface RunReport {
  readonly runId: string;
  readonly applied: readonly string[];
  readonly objectsReplaced: readonly string[];
  readonly warnings: readonly string[];
  readonly durationMs: number;
}

/** The one way in which objects come into a platform's databases. */
export interface Migrate extends AsyncDisposable {
  /** What `up` would do, in order; reads only. */
  plan(): Promise<readonly MigrationStatus[]>;
  status(): Promise<readonly MigrationStatus[]>;
  /** Applies what is pending and the repeatable objects that changed. Safe to kill at any time and to run again. */
  up(request?: { readonly tier?: Tier; readonly signal?: AbortSignal; readonly onProgress?: (line: string) => void }): Promise<RunReport>;
  /** Compares files with the ledger and the plan file: edited, missing, out-of-order, stale objects. */
  verify(): Promise<{ readonly problems: readonly { readonly id: string; readonly problem: string; readonly remedy: string }[] }>;
}
