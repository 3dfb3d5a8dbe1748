import type { Ring, Side, Tier } from '../../../kernel/index.ts';
import type { GroupDefinition } from './model/definition.ts';
import type { GroupState } from './model/states.ts';

/** A change that keeps an old and a new shape of the same data for a while. */
export interface GroupStatus {
  readonly name: string;
  readonly tier: Tier;
  /** The template that made it. */
  readonly recipe: string;
  readonly state: GroupState;
  /** Who reads the new side. */
  readonly ring: Ring;
  /** `schema.table[.column]`. */
  readonly old: readonly string[];
  readonly new: readonly string[];
  readonly canaries: readonly string[];
  readonly expanded: Date;
  /** When the two sides were last found equal. */
  readonly verified?: Date;
  readonly switched?: Date;
  readonly contracted?: Date;
  /** When a session of the old version was last seen, since the switch. */
  readonly seen?: Date;
  /** What stands in the way of dropping the old side; empty when nothing does. */
  readonly hindrances: readonly string[];
  /** The one next command. */
  readonly next: string;
}

export interface SwitchRequest {
  /** Go on until this ring; default: one step. */
  readonly to?: Ring;
  /** Tenants of the ring `canary`, from now on. */
  readonly canaries?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** A change of columns that another capability knows how to make. */
export interface GroupChange {
  /** Of the group and its migration: words joined by `_`, unique in its database. */
  readonly name: string;
  readonly tier: Tier;
  readonly recipe: string;
  /** Makes the new side beside the old one. */
  readonly up: string;
  readonly down: string;
  readonly definition: GroupDefinition;
}

/** Expand and contract: from an old shape of data to a new one while both are used. */
export interface Groups {
  /** All of all databases, oldest first; empty when there are none. Reads only. */
  list(): Promise<readonly GroupStatus[]>;
  /** One of them, after a look for sessions of the old version. @throws PLINTH_MIGRATE_GROUP_UNKNOWN */
  status(name: string): Promise<GroupStatus>;
  /** Writes the migration that begins a change into the product, and returns its folder. @throws PLINTH_MIGRATE_NO_PRODUCT, PLINTH_MIGRATE_BAD_SLUG */
  expand(change: GroupChange): Promise<readonly string[]>;
  /**
   * Goes on with it by one step: first fills the rows, completes and compares both sides; then ring after ring reads the new side,
   * each after another comparison. One that finds a difference takes the ring a step back. Killed anywhere, the same call goes on.
   *
   * @throws PLINTH_MIGRATE_GROUP_UNKNOWN, PLINTH_MIGRATE_GROUP_MOVED, PLINTH_MIGRATE_GROUP_NOT_FILLED, PLINTH_MIGRATE_GROUP_DIFFERS,
   * PLINTH_MIGRATE_GROUP_AT_END, PLINTH_MIGRATE_BACKFILL_*
   */
  switch(name: string, request?: SwitchRequest): Promise<GroupStatus>;
  /** One ring back; no data moves, both sides are right. @throws PLINTH_MIGRATE_GROUP_UNKNOWN, PLINTH_MIGRATE_GROUP_AT_END */
  back(name: string): Promise<GroupStatus>;
  /**
   * Writes the migrations that end the old side into the product, and returns their folders. They refuse to run in a database where
   * something still stands in the way.
   *
   * @throws PLINTH_MIGRATE_GROUP_UNKNOWN, PLINTH_MIGRATE_GROUP_HELD, PLINTH_MIGRATE_NO_PRODUCT
   */
  contract(name: string): Promise<readonly string[]>;
  /**
   * Which side this tenant's reads use now. Remembered for up to 5 seconds, so that asking on each request costs nothing; `old` for
   * a group that is not there (yet), `new` once the old side is gone.
   */
  readSide(name: string, tenantId: string): Promise<Side>;
  /** Looks once for sessions of old versions, in all databases; the service does so each minute. */
  look(): Promise<void>;
}
