import type { Service, Tier } from '../../../kernel/index.ts';
import type { AuditEntry, AuditSink, IsolationProbe, TenantData } from '../../tenancy/index.ts';
import type { Chain } from '../chain/types.ts';
import type { AuditParts } from '../open-parts.ts';

/** How much harm a disclosure does, rising. */
export const levels = ['public', 'internal', 'confidential', 'restricted'] as const;
export type Level = (typeof levels)[number];

/**
 * Owned here, filled by privacy: how sensitive columns are. Only values of public and internal ones stand in the trail in clear. Unfilled,
 * no column has a level but those that were given with `track`.
 */
export interface Classification {
  /** Level by column name, of those that have one; `table` is qualified as `regclass` prints it. */
  levelsOf(tier: Tier, table: string): Promise<Readonly<Record<string, Level>>>;
  /** Rules that apply, e.g. `GDPR`, by column name. */
  complianceOf?(tier: Tier, table: string): Promise<Readonly<Record<string, readonly string[]>>>;
}

export const eventKinds = ['change', 'operation', 'access'] as const;
export type EventKind = (typeof eventKinds)[number];

/** Which table, in which database. */
export interface TablePlace {
  /** Qualified. */
  readonly table: string;
  /** Needed only where several databases have a table of this name. */
  readonly tier?: Tier;
}

/** A table whose changes are in the trail. */
export interface TrackedTable {
  readonly tier: Tier;
  /** Qualified, as `regclass` prints it. */
  readonly table: string;
  /** Columns whose values are kept; undefined for all. */
  readonly columns?: readonly string[];
  /** Columns kept as keyed hashes only. */
  readonly concealed: readonly string[];
  /** Those of them that are concealed because nobody has classified them. */
  readonly undecided: readonly string[];
  readonly tracked: Date;
}

/** One state of a row, from a change on until the next one. */
export interface RowVersion {
  /** Of the change that made it; undefined for the state the row was in when tracking began. */
  readonly eventId?: number;
  /** When it began; undefined for that state. */
  readonly created?: Date;
  /** insert, update, delete, truncate; `arrive` and `depart` where an update gave the row this key or took it. */
  readonly action?: string;
  readonly userId?: string;
  readonly databaseUser?: string;
  /** Its values, without those of the key; undefined where it was gone. A number that JavaScript cannot hold exactly is its text. */
  readonly row?: Readonly<Record<string, unknown>>;
  /** Columns that the change changed. */
  readonly changed: readonly string[];
  /** Columns that had another value before the change than the one before it had left: they were changed unseen. */
  readonly unseen: readonly string[];
}

export interface RowHistory {
  readonly tier: Tier;
  readonly table: string;
  readonly key: string;
  readonly tenantId?: string;
  /** In order of time. */
  readonly versions: readonly RowVersion[];
  /** Columns of the row as it is now that differ from what the last change left: they were changed unseen. */
  readonly unseen: readonly string[];
}

export interface HistoryRequest extends TablePlace {
  /** Of the columns of the key without tenant_id, in their order. */
  readonly key: readonly string[];
  /** Needed only where several tenants have a row with this key. */
  readonly tenantId?: string;
}

/** The trail: written with every change, sealed in blocks, provable. */
export interface Audit extends AuditParts, AsyncDisposable {
  /** Fills the interface of tenancy. Those above call `record` itself. */
  readonly sink: AuditSink;
  /** Fills another one of it: what becomes of the trail when a tenant is erased. */
  readonly tenantData: TenantData;
  /** And how isolation is tried on the ways that lead through here. */
  readonly isolationProbe: IsolationProbe;
  /** Blocks of sealed events, their anchors, and the proof. */
  readonly chain: Chain;
  readonly services: readonly Service[];
  /**
   * Writes actions or accesses to the trail, those of a database in one transaction. Resolved means durable.
   * @throws what the database throws; then nothing of that database is written
   */
  record(...entries: readonly AuditEntry[]): Promise<void>;
  /**
   * Writes all changes of a table to the trail from now on; columns that nobody has classified as public or internal as keyed hashes. Of all
   * its columns, or of some; those of the key always. Can be repeated. Waits for writers of the table for a moment.
   * @throws PLINTH_AUDIT_UNKNOWN_TABLE, PLINTH_AUDIT_AMBIGUOUS_TABLE, PLINTH_AUDIT_NOT_TRACKABLE
   */
  track(place: TablePlace & { readonly columns?: readonly string[] }): Promise<TrackedTable>;
  /** Ends it; what is in the trail stays. @throws PLINTH_AUDIT_NOT_TRACKED, PLINTH_AUDIT_AMBIGUOUS_TABLE */
  untrack(place: TablePlace): Promise<void>;
  /** Every tracked table, of all databases. */
  tracked(): Promise<readonly TrackedTable[]>;
  /**
   * Brings triggers in line with columns and classifications that have changed, and puts back those that somebody removed or disabled, which
   * is a security event. Gives the tables whose triggers were made anew.
   */
  refresh(): Promise<readonly string[]>;
  /**
   * Every version of a row that the trail knows, deleted rows too.
   * @throws PLINTH_AUDIT_NOT_TRACKED, PLINTH_AUDIT_AMBIGUOUS_TABLE, PLINTH_AUDIT_AMBIGUOUS_KEY, PLINTH_AUDIT_BAD_KEY
   */
  history(request: HistoryRequest): Promise<RowHistory>;
}
