import { Cron } from 'croner';
import { scheduleErrors } from '../errors.ts';
import { instantOf, lastChange, nextChange, type Zone } from './zones.ts';

/** When something is to happen, in one zone. Instants are milliseconds of whole seconds. */
export interface Timetable {
  /** The first occurrence after an instant. */
  next(afterMs: number): number | undefined;
  /** The last occurrence that is not after an instant. */
  latest(untilMs: number): number | undefined;
}

const names: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const dayMs = 86_400_000;
const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: dayMs };

const fields = [
  { name: 'second', allowed: '0–59', example: '0' },
  { name: 'minute', allowed: '0–59', example: '0' },
  { name: 'hour', allowed: '0–23', example: '3' },
  { name: 'day of month', allowed: '1–31, L (last) or 15W (the weekday nearest to it)', example: '1' },
  { name: 'month', allowed: '1–12 or JAN–DEC', example: '1' },
  { name: 'day of week', allowed: '0–7 or SUN–SAT, with FRI#2 for the second and FRIL for the last of a month', example: 'MON' },
] as const;
const forms = '; lists (1,15), ranges (1-5) and steps (*/10, 0-30/10) of them, or *';
const otherForms =
  'five fields (minute hour day month weekday), six with seconds before them, @daily and the like, @every 90s, or @at 2030-01-31T10:00';

/**
 * Reads a timetable: cron with 5 or 6 fields, `@daily` and its kin, `@every 90s` (s, m, h, d), `@at 2030-01-31T10:00` (the wall of the
 * zone, or an instant with Z or an offset).
 * @throws PLINTH_SCHEDULE_BAD_CRON
 */
export function readTimetable(text: string, zone: Zone): Timetable {
  const trimmed = text.trim();
  if (/^@every\b/i.test(trimmed)) return everyInterval(trimmed);
  if (/^@at\b/i.test(trimmed)) return once(trimmed, zone);
  const cron = names[trimmed.toLowerCase()] ?? trimmed;
  const pattern = parse(cron);
  const hour = cron.split(/\s+/).at(-4) ?? '*';
  return /[*?/]/.test(hour) ? inRealTime(pattern, zone) : byTheWall(pattern, zone);
}

// croner finds walls; which instants they are is decided here. See docs/decisions/schedules-and-clock-changes.md.
type Walls = { next(afterMs: number): number | undefined; before(ms: number): number | undefined };

/** Each wall is one instant, the first at which it is shown; walls that are skipped come together right after the gap. */
function byTheWall(walls: Walls, zone: Zone): Timetable {
  return {
    next(afterMs) {
      for (let wall = walls.next(afterMs + zone.offsetAt(afterMs)); wall !== undefined; wall = walls.next(wall)) {
        const instant = instantOf(zone, wall);
        if (instant > afterMs) return instant;
      }
      return undefined;
    },
    latest(untilMs) {
      // In an hour that comes twice, walls that are yet to be shown again were shown before.
      const highest = untilMs + Math.max(zone.offsetAt(untilMs), zone.offsetAt(untilMs - dayMs));
      for (let wall = walls.before(highest + 1); wall !== undefined; wall = walls.before(wall)) {
        const instant = instantOf(zone, wall);
        if (instant <= untilMs) return instant;
      }
      return undefined;
    },
  };
}

/** Every instant whose wall fits, however often the clock shows it. */
function inRealTime(walls: Walls, zone: Zone): Timetable {
  return {
    next(afterMs) {
      let from = afterMs;
      for (let wall = walls.next(from + zone.offsetAt(from)); wall !== undefined; ) {
        const instant = wall - zone.offsetAt(from);
        const change = nextChange(zone, from, instant);
        if (change === undefined) return instant;
        from = change;
        wall = walls.next(from + zone.offsetAt(from) - 1);
      }
      return undefined;
    },
    latest(untilMs) {
      let until = untilMs;
      for (let wall = walls.before(until + zone.offsetAt(until) + 1); wall !== undefined; ) {
        const instant = wall - zone.offsetAt(until);
        const change = lastChange(zone, instant, until);
        if (change === undefined) return instant;
        until = change - 1;
        wall = walls.before(until + zone.offsetAt(until) + 1);
      }
      return undefined;
    },
  };
}

/** Multiples of the interval since 1970, so that no restart moves them. */
function everyInterval(text: string): Timetable {
  const [, count, unit = ''] = /^@every\s+(\d{1,6})\s*([smhd])[a-z]*$/i.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit.toLowerCase()] ?? 0);
  if (!(ms > 0)) {
    throw scheduleErrors.BAD_CRON({
      cron: text,
      field: 'the interval',
      value: text.slice('@every'.length).trim(),
      allowed: 'a number and s, m, h or d',
      example: '@every 15m',
    });
  }
  return { next: (afterMs) => (Math.floor(afterMs / ms) + 1) * ms, latest: (untilMs) => Math.floor(untilMs / ms) * ms };
}

function once(text: string, zone: Zone): Timetable {
  const value = text.slice('@at'.length).trim();
  const [, day, time, offset] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?$/i.exec(value) ?? [];
  const read = Date.parse(`${day}T${time}${offset ?? 'Z'}`);
  if (Number.isNaN(read)) {
    throw scheduleErrors.BAD_CRON({
      cron: text,
      field: 'the time',
      value,
      allowed: 'a date and time, with Z or an offset where it is not that of the zone',
      example: '@at 2030-01-31T10:00',
    });
  }
  const instant = offset === undefined ? instantOf(zone, read) : read;
  return {
    next: (afterMs) => (instant > afterMs ? instant : undefined),
    latest: (untilMs) => (instant <= untilMs ? instant : undefined),
  };
}

function parse(text: string): Walls {
  const pattern = tryParse(text);
  if (pattern instanceof Error) throw badCron(text);
  const ms = (date: Date | null | undefined) => date?.getTime() ?? undefined;
  return {
    next: (afterMs) => ms(pattern.nextRun(new Date(afterMs))),
    before: (beforeMs) => ms(pattern.previousRuns(1, new Date(beforeMs))[0]),
  };
}

function tryParse(text: string): Cron | Error {
  try {
    return new Cron(text, { utcOffset: 0, mode: '5-or-6-parts' });
  } catch (error) {
    return error as Error;
  }
}

/** Finds the field that is wrong by trying each alone, and mends it for an example. */
function badCron(text: string) {
  const parts = text.split(/\s+/);
  const known = fields.slice(-parts.length);
  if (parts.length === 5 || parts.length === 6) {
    for (const [index, value] of parts.entries()) {
      const field = known[index];
      const alone = parts.map((_, at) => (at === index ? value : '*')).join(' ');
      if (!field || !(tryParse(alone) instanceof Error)) continue;
      const mended = parts.with(index, field.example).join(' ');
      const example = tryParse(mended) instanceof Error ? known.map((one) => one.example).join(' ') : mended;
      return scheduleErrors.BAD_CRON({ cron: text, field: field.name, value, allowed: field.allowed + forms, example });
    }
  }
  return scheduleErrors.BAD_CRON({ cron: text, field: 'the whole', value: text, allowed: otherForms, example: '30 3 * * MON-FRI' });
}
