import type { PlacedTenant } from '../../cluster/index.ts';
import type { Ring } from './model/rings.ts';

export interface TenantStatus {
  readonly tenant: string;
  readonly ring: Ring;
  /** `behind`: lacks something of what the files have now. `interrupted`: the run was killed while it worked on this one. */
  readonly state: 'current' | 'behind' | 'running' | 'interrupted' | 'failed';
  /** Hash of what was applied when it was current last; absent before that. */
  readonly version?: string;
  readonly error?: string;
  /** Of the last work on it, however it ended. */
  readonly durationMs?: number;
  readonly updated: Date;
}

export interface RolloutRequest {
  /** Databases that are worked on at the same time; default 4. */
  readonly atOnce?: number;
  /** After so many failures no further database is begun; default 1. Those at work are brought to their end. */
  readonly maxFailures?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

export interface RolloutReport {
  /** What the current ones have applied now. */
  readonly version: string;
  /** Tenants that lacked something and got it. */
  readonly migrated: readonly string[];
  /** How many had it all already. */
  readonly unchanged: number;
  readonly failed: readonly { readonly tenant: string; readonly error: string }[];
  /** Not begun, because too many had failed. */
  readonly left: readonly string[];
  /** What runs warned of, each once, with the tenants. */
  readonly warnings: readonly string[];
  readonly durationMs: number;
}

/** Tenants with a database of their own: the same migrations, database by database. */
export interface Tenants {
  /**
   * Brings all placed tenants to what the shared databases have: canaries first, then one per cent, then the rest, some at once.
   * One that fails is recorded with its error and stops nobody else, until there are too many. Backfills are worked through.
   * Safe to kill at any time and to run again: each database has a ledger of its own, and one that lacks nothing costs a look.
   * Of several at once one works and the others wait for it. Tenants that come meanwhile are taken at the end.
   *
   * @throws PLINTH_MIGRATE_NO_TENANT_DIRECTORY, PLINTH_MIGRATE_SHARED_BEHIND, PLINTH_MIGRATE_LOCKED
   */
  up(request?: RolloutRequest): Promise<RolloutReport>;
  /**
   * Brings one database to what the shared ones have, whether the directory knows it already or not: for a tenant that is about to be placed.
   *
   * @throws PLINTH_MIGRATE_SHARED_BEHIND and what `up` throws for one database
   */
  bring(tenant: PlacedTenant, request?: Pick<RolloutRequest, 'signal' | 'onProgress'>): Promise<void>;
  /** All that a run has seen, by ring and name; empty before the first. One query, whatever their number. */
  status(): Promise<readonly TenantStatus[]>;
}
