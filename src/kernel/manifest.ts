import type { TObject } from 'typebox';
import type { Clock } from './clock.ts';
import type { EventBus } from './events.ts';
import type { Service } from './lifecycle.ts';
import type { Log } from './log.ts';
import type { OptionsDefinition } from './options.ts';
import type { Tier } from './tiers.ts';

/** The folders of `src/` from bottom to top; a capability may import from its own layer and below. */
export const layers = ['kernel', 'foundation', 'trust', 'data', 'operate', 'serve', 'platform'] as const;
export type Layer = (typeof layers)[number];

/** What a capability gets when it is opened. */
export interface OpenContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  /** The resolved options of this capability; the manifest knows their type. */
  readonly options: unknown;
  /** The absolute folder of this platform's data, made on demand by whoever writes there. */
  readonly dataDir: string;
  /** Everything of this platform in the order of opening: where migrations, routes and commands are collected from. */
  readonly manifests: readonly Manifest[];
  /** Another opened capability, by name. It has to stand in `requires`, save for `serve`, which serves them all. */
  use<T>(name: string): T;
  /**
   * An interface that this capability owns and a later one fills (`fills`), e.g. `connect.SessionContext`.
   * Ask at the moment of use: undefined until the filler is open, and for ever where there is none.
   */
  slot<T>(name: string): () => T | undefined;
  /** The same for an interface that several fill, each for what it keeps; in the order of opening, empty where nobody does. */
  slots<T>(name: string): () => readonly Filled<T>[];
}

/** What one capability filled an interface with. */
export interface Filled<T> {
  /** Name of the capability. */
  readonly by: string;
  readonly value: T;
}

/** SQL folders of a capability or product; handed to `migrate` as data. */
export interface MigrationSource {
  /** First half of a migration's identity `source/name`: the capability's or product's name. */
  readonly name: string;
  /** Absolute folder that holds `migrations/` and, where there are any, `objects/`. */
  readonly dir: string;
  /** `capability`: `NNNN_slug.sql` with a `--!` header. `product`: `<tier>/<utc>_<slug>/{up,down,pre,post}.sql` + `meta.json`. */
  readonly layout: 'capability' | 'product';
  /** Tiers of capability files without a `tiers` header; default: those of the manifest. */
  readonly tiers?: readonly Tier[];
}

/** A table that `partition` looks after, declared where no migration can: below it, or for a product in `plinth.config.ts`. */
export interface DeclaredPartitions {
  readonly tier: Tier;
  /** Qualified. A table that is not there yet is left to a later round. */
  readonly table: string;
  /** As `partition.manage()` takes it; its type is partition's `Declaration`. */
  readonly declaration: object;
}

/** What becomes of occurrences that were missed: none of them is run, the last one, or all. */
export type CatchUp = 'none' | 'one' | 'all';

/** Something that happens by a timetable; `schedule` sees to it. */
export interface DeclaredSchedule {
  /** Unlike any other of the platform. */
  readonly name: string;
  /**
   * Five fields of cron (minute hour day month weekday), six with seconds before them, `@daily` and its kin, `@every 90s`, or once
   * `@at 2030-01-31T10:00`.
   */
  readonly cron: string;
  /** Of the IANA database; the timetable speaks of its wall clock. Default `UTC`. */
  readonly zone?: string;
  /** Kind of job that is enqueued. Either this or `sql`. */
  readonly job?: string;
  /** Input of the jobs. Default: an empty object. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Run by a job as the owner, outside a transaction of ours. */
  readonly sql?: string;
  /** Where that SQL runs. Default `queue`. */
  readonly tier?: Tier;
  /** When the job before has not ended: leave this one out (default), enqueue it when that has, or have both. */
  readonly overlap?: 'skip' | 'queue' | 'allow';
  /** Default `one`. */
  readonly catchUp?: CatchUp;
  /** Of `all`, the last so many; and as many may wait for the job before. Default 24, at most 1,000. */
  readonly catchUpLimit?: number;
  /** Jobs become ready at random within this time. Default 0, at most a day. */
  readonly jitterMs?: number;
  /**
   * Who fires it. `pg_cron` can where the server has it and there is `sql`: then no process of ours is needed. Default `auto`: pg_cron where it
   * can, else Plinth. What it cannot for want of the server, Plinth fires meanwhile.
   */
  readonly runner?: 'auto' | 'plinth' | 'pg_cron';
  /** A job for each active tenant, in its context, instead of one of the platform's. */
  readonly tenants?: 'each';
}

/** What a check of isolation would find in a capability's own objects, and is meant: said with its reason, and told as accepted. */
export interface AcceptedFinding {
  /** Qualified name of the table or function. */
  readonly object: string;
  /** How the finding begins. */
  readonly finding: 'primary key' | 'unique index' | 'foreign key' | 'a security definer function';
  readonly reason: string;
}

