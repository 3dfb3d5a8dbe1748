import type { Clock, EventBus, Log, MigrationSource, Tier } from '../../kernel/index.ts';
import type { Endpoint, Server, TenantDirectory } from '../cluster/index.ts';
import type { Connect, Credentials } from '../connect/index.ts';
import type { BackupGate } from './approve/index.ts';
import type { HookCaller } from './hooks/index.ts';
import type { Environment, ImpactSource, PlanLab } from './impact/index.ts';
import type { SourceFiles } from './model/migration.ts';
import type { UpRequest } from './model/types.ts';
import type { ChangeSource } from './move/index.ts';
import type { MigrateOptions } from './options.ts';
import type { CloneSource } from './rehearse/index.ts';
import type { Run } from './run/index.ts';

/** Options with what depends on the server filled in. */
export type OpenOptions = MigrateOptions & {
  readonly lockDeadlineMs: number;
  /** Whether schema is taken back inside a declared window only: on servers that others use. Default: no. */
  readonly needsWindow?: boolean;
  /** Whether a run stops at what lint objects to in pending files of products: on servers that others use. Default: no. */
  readonly refusesLint?: boolean;
};

/** What a run is for, beside its files. */
export interface RunRequest extends UpRequest {
  readonly runId: string;
  readonly warnings: string[];
  /** Called around the run; default: nobody. */
  readonly hooks?: HookCaller;
  /** Default: up. */
  readonly command?: Run['command'];
  readonly declaredWindow?: string;
}

/**
 * Owned here, filled by access: makes the platform's roles on a server that has none, as they are on the real one, and
 * tells how to log in with them.
 */
export type ShadowRoles = (server: Server) => Promise<Credentials>;

export interface MigrateDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of what was applied and taken back. Absent: nobody is. */
  readonly events?: EventBus;
  /** In the order in which they are applied; the ledger's own comes before all. */
  readonly sources: readonly MigrationSource[];
  /** On a shadow: hooks are told, and most are not called. */
  readonly isDryRun?: boolean;
  /** Starts an empty server with the same databases; stopped and deleted by disposing it. Absent: nothing can be tried beforehand. */
  readonly throwaway?: () => Promise<Server>;
  /** While it gives undefined, a shadow has no roles but its superuser. */
  readonly shadowRoles?: () => ShadowRoles | undefined;
  /** How changes of a table reach a move; while it gives undefined, by triggers. */
  readonly changeSource?: () => ChangeSource | undefined;
  /** Where what takes a superuser is done; on attached servers it may be none. Absent: it is not done. */
  readonly administrative?: (tier: Tier) => Endpoint;
  /** Of the disk under the servers; absent, or giving undefined: nobody knows. */
  readonly freeBytes?: () => Promise<number | undefined>;
  readonly cloneSource?: () => CloneSource | undefined;
  readonly planLab?: () => PlanLab | undefined;
  readonly impactSource?: () => ImpactSource | undefined;
  readonly backupGate?: () => BackupGate | undefined;
  readonly tenantDirectory?: () => TenantDirectory | undefined;
  /** Where the databases are those of one placed tenant. Absent: they are the shared ones. */
  readonly tenant?: TenantPlace;
}

/** The database of one placed tenant, among others that are worked on at the same time. */
export interface TenantPlace {
  readonly id: string;
  /** Resolves when no other database of the same server builds an index; disposing lets the next one. */
  buildTurn(): Promise<Disposable>;
}

/** What parts do before `up`, and after `up` and `down`, on one database, while its session holds the lock; not called where nothing is to do. */
export interface AroundRun {
  /** Once per `up`, before anything is locked; what it throws refuses the run. */
  admit?(files: readonly SourceFiles[], request: UpRequest): Promise<void>;
  before?(run: Run): Promise<void>;
  after?(run: Run): Promise<void>;
}

/** Tiers of one database, in order. */
export type Database = readonly [Tier, ...Tier[]];

/** The runner as its parts see it. */
export interface Context extends MigrateDeps {
  readonly options: OpenOptions & { readonly environment: Environment };
  /** Empty in a shadow. */
  readonly aroundRuns: AroundRun[];
  /** Reads the folders; a moment later they may be others. */
  readFiles(): SourceFiles[];
  /** The databases that keep something of these files, in the order of tiers. */
  databases(files: readonly SourceFiles[], only?: Tier): Database[];
  /**
   * Held by a run over several databases, so that two of them do not meet in the middle; nothing for one database. Each
   * database has its own lock beside it.
   *
   * @throws PLINTH_MIGRATE_LOCKED after the deadline
   */
  coordinator(databases: readonly Database[], request: RunRequest): Promise<AsyncDisposable>;
  /** Runs `work` with a session that holds the lock of the database. Any error destroys the session. */
  locked<T>(database: Database, request: RunRequest, work: (run: Run) => Promise<T>): Promise<T>;
}
