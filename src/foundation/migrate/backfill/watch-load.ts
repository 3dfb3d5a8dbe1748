import type { Executor } from '../../../kernel/index.ts';
import { type Load, type Throttle, type ThrottleLimits, throttleOf } from './model/throttle.ts';
import { readLoad } from './sql/queries/queries.gen.ts';

/** Looks at the server and says why the backfill of `table` has to wait, or undefined. WAL is counted from one look to the next. */
export function watchLoad(limits: ThrottleLimits): (executor: Executor, table: string) => Promise<Throttle | undefined> {
  let last: { readonly wal_bytes: number; readonly now_seconds: number } | undefined;
  return async (executor, table) => {
    const seen = await readLoad.one(executor, { table });
    const seconds = last ? seen.now_seconds - last.now_seconds : 0;
    const load: Load = {
      replayLagSeconds: seen.replay_lag_seconds,
      replayLagBytes: seen.replay_lag_bytes,
      endangeredSlots: seen.endangered_slots,
      walBytesPerSecond: last && seconds > 0 ? (seen.wal_bytes - last.wal_bytes) / seconds : null,
      deadShare: seen.dead_share,
      isVacuumed: seen.is_vacuumed,
      lockWaiters: seen.lock_waiters,
      activeSessions: seen.active_sessions,
    };
    last = seen;
    return throttleOf(load, limits);
  };
}
