import type { Tier } from '../../../kernel/index.ts';
import type { Connect } from '../../connect/index.ts';

export interface MoveDefinition {
  /** Unique in the database of the target. */
  readonly name: string;
  /** Without a tier: on another server, which every call is given as `source`. */
  readonly from: { readonly tier?: Tier; readonly table: string };
  /** An empty table with the same primary key. */
  readonly to: { readonly tier: Tier; readonly table: string };
  /**
   * Column of the target → SQL over a row of the source. Default: columns of the same name, and every column of the source has
   * to have one. The columns of the key are copied as they are.
   */
  readonly columns?: Readonly<Record<string, string>>;
  /** Only rows with this value in that column, which is part of the key and is called so on both sides, e.g. those of one tenant. */
  readonly only?: { readonly column: string; readonly value: string };
}

export type MoveState = 'preparing' | 'copying' | 'following' | 'switched';

export interface MoveStatus {
  readonly name: string;
  readonly tier: Tier;
  readonly from: string;
  readonly to: string;
  readonly state: MoveState;
  readonly rowsCopied: number;
  /** Keys carried over from the change log. */
  readonly rowsApplied: number;
  /** The planner's estimate from the start. */
  readonly rowsTotal: number;
  /** Of the last comparison, before the repair; absent before the first. */
  readonly discrepancies?: number;
  readonly verified?: Date;
  readonly switched?: Date;
  /** How long writers waited for the switch. */
  readonly pauseMs?: number;
}

export interface MoveEstimate {
  readonly rows: number;
  readonly bytes: number;
  /** From a sample that was read, doubled for writing; rough, and without other load. */
  readonly seconds: number;
}

/** A row that is not the same on both sides. */
export interface Discrepancy {
  readonly key: readonly string[];
  readonly kind: 'missing' | 'surplus' | 'different';
}

export interface MoveComparison {
  readonly rows: number;
  readonly ranges: number;
  /** The first 1,000; `count` has all. */
  readonly discrepancies: readonly Discrepancy[];
  readonly count: number;
}

export interface MoveRequest {
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
  /** The server of the source where that is none of the platform's; its tier `oltp` is asked. Not kept. */
  readonly source?: Connect;
}

/** Owned here, filled by changes: how changes of a table reach a move. Absent: triggers that write keys to a table beside it. */
export interface ChangeSource {
  /** Begins to remember which rows change; from its return on none is missed. Again: nothing. */
  begin(move: ChangedTable): Promise<void>;
  /** Keys that changed and were not forgotten; a null key: everything may have changed. In the transaction of the source. */
  take(tx: ChangeReader, move: ChangedTable, limit: number): Promise<readonly Change[]>;
  /** Forgets what was carried over. */
  forget(tx: ChangeReader, move: ChangedTable, changes: readonly Change[]): Promise<void>;
  /** Stops remembering, after writes to the source have ended. Again: nothing. */
  end(move: ChangedTable): Promise<void>;
}

export type ChangeReader = Parameters<Parameters<Connect['transaction']>[1]>[0];

export interface Change {
  readonly number: string;
  readonly key: readonly string[] | null;
}

export interface ChangedTable {
  readonly id: string;
  readonly connect: Connect;
  readonly tier: Tier;
  readonly table: { readonly schema: string; readonly name: string };
  readonly key: { readonly names: readonly string[]; readonly types: readonly string[] };
  /** As that of the move: changes of other rows are of no interest. */
  readonly only?: MoveDefinition['only'];
}

/** Large tables to another place: copied by ranges, followed by their changes, compared, switched. The old side is kept. */
export interface Moves {
  /**
   * How much there is to move and how long it may take; reads a sample of the source. Changes nothing.
   *
   * @throws PLINTH_MIGRATE_MOVE_REFUSED when the two tables do not fit
   */
  plan(definition: MoveDefinition, request?: MoveRequest): Promise<MoveEstimate>;
  /** Declares a move; `run` does it. The same again changes nothing. @throws PLINTH_MIGRATE_MOVE_REFUSED, PLINTH_MIGRATE_MOVE_DIFFERS */
  start(definition: MoveDefinition, request?: MoveRequest): Promise<MoveStatus>;
  /**
   * Copies what is left and carries over the changes there are by then. Killed anywhere and run again: no row lost, none doubled. The
   * first run makes the change log: SHARE ROW EXCLUSIVE on the source for a moment.
   *
   * @throws PLINTH_MIGRATE_MOVE_UNKNOWN, PLINTH_MIGRATE_MOVE_BUSY, PLINTH_MIGRATE_MOVE_BLOCKED
   */
  run(name: string, request?: MoveRequest): Promise<MoveStatus>;
  /**
   * Compares both sides range by range, count and hash, each range in one snapshot per side; where they differ, row by row. Changes on
   * their way do not count. With `repair` differing rows are taken from the source again.
   *
   * @throws PLINTH_MIGRATE_MOVE_UNKNOWN, PLINTH_MIGRATE_MOVE_BUSY, PLINTH_MIGRATE_MOVE_UNFINISHED
   */
  verify(name: string, request?: MoveRequest & { readonly repair?: boolean }): Promise<MoveComparison>;
  /**
   * Ends writes to the source, carries over the last changes and lets go: writers of the old side get an error that names the new one.
   * `whilePaused` runs before they do, e.g. to point the application to the new side. Longer than 2 s, and all is undone.
   *
   * @throws PLINTH_MIGRATE_MOVE_UNFINISHED unless compared without a difference, PLINTH_MIGRATE_MOVE_TOO_SLOW, PLINTH_MIGRATE_MOVE_BLOCKED
   */
  cutover(name: string, request?: MoveRequest & { readonly whilePaused?: () => Promise<void> }): Promise<MoveStatus>;
  /**
   * Switches several moves into one database at the same moment. Whoever calls it ends the writes and points the application to the new
   * side, in `work`, which may carry changes over as often as it wants; the moves count as switched when it returns. No fence is built.
   * Does nothing but let go of what was switched before.
   *
   * @throws PLINTH_MIGRATE_MOVE_UNFINISHED unless each was compared without a difference, PLINTH_MIGRATE_MOVE_BUSY
   */
  switchTogether(names: readonly string[], request: MoveRequest, work: (carry: () => Promise<void>) => Promise<void>): Promise<void>;
  /** Moves into other databases than the platform's, which have its schema. */
  into(connect: Connect): Moves;
  /** All of all databases; empty when there are none. */
  list(): Promise<readonly MoveStatus[]>;
}
