import type { Tier } from '../../../kernel/index.ts';

export interface RotationRequest {
  /** Only this tenant's keys; without it those of all. */
  readonly tenantId?: string;
  readonly signal?: AbortSignal;
  onProgress?(line: string): void;
}

/** How many rows of a column another version than the newest sealed, and the statement that counted them. */
export interface RotationProof {
  readonly tier: Tier;
  readonly table: string;
  readonly column: string;
  readonly statement: string;
  readonly rowsLeft: number;
}

/** What became of one key. */
export interface Rotation {
  readonly tenantId: string;
  readonly purpose: string;
  /** The version that encrypts now. */
  readonly version: number;
  /** It was made by an earlier run, whose work this one finished. */
  readonly isResumed: boolean;
  readonly rowsSealedAnew: number;
  /** Keys of rows whose value does not open, at most ten; they stay as they are. */
  readonly unreadable: readonly string[];
  /** Empty where no column is declared for the purpose: what it encrypted elsewhere stays with the versions before. */
  readonly proof: readonly RotationProof[];
  /** No row is left on an older version. */
  readonly isProven: boolean;
}

export interface MasterKeyRotation {
  /** The master key that wraps now. */
  readonly masterKey: string;
  readonly keysWrappedAnew: number;
  /** Data keys that another master key wraps; 0 is the proof. */
  readonly keysLeft: number;
  /** Master keys that no data key needs any more. Backups from before do. */
  readonly spent: readonly string[];
}
