import type { Clock, Tier } from '../../../kernel/index.ts';
import type { Connect, Session } from '../../connect/index.ts';
import type { HookCaller } from '../hooks/index.ts';

/** One run on one database, while its session holds the lock. */
export interface Run {
  readonly id: string;
  readonly command: 'up' | 'down' | 'baseline';
  /** For `down` where it needs one. */
  readonly declaredWindow?: string;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly session: Session;
  readonly hooks: HookCaller;
  /** The tiers kept in this database; the first one names it. */
  readonly tiers: readonly [Tier, ...Tier[]];
  readonly signal: AbortSignal;
  /** Clock time until which locks are waited for, per statement. */
  readonly lockDeadlineMs: number;
  readonly statementTimeoutMs: number;
  readonly warnings: string[];
  progress(line: string): void;
}
