import { scheduleErrors } from '../errors.ts';
import { readTimetable } from './timetable.ts';
import type { Occurrence } from './types.ts';
import { type Zone, zoneOf } from './zones.ts';

/** The next times of a timetable after an instant; fewer where it ends. */
export function occurrencesOf(cron: string, zoneName: string, afterMs: number, count: number): readonly Occurrence[] {
  const zone = zoneOf(zoneName);
  const timetable = readTimetable(cron, zone);
  const found: Occurrence[] = [];
  for (let at = timetable.next(afterMs); at !== undefined && found.length < count; at = timetable.next(at))
    found.push({ at: new Date(at), wall: wallOf(zone, at) });
  return found;
}

/** The first occurrence of a timetable that somebody wants. @throws PLINTH_SCHEDULE_BAD_CRON, PLINTH_SCHEDULE_NEVER, PLINTH_SCHEDULE_UNKNOWN_ZONE */
export function firstOf(cron: string, zoneName: string, nowMs: number): Date {
  const next = readTimetable(cron, zoneOf(zoneName)).next(nowMs);
  if (next === undefined) throw scheduleErrors.NEVER({ cron, example: '0 3 1 * *' });
  return new Date(next);
}

function wallOf(zone: Zone, instantMs: number): string {
  const offsetMs = zone.offsetAt(instantMs);
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return new Date(instantMs + offsetMs).toISOString().slice(0, 19) + offset;
}
