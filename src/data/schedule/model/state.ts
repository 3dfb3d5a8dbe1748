import type { ScheduleState } from './types.ts';

/** Pure: how it stands with a schedule. Instants are milliseconds. */
export function stateOf(facts: {
  readonly isEnabled: boolean;
  readonly isGone: boolean;
  readonly nowMs: number;
  readonly nextMs: number | undefined;
  /** Time between the next two occurrences; undefined where there is one more at most. */
  readonly periodMs: number | undefined;
  /** When the oldest job that has not ended was enqueued. */
  readonly openSinceMs: number | undefined;
  readonly hasFailed: boolean;
  /** By pg_cron, which need not tell what comes next. */
  readonly isFiredElsewhere: boolean;
}): ScheduleState {
  const { nowMs, nextMs, periodMs, openSinceMs } = facts;
  if (facts.isGone) return 'gone';
  if (!facts.isEnabled) return 'disabled';
  if (nextMs !== undefined && nowMs - nextMs > Math.max(2 * (periodMs ?? 0), 60_000)) return 'missed';
  if (openSinceMs !== undefined && periodMs !== undefined && nowMs - openSinceMs > periodMs) return 'overrunning';
  if (facts.hasFailed) return 'failing';
  return nextMs === undefined && !facts.isFiredElsewhere ? 'done' : 'ok';
}