/** A table for people; cells are printed as they are, numbers to the right. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What a command gives back: `data` for `--json`, `text` or `table` for people. */
export interface CommandResult {
  readonly data: unknown;
  readonly text?: string;
  readonly table?: TextTable;
  /** Bytes for standard output instead of text, e.g. a raw message. Not combined with text or table. */
  readonly bytes?: AsyncIterable<Uint8Array>;
  /** Defaults to 0. See the exit codes in docs/reference/exit-codes.md. */
  readonly exitCode?: number;
}

export interface CommandInput {
  readonly args: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Parsed and checked by the command's `flags` schema; the command knows their type. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Shows a line of progress on standard error; overwritten by the next one on a terminal, dropped with `--json`. */
  progress(line: string): void;
  /** The absolute folder of this platform's data; it may not exist yet. */
  readonly dataDir: string;
  /** Everything of this platform in the order of opening, opened or not. */
  readonly manifests: readonly Manifest[];
  /** The resolved options of a capability, opened or not; the command knows their type. */
  options<T>(capability: string): T;
  /** Prints a result at once, for commands that stay (`up`); the others just return it. */
  print(result: CommandResult): Promise<void>;
  /** An opened capability, by name. */
  use<T>(name: string): T;
  /** Opens the platform later than usual, for a command that first removes what keeps it from opening. To be disposed of. */
  open(needs: Exclude<CommandNeeds, 'config'>): Promise<AsyncDisposable & { use<T>(name: string): T }>;
}

export type CommandNeeds = 'config' | 'server' | 'migrated';

/** A command as data; the command line is the only one that knows how it is parsed and printed. */
export interface CommandDescriptor {
  /** Words after `plinth`, e.g. `migrate status`. */
  readonly name: string;
  readonly summary: string;
  /**
   * How much is opened before `run`: `config` resolved options only; `server` the foundation, without
   * applying migrations; `migrated` every capability on an up-to-date schema. A function where a flag decides.
   */
  readonly needs: CommandNeeds | ((flags: CommandInput['flags']) => CommandNeeds);
  /** Shown below the usage line: what it does, what it leaves alone, an example. */
  readonly description?: string;
  readonly arguments?: readonly {
    readonly name: string;
    readonly meaning: string;
    readonly isOptional?: boolean;
    readonly isVariadic?: boolean;
  }[];
  /** One property per flag: camelCase key, kebab-case flag; `description` is its help text. */
  readonly flags?: TObject;
  run(input: CommandInput): Promise<CommandResult>;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Who is signed in; absent where a route is read for several at once. */
  readonly account?: { readonly name: string; readonly role: string };
  readonly signal: AbortSignal;
  use<T>(name: string): T;
}

/** Bytes to stream instead of JSON. `fileName` makes it a download. */
export interface RouteStream {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly contentType: string;
  readonly fileName?: string;
}

/** An HTTP endpoint as data. `handler` returns what is sent as JSON, or a RouteStream. */
export interface RouteDescriptor {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api`, beginning with the capability's name, e.g. `/content/:tenant/objects`. */
  readonly path: string;
  readonly summary: string;
  /** The weakest console role that may call it. */
  readonly role: 'viewer' | 'operator' | 'admin';
  readonly query?: TObject;
  readonly body?: TObject;
  handler(request: RouteRequest): Promise<unknown>;
}

/**
 * What a capability or product contributes, as data. Only `platform` imports the manifests of capabilities. Each command loads all of
 * them: what only runs or only serves is imported where it does so, in `open`, `run` and `handler`.
 */
export interface Manifest {
  readonly name: string;
  /** `product` is what stands on top of a platform: a blueprint or the customer's own. */
  readonly layer: Layer | 'product';
  /** Capabilities of the same or a lower layer that are opened first. */
  readonly requires: readonly string[];
  /** Tiers in which it keeps objects; empty when none. */
  readonly tiers: readonly Tier[];
  readonly options: OptionsDefinition;
  readonly migrations?: MigrationSource;
  readonly partitions?: readonly DeclaredPartitions[];
  readonly schedules?: readonly DeclaredSchedule[];
  readonly accepted?: readonly AcceptedFinding[];
  readonly commands?: readonly CommandDescriptor[];
  readonly routes?: readonly RouteDescriptor[];
  /** Imports what `open` needs, which calls it as well; called before its turn, while there is only the server to wait for. */
  load?(): Promise<unknown>;
  open(context: OpenContext): Promise<AsyncDisposable>;
  /** Interfaces of lower capabilities that this one fills once it is open, by `<owner>.<Interface>`. */
  readonly fills?: Readonly<Record<string, (opened: never) => unknown>>;
  /** Fills an empty product with demo data and says what was made; undefined when there was something already. */
  demo?(opened: never, watch: { readonly signal: AbortSignal; onProgress(line: string): void }): Promise<string | undefined>;
  /** Long-running parts of an opened capability; started after all are open, stopped first. */
  services?(opened: never): readonly Service[];
}
