import type { Tier } from '../../../kernel/index.ts';

export interface Trial {
  /** `source/name`. */
  readonly migration: string;
  readonly tier: Tier;
  /** `irreversible`: it says so itself; then applying it was all that could be tried. */
  readonly outcome: 'reversible' | 'irreversible' | 'failed';
  /** What was not as it had been, one line each; the reason where it is irreversible. */
  readonly findings: readonly string[];
  /** Whether it has a `seed.sql`: without rows a trial says nothing about data. */
  readonly isSeeded: boolean;
  readonly checksumUp: string;
  /** Empty where there is no way back. */
  readonly checksumDown: string;
  readonly tried: Date;
}

export interface Trials {
  /**
   * Tries migrations on a throwaway server, forwards, backwards and forwards again: the schema before must be the one
   * after the way back, the schema after must be the same both times, and tables keep their rows. One that runs statement
   * by statement is also run on top of itself. By default those that are pending; the result is recorded in the ledger.
   *
   * @param request `ids`: `source/name`
   * @throws PLINTH_MIGRATE_UNKNOWN_MIGRATION, PLINTH_MIGRATE_NO_SHADOW
   */
  run(request?: {
    readonly ids?: readonly string[];
    readonly signal?: AbortSignal;
    readonly onProgress?: (line: string) => void;
  }): Promise<readonly Trial[]>;
  /** The last recorded trial of each migration, with the bytes it was made of; empty before the first. Reads only. */
  recorded(): Promise<readonly Trial[]>;
}
