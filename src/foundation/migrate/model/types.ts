import type { Tier } from '../../../kernel/index.ts';

import type { Approvals } from '../approve/index.ts';
import type { Backfills } from '../backfill/index.ts';
import type { Baselines } from '../baseline/index.ts';
import type { Deployments } from '../deployments/index.ts';
import type { Diff } from '../diff/index.ts';
import type { Documents } from '../documents/index.ts';
import type { Drift } from '../drift/index.ts';
import type { Foreign } from '../foreign/index.ts';
import type { Groups } from '../groups/index.ts';
import type { Impact } from '../impact/index.ts';
import type { Lint } from '../lint/index.ts';
import type { Moves } from '../move/index.ts';
import type { Parity } from '../parity/index.ts';
import type { Proof, ProofRequest } from '../pipeline/index.ts';
import type { Release } from '../plan-files.ts';
import type { Rehearsals } from '../rehearse/index.ts';
import type { Renames } from '../rename/index.ts';
import type { Squashes } from '../squash/index.ts';
import type { Templates } from '../templates/index.ts';
import type { Tenants } from '../tenants/index.ts';
import type { Trash } from '../trash/index.ts';
import type { Trials } from '../trial/index.ts';
import type { MigrationOptions } from './migration.ts';
import type { MigrationState } from './states.ts';

export interface MigrationStatus {
  readonly tier: Tier;
  /** `source/name`; the identity of a migration, never its path. Repeatable objects are `source/objects/name`. */
  readonly id: string;
  readonly kind: 'migration' | 'objects';
  readonly state: MigrationState;
  /** `v1:sha256:…` of the file as it is now, or of what was applied when there is no file any more. */
  readonly checksum: string;
  readonly applied?: Date;
  readonly durationMs?: number;
  readonly error?: string;
  /** `user@host` of the last attempt. */
  readonly actor?: string;
  /** From `meta.json`, in plans only. */
  readonly phase?: MigrationOptions['phase'];
  readonly changeClass?: MigrationOptions['changeClass'];
}

export interface RunReport {
  readonly runId: string;
  /** `tier:source/name`, in order; a migration of several tiers in one database stands under the first. */
  readonly applied: readonly string[];
  /** `tier:source/objects/name`, in order. */
  readonly objectsReplaced: readonly string[];
  readonly warnings: readonly string[];
  readonly durationMs: number;
}

export interface DownRequest extends Pick<UpRequest, 'tier' | 'signal' | 'onProgress'> {
  /** What stays as the last: `source/name` or a release; a source alone takes back all of it. */
  readonly to: string;
  /** ISO 8601 interval in which it may happen; default: the option `downWindow`. */
  readonly window?: string;
}

export interface DownReport {
  readonly runId: string;
  /** `tier:source/name`, latest first. */
  readonly reverted: readonly string[];
  readonly warnings: readonly string[];
  readonly durationMs: number;
}

/** One run on one database. */
export interface RunRecord {
  readonly id: string;
  readonly tier: Tier;
  readonly command: string;
  readonly declaredWindow?: string;
  readonly actor: string;
  readonly host: string;
  /** `running` with a free lock is a run that was killed; it reads as `killed`. */
  readonly outcome: 'running' | 'completed' | 'failed' | 'killed';
  readonly started: Date;
  readonly durationMs?: number;
  /** `source/name state` of the migrations whose last attempt it was. */
  readonly migrations: readonly string[];
}

export interface Problem {
  /** `tier:source/name`, or the plan file. */
  readonly id: string;
  readonly problem: string;
  readonly remedy: string;
}

