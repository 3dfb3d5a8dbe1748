import type { Tier } from '../../../kernel/index.ts';
import type { Difference, SnapshotObject } from '../snapshot/index.ts';

/** A difference, with what the trail knows about it. */
export interface DriftEntry extends Difference {
  /** The login that did it. Absent where the trail does not know. */
  readonly actor?: string;
  /** The `application_name` of its session. */
  readonly application?: string;
  readonly clientAddress?: string;
  /** When it was done. */
  readonly happened?: Date;
}

export interface DatabaseDrift {
  /** The tiers kept in this database. */
  readonly tiers: readonly Tier[];
  /** What it was compared with: what the last run left, or what the files make on an empty server. */
  readonly basis: 'snapshot' | 'files';
  /** Of the basis. */
  readonly expectedHash?: string;
  /** Of the database as it is. */
  readonly actualHash?: string;
  readonly entries: readonly DriftEntry[];
  /** What the platform did by itself outside a run, and the comings and goings of partitions: known, no drift. */
  readonly known: readonly DriftEntry[];
  /** Why nothing could be compared; then `entries` is empty and says nothing. */
  readonly notCompared?: string;
  /** Why nobody can say who did it. */
  readonly noTrail?: string;
}

export interface DriftRequest {
  /** Compare with what the files make on a shadow, instead of what the last run left. One to two seconds and the time of all migrations. */
  readonly isThorough?: boolean;
  readonly tier?: Tier;
  readonly signal?: AbortSignal;
}

export interface Drift {
  /** Compares and records what was found in `migrate.drifts`; changes nothing else. */
  check(request?: DriftRequest): Promise<readonly DatabaseDrift[]>;
  /** The schema of a tier's database as it is. @throws PLINTH_MIGRATE_UNKNOWN_OBJECT */
  snapshot(request: { readonly tier: Tier; readonly signal?: AbortSignal }): Promise<SnapshotView>;
  /** Deletes what the trail wrote more than 90 days ago. */
  forget(request?: { readonly signal?: AbortSignal }): Promise<void>;
}

/** A snapshot as JSON. */
export interface SnapshotView {
  readonly tier: Tier;
  readonly rootHash: string;
  readonly serverVersion: number;
  readonly objects: readonly SnapshotObject[];
}
