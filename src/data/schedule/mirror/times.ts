import { readTimetable } from '../model/timetable.ts';
import { zoneOf } from '../model/zones.ts';
import type { listSqlSchedules } from '../sql/queries/queries.gen.ts';

type Row = Awaited<ReturnType<typeof listSqlSchedules.all>>[number];

const dayMs = 86_400_000;
/** How far ahead pg_cron is told what comes, and how many times of one schedule at most. */
const aheadMs = 400 * dayMs;
const mostKnown = 10_000;
/** A statement that runs by itself changes hands only this long after one of its times, and not right before one: nothing in it asks whose turn it is. */
const quietAfterMs = 30_000;
const quietBeforeMs = 5_000;

const timetableOf = (row: Row) => readTimetable(row.cron, zoneOf(row.zone));

/** The first time that has not been dealt with, as far as the schedule itself can tell. */
export function nextOf(row: Row): Date | null {
  const nowMs = row.now.getTime();
  const next = timetableOf(row).next(Math.max(row.last_run?.getTime() ?? nowMs, nowMs - aheadMs));
  return next === undefined ? null : new Date(next);
}

/** Whether half of what pg_cron was told has passed, or it is to be told anew. */
export const needsMore = (row: Row) =>
  row.filled === null || (row.known < mostKnown / 2 && row.filled.getTime() < row.now.getTime() + aheadMs / 2);

/** Times from the first that has not been dealt with, and until when these are all. */
export function upcoming(row: Row): { readonly times: readonly Date[]; readonly filled: Date } {
  const timetable = timetableOf(row);
  const until = row.now.getTime() + aheadMs;
  const times: Date[] = [];
  // What is due was decided by the rules of its time; it counts even if those have changed since.
  const isDue = row.next_run !== null && row.next_run <= row.now;
  if (isDue) times.push(row.next_run);
  let at = timetable.next((isDue ? row.next_run : row.now).getTime());
  for (; at !== undefined && at < until && times.length < mostKnown; at = timetable.next(at)) times.push(new Date(at));
  return { times, filled: at !== undefined && at < until ? (times.at(-1) ?? row.now) : new Date(until) };
}

/** Whether none of its times is near, so that nobody is about to run it. */
export function isQuiet(row: Row): boolean {
  const timetable = timetableOf(row);
  const nowMs = row.now.getTime();
  const latest = timetable.latest(nowMs);
  const next = timetable.next(nowMs);
  const isNoted = latest !== undefined && row.last_cron_run !== null && row.last_cron_run.getTime() >= latest;
  return (latest === undefined || isNoted || nowMs - latest > quietAfterMs) && (next === undefined || next - nowMs > quietBeforeMs);
}
