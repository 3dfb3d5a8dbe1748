import { type Log, messageOf } from '../../kernel/index.ts';
import type { AsOwner } from './context.ts';
import { decide } from './model/decide.ts';
import { readTimetable, type Timetable } from './model/timetable.ts';
import { zoneOf } from './model/zones.ts';
import type { Missed } from './services/alerts.ts';
import { fire, listDue, msUntilNext, release, settle } from './sql/queries/queries.gen.ts';

const batchSize = 1_000;
const longestPauseMs = 1_000;
const shortestPauseMs = 20;

/** Many schedules say the same, e.g. one for each tenant: it is read once a round, and what comes after an instant is found once. */
function reader(): (cron: string, zone: string) => Timetable {
  const read = new Map<string, Timetable>();
  return (cron, zone) => {
    const key = `${zone} ${cron}`;
    const known = read.get(key);
    if (known) return known;
    const timetable = readTimetable(cron, zoneOf(zone));
    const found = new Map<number, number | undefined>();
    const remembering: Timetable = {
      latest: timetable.latest,
      next(afterMs) {
        if (!found.has(afterMs)) found.set(afterMs, timetable.next(afterMs));
        return found.get(afterMs);
      },
    };
    read.set(key, remembering);
    return remembering;
  };
}

export interface FireDeps {
  readonly log: Log;
  /** Told once a round. */
  missed(late: readonly Missed[]): void;
}

type DueSchedule = Awaited<ReturnType<typeof listDue.all>>[number];

/**
 * Fires what is due, by the clock of the database. Any number of processes may do this at once: what one has dealt with, the others leave
 * alone. Nothing is locked while this process thinks, so one that is frozen or killed here holds nobody up.
 * @returns after how many ms there is something to do again; at most a second, in which others may have made new schedules
 */
export async function fireDue(run: AsOwner, { log, missed }: FireDeps): Promise<number> {
  const read = reader();
  const late: Missed[] = [];
  for (;;) {
    const due = await run('due', (tx) => listDue.all(tx, { most: batchSize }));
    if (due.length === 0) break;
    const firings = JSON.stringify(due.map((row) => firingOf(row, read, log, late)));
    const { fired } = await run('fire', (tx) => fire.one(tx, { firings }));
    // Others are at the rest.
    if (due.length < batchSize || fired < batchSize) break;
  }
  missed(late);
  const { until_ms } = await run('next', (tx) => msUntilNext.one(tx, {}));
  return Math.min(longestPauseMs, Math.max(shortestPauseMs, Math.ceil(until_ms ?? longestPauseMs)));
}

function firingOf(row: DueSchedule, read: ReturnType<typeof reader>, log: Log, late: Missed[]) {
  const was = row.next_run;
  try {
    const timetable = read(row.cron, row.zone);
    const request = { dueMs: was.getTime(), nowMs: row.now.getTime(), catchUp: row.catch_up as 'one', limit: row.catch_up_limit };
    const { runs, missed, next, isLate } = decide(timetable, request);
    if (isLate) late.push({ name: row.name, planned: was, lateMs: row.now.getTime() - was.getTime() });
    return { id: row.id, was, runs: runs.map((at) => new Date(at)), missed, next: next === undefined ? null : new Date(next) };
  } catch (error) {
    // A zone that this process does not know, or a row that was changed by hand: the others fire all the same.
    log.error(`schedule ${row.name} cannot be read and is stopped`, { error: messageOf(error) });
    return { id: row.id, was, runs: [], missed: 0, next: null, error: messageOf(error) };
  }
}

/** Notes how jobs have ended, and enqueues what waited for that. */
export async function followUp(run: AsOwner): Promise<undefined> {
  await run('settle', (tx) => settle.one(tx, {}));
  await run('release', (tx) => release.one(tx, {}));
  return undefined;
}
