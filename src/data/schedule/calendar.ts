import { asOwner, type ScheduleDeps } from './context.ts';
import { readTimetable } from './model/timetable.ts';
import type { Calendar, CalendarEntry, RunState } from './model/types.ts';
import { zoneOf } from './model/zones.ts';
import { scheduledJobOf } from './rows.ts';
import { countRuns, databaseNow, listSchedules } from './sql/queries/queries.gen.ts';

const dayMs = 86_400_000;
/** Times of a schedule that are told one by one; who reads a calendar reads no more. */
const mostTold = 60;

/** The day that was and the days that come, of all schedules. Computed in memory, however often one fires. */
export async function readCalendar({ connect }: Pick<ScheduleDeps, 'connect'>, days: number): Promise<Calendar> {
  const { now, schedules, runs } = await asOwner(connect)('calendar', async (tx) => {
    const { now } = await databaseNow.one(tx, {});
    const runs = await countRuns.all(tx, { since: new Date(now.getTime() - dayMs) });
    return { now, runs, schedules: await listSchedules.all(tx, { name: null, tenant_id: null }) };
  });
  const until = new Date(now.getTime() + days * dayMs);
  const runsOf = Map.groupBy(runs, ({ scheduled_job_id }) => scheduled_job_id);
  const entries = schedules.map((row): CalendarEntry => {
    const { name, tenantId, state, cron, zone } = scheduledJobOf(row);
    const rests = state === 'disabled' || state === 'gone';
    const { times, periodMs } = rests ? { times: [], periodMs: undefined } : timesOf(cron, zone, now.getTime(), until.getTime());
    return {
      ...{ name, tenantId, state, cron, zone },
      upcoming: times,
      ...(periodMs !== undefined && { periodMs }),
      past: (runsOf.get(row.id) ?? []).map((run) => ({
        ...{ hour: run.hour, state: run.state as RunState, runs: run.runs },
        ...(run.error !== null && { error: run.error }),
      })),
    };
  });
  return { read: now, until, schedules: entries };
}

/** Those before `untilMs`; with the time between two of them where there are more than are told. A timetable that cannot be read has none. */
function timesOf(cron: string, zone: string, afterMs: number, untilMs: number): { times: readonly Date[]; periodMs: number | undefined } {
  const times: Date[] = [];
  try {
    const timetable = readTimetable(cron, zoneOf(zone));
    for (let at = timetable.next(afterMs); at !== undefined && at < untilMs && times.length <= mostTold; at = timetable.next(at))
      times.push(new Date(at));
  } catch {
    return { times, periodMs: undefined };
  }
  const [first, second] = times;
  if (times.length <= mostTold || !first || !second) return { times, periodMs: undefined };
  return { times: times.slice(0, mostTold), periodMs: second.getTime() - first.getTime() };
}
