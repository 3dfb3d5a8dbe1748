import type { Tier } from '../../../kernel/index.ts';
import type { Server } from '../../cluster/index.ts';
import type { HeldRelation } from './model/footprint.ts';
import type { PlanItem } from './model/plan.ts';

/** `plan`: nothing is tried. `shadow`: on an empty server of the same schema. `clone`: on a restored copy with its rows. */
export const rehearsalDepths = ['plan', 'shadow', 'clone'] as const;
export type RehearsalDepth = (typeof rehearsalDepths)[number];

/** What could not be tried is never `passed`. */
export type RehearsalResult = 'passed' | 'failed' | 'not rehearsed';

export interface RehearsedStatement {
  /** Position in the file, from 1. */
  readonly number: number;
  readonly line: number;
  /** Its beginning, for people. */
  readonly sql: string;
  readonly result: RehearsalResult;
  /** Why it failed or could not be tried. */
  readonly because?: string;
  /** Locks that no earlier statement of its transaction had taken. */
  readonly locks: readonly HeldRelation[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  readonly indexBuilds: readonly { readonly index: string; readonly table: string }[];
  /** On the tables of this depth: on a shadow they are empty. */
  readonly durationMs: number;
}

export interface RehearsedMigration {
  readonly id: string;
  readonly tier: Tier;
  readonly kind: 'migration' | 'objects';
  readonly isTransactional: boolean;
  readonly result: RehearsalResult;
  readonly because?: string;
  /** None for repeatable objects, and for what was only run as a whole. */
  readonly statements: readonly RehearsedStatement[];
}

export interface Rehearsal {
  readonly id: string;
  readonly depth: RehearsalDepth;
  /** ISO time. */
  readonly taken: string;
  /** Of what was pending when it was taken. */
  readonly planHash: string;
  readonly plan: readonly PlanItem[];
  /** Hash of what was found, without durations: two rehearsals with equal findings have the same. */
  readonly digest: string;
  readonly migrations: readonly RehearsedMigration[];
  /** What it could not tell, in sentences. */
  readonly limits: readonly string[];
}

export interface RehearsalRequest {
  /** Default `shadow`. */
  readonly depth?: RehearsalDepth;
  /** Names of those whose pending work is tried; that of the others counts as done before. Default all. */
  readonly sources?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

export interface Rehearsals {
  /**
   * Tries everything that is pending, statement by statement, away from the real databases, and keeps what was found.
   * Of the real databases it reads the ledger; it writes its findings into that of oltp, whose own tables it makes where
   * they are missing.
   *
   * @throws PLINTH_MIGRATE_NO_CLONE for depth `clone`, PLINTH_MIGRATE_NO_SHADOW and those of the files
   */
  run(request?: RehearsalRequest): Promise<Rehearsal>;
  /** The last one; undefined when there was none. */
  latest(): Promise<Rehearsal | undefined>;
}

/**
 * Owned here, filled by backup: a restored copy of the databases with their rows, to rehearse on. Until then depth `clone`
 * says that it is not available.
 */
export interface CloneSource {
  /** Restores the newest verified backup on a server of its own; disposing removes it. */
  open(signal: AbortSignal | undefined): Promise<Server>;
}
