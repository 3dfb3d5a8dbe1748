import type { Clock, Tier } from '../../../kernel/index.ts';
import type { Connect, Session } from '../../connect/index.ts';
import type { HookCaller } from '../hooks/index.ts';

/** What a migration of phase `backfill` is handed to; its statements are not executed here. */
export interface BackfillStarter {
  /** Whether these statements can be run batch by batch. @throws PLINTH_MIGRATE_BACKFILL_STATEMENT */
  check(id: string, statements: readonly string[]): Promise<void>;
  /** Declares them in the transaction of the session. @throws PLINTH_MIGRATE_BACKFILL_* */
  start(id: string, statements: readonly string[]): Promise<void>;
}

/** One run on one database, while its session holds the lock. */
export interface Run {
  readonly id: string;
  readonly command: 'up' | 'down' | 'baseline';
  /** For `down` where it needs one. */
  readonly declaredWindow?: string;
  readonly connect: Connect;
  readonly clock: Clock;
  /** Of the disk under the server; undefined where nobody knows. */
  freeBytes(): Promise<number | undefined>;
  readonly session: Session;
  readonly hooks: HookCaller;
  readonly backfills: BackfillStarter;
  /** The tiers kept in this database; the first one names it. */
  readonly tiers: readonly [Tier, ...Tier[]];
  readonly signal: AbortSignal;
  /** Clock time until which locks are waited for, per statement. */
  readonly lockDeadlineMs: number;
  readonly statementTimeoutMs: number;
  readonly warnings: string[];
  /** Waits for the databases that share this server, before an index is built. Absent: there are none. */
  buildTurn?(): Promise<Disposable>;
  progress(line: string): void;
}