export interface UpRequest {
  /** Only the database of this tier. */
  readonly tier?: Tier;
  /** What is pending has to be this plan, or what is left of it. */
  readonly planHash?: string;
  /** Also works on the backfills this starts or finds, until they and what waits for them are through; default false. */
  readonly isWaiting?: boolean;
  /** Cancels the running statement; what is not committed is rolled back. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** The one way in which objects come into a platform's databases. */
export interface Migrate extends AsyncDisposable {
  readonly backfills: Backfills;
  /** Databases that were there before their files. */
  readonly baselines: Baselines;
  readonly moves: Moves;
  readonly rehearsal: Rehearsals;
  readonly impact: Impact;
  readonly approvals: Approvals;
  /** What changed in the schema without a migration. */
  readonly drift: Drift;
  /** What to do about it: keep it, or take it back. */
  readonly foreign: Foreign;
  /** How other environments differ. */
  readonly parity: Parity;
  /** What leads to a desired schema. */
  readonly diff: Diff;
  /** What `up` would do, in order; empty when nothing. Reads only, takes no lock. */
  plan(): Promise<readonly MigrationStatus[]>;
  /** Everything that is known: files, and ledger rows whose file is gone. Reads only. */
  status(): Promise<readonly MigrationStatus[]>;
  /**
   * Applies what is pending and the repeatable objects that changed. Safe to kill at any time and to run again;
   * of several runs at once one works and the others wait for it, without doing anything twice.
   *
   * @throws PLINTH_MIGRATE_LOCKED, PLINTH_MIGRATE_BLOCKED, PLINTH_MIGRATE_EDITED, PLINTH_MIGRATE_FAILED and those of the files
   */
  up(request?: UpRequest): Promise<RunReport>;
  /**
   * Takes back what was applied after `to`, latest first and tiers in reverse, each migration in one transaction with the
   * record of it. Safe to kill and to run again. Refused before anything is started where one of them has no way back, is
   * a contract, or is required by what stays. `up` applies it again.
   *
   * @throws PLINTH_MIGRATE_WINDOW_CLOSED, PLINTH_MIGRATE_NO_WAY_BACK, PLINTH_MIGRATE_UNKNOWN_TARGET, PLINTH_MIGRATE_FAILED
   */
  down(request: DownRequest): Promise<DownReport>;
  /** The latest runs of all databases, newest first. Reads only. */
  runs(request?: { readonly limit?: number }): Promise<readonly RunRecord[]>;
  /** Compares files with the ledgers and the plan files: edited, missing, never applied, stale. Reads only. */
  verify(): Promise<{ readonly problems: readonly Problem[] }>;
  /**
   * Settles a step that `up` could not decide. `redo` makes it pending again, `done` declares it done; where the step
   * has a probe, the probe must agree.
   *
   * @throws PLINTH_MIGRATE_NOT_IN_REPAIR, PLINTH_MIGRATE_PROBE_DISAGREES
   */
  repair(request: { readonly id: string; readonly tier?: Tier; readonly verdict: 'redo' | 'done' }): Promise<void>;
  /**
   * Takes changed bytes of an applied migration for good when its parse tree is the same, and records who did.
   *
   * @throws PLINTH_MIGRATE_EDITED when more than comments and layout changed
   */
  accept(request: { readonly id: string }): Promise<void>;
  /** Writes unapplied migrations into the plan files of the products. Returns the files that changed. */
  writePlan(): Promise<readonly string[]>;
  /** The same after a merge conflict in a plan file: lines of both sides count, only unapplied ones are put in order anew. */
  rebasePlan(): Promise<readonly string[]>;
  /** Gives the plan as it is a name, in the plan file. @throws PLINTH_MIGRATE_BAD_RELEASE, PLINTH_MIGRATE_PLAN_DIFFERS */
  release(name: string): Promise<Release>;
  /** The releases of the plan files, oldest first. Reads files only. */
  releases(): Promise<readonly Release[]>;
  /** What `migrate.schema_version(tier)` says in a database that has exactly the files of this program. Reads files only. */
  schemaVersion(tier: Tier): string;
  /** Everything a pipeline asks about a change before it is merged. Starts shadows; a check that breaks is a failed one. */
  prove(request?: ProofRequest): Promise<readonly Proof[]>;
  readonly documents: Documents;
  readonly groups: Groups;
  readonly renames: Renames;
  /** One migration in the place of many. */
  readonly squashes: Squashes;
  readonly templates: Templates;
  /** Tenants with databases of their own. */
  readonly tenants: Tenants;
  /** What pending changes would do to those who use the database meanwhile. */
  readonly deployments: Deployments;
  readonly lint: Lint;
  readonly trash: Trash;
  /** Migrations tried forwards, backwards and forwards again. */
  readonly trials: Trials;
}
