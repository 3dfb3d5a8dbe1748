import type { CatchUp } from '../../../kernel/index.ts';
import type { Timetable } from './timetable.ts';

/** What is to become of the occurrences from `dueMs` to `nowMs`. */
export interface Decision {
  /** Those that run, oldest first. */
  readonly runs: readonly number[];
  /** How many do not; counting ends at a thousand. */
  readonly missed: number;
  readonly next: number | undefined;
  /** Later than twice the time to the occurrence after it. */
  readonly isLate: boolean;
}

/** An occurrence that is dealt with within this time is none that was missed. */
export const onTimeMs = 60_000;
const countedMost = 1_000;

/** Pure: it takes as long after a year without a scheduler as after a second. */
export function decide(
  timetable: Timetable,
  { dueMs, nowMs, catchUp, limit }: { readonly dueMs: number; readonly nowMs: number; readonly catchUp: CatchUp; readonly limit: number },
): Decision {
  const second = timetable.next(dueMs);
  // Nearly always: one is due, and the next one is to come.
  if (nowMs - dueMs <= onTimeMs && (second === undefined || second > nowMs))
    return { runs: [dueMs], missed: 0, next: second, isLate: false };
  const runs: number[] = [];
  const most = catchUp === 'all' ? limit : 1;
  for (let at = timetable.latest(nowMs); at !== undefined && at > dueMs && runs.length < most; at = timetable.latest(at - 1000))
    runs.unshift(at);
  // What is due was decided by the rules of its time; it counts even if the zone's have changed since.
  if (runs.length < most) runs.unshift(dueMs);
  const first = runs[0] ?? dueMs;
  const missed = first > dueMs ? count(timetable, dueMs, first) : 0;
  const isLate = second !== undefined && nowMs - dueMs > Math.max(2 * (second - dueMs), onTimeMs);
  const next = timetable.next(nowMs);
  if (catchUp === 'none' && nowMs - first > onTimeMs) return { runs: [], missed: missed + 1, next, isLate };
  return { runs, missed, next, isLate };
}

function count(timetable: Timetable, fromMs: number, beforeMs: number): number {
  let counted = 1;
  for (let at = timetable.next(fromMs); at !== undefined && at < beforeMs && counted < countedMost; at = timetable.next(at)) counted++;
  return counted;
}
