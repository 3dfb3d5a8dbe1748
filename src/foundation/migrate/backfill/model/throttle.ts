/** What one look at the server says. `null`: this role may not see it, or there is nothing of the kind. */
export interface Load {
  /** Slowest standby. */
  readonly replayLagSeconds: number | null;
  readonly replayLagBytes: number | null;
  /** Replication slots that may soon lose WAL they need, by name. */
  readonly endangeredSlots: readonly string[];
  /** Written by everybody since the look before; null at the first. */
  readonly walBytesPerSecond: number | null;
  /** Of the table, 0 to 1. */
  readonly deadShare: number;
  readonly isVacuumed: boolean;
  /** Sessions that wait for a lock. */
  readonly lockWaiters: number;
  /** Sessions at work, without the one that asks. */
  readonly activeSessions: number;
}

export interface ThrottleLimits {
  readonly replayLagSeconds: number;
  readonly replayLagBytes: number;
  readonly walBytesPerSecond: number;
  readonly deadShare: number;
  readonly lockWaiters: number;
  readonly activeSessions: number;
}

const mb = 1024 * 1024;

/** `cores`: of the server. */
export const throttleLimits = (cores: number): ThrottleLimits => ({
  replayLagSeconds: 10,
  replayLagBytes: 64 * mb,
  walBytesPerSecond: 20 * mb,
  deadShare: 0.2,
  lockWaiters: 5,
  activeSessions: 2 * cores,
});

/** Why a backfill has to wait. */
export interface Throttle {
  readonly cause: 'slot' | 'standby' | 'locks' | 'sessions' | 'vacuum' | 'dead-rows' | 'wal';
  /** For people, with the value and its limit. */
  readonly message: string;
  /** Others are busy, which may last for ever: now and then a batch goes on all the same. Else nothing is written until it is over. */
  readonly isCrawl: boolean;
}

const crawls: readonly Throttle['cause'][] = ['sessions', 'wal'];

/** The first cause to wait, in order of harm; undefined when there is none. */
export function throttleOf(load: Load, limits: ThrottleLimits): Throttle | undefined {
  const over = (value: number | null, limit: number): value is number => value !== null && value > limit;
  const because = (cause: Throttle['cause'], message: string): Throttle => ({
    cause,
    message,
    isCrawl: crawls.includes(cause),
  });
  if (load.endangeredSlots.length > 0) return because('slot', `replication slot ${load.endangeredSlots.join(', ')} may lose its WAL`);
  if (over(load.replayLagSeconds, limits.replayLagSeconds))
    return because('standby', `a standby is ${Math.round(load.replayLagSeconds)} s behind (limit ${limits.replayLagSeconds} s)`);
  if (over(load.replayLagBytes, limits.replayLagBytes))
    return because('standby', `a standby is ${inMb(load.replayLagBytes)} MB behind (limit ${inMb(limits.replayLagBytes)} MB)`);
  if (over(load.lockWaiters, limits.lockWaiters))
    return because('locks', `${load.lockWaiters} sessions wait for locks (limit ${limits.lockWaiters})`);
  if (over(load.activeSessions, limits.activeSessions))
    return because('sessions', `${load.activeSessions} sessions are at work (limit ${limits.activeSessions})`);
  if (load.isVacuumed) return because('vacuum', 'the table is being vacuumed');
  if (over(load.deadShare, limits.deadShare))
    return because('dead-rows', `${Math.round(load.deadShare * 100)} % of the table are dead rows (limit ${limits.deadShare * 100} %)`);
  if (over(load.walBytesPerSecond, limits.walBytesPerSecond))
    return because(
      'wal',
      `the server writes ${inMb(load.walBytesPerSecond)} MB of WAL a second (limit ${inMb(limits.walBytesPerSecond)} MB)`,
    );
  return undefined;
}

const inMb = (bytes: number) => Math.round(bytes / mb);
