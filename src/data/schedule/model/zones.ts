import { scheduleErrors } from '../errors.ts';

/** What a clock on the wall shows in a time zone. Walls are written as the instant at which a clock in UTC shows the same. */
export interface Zone {
  readonly name: string;
  /** Milliseconds by which the wall is ahead of UTC at an instant. */
  offsetAt(instantMs: number): number;
}

const dayMs = 86_400_000;
// Two changes of one zone were never closer than this since zones are kept.
const strideMs = 7 * dayMs;

const utc: Zone = { name: 'UTC', offsetAt: () => 0 };
const zones = new Map<string, Zone>([['UTC', utc]]);

/** A zone of the IANA database that Node brings along. @throws PLINTH_SCHEDULE_UNKNOWN_ZONE */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const zone = { name, offsetAt: offsetsOf(name) };
  zones.set(name, zone);
  return zone;
}

function offsetsOf(name: string): Zone['offsetAt'] {
  let format: Intl.DateTimeFormat;
  try {
    if (!/^[A-Za-z]/.test(name)) throw new RangeError('an offset is no zone');
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch (cause) {
    throw scheduleErrors.UNKNOWN_ZONE({ zone: name, similar: similarZones(name) }, { cause });
  }
  return (instantMs) => {
    const [, sign, hours, minutes, seconds] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(instantMs)) ?? [];
    if (sign === undefined) return 0;
    const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1000;
    return sign === '-' ? -ms : ms;
  };
}

/** Up to three zones that have a word of `name` in common, e.g. those of its city. */
function similarZones(name: string): readonly string[] {
  const words = name.toLowerCase().split(/[^a-z]+/);
  const hits = (zone: string) => words.filter((word) => word.length > 2 && zone.toLowerCase().includes(word)).length;
  return Intl.supportedValuesOf('timeZone')
    .filter((zone) => hits(zone) > 0)
    .sort((a, b) => hits(b) - hits(a))
    .slice(0, 3);
}

/** The first change of the offset after `fromMs` and not after `untilMs`: the instant at which the new one begins to count. */
export function nextChange(zone: Zone, fromMs: number, untilMs: number): number | undefined {
  const before = zone.offsetAt(fromMs);
  for (let low = fromMs; low < untilMs; low += strideMs) {
    const high = Math.min(low + strideMs, untilMs);
    if (zone.offsetAt(high) !== before) return bisect(low, high, (ms) => zone.offsetAt(ms) !== before);
  }
  return undefined;
}

/** The last change of the offset after `fromMs` and not after `untilMs`. */
export function lastChange(zone: Zone, fromMs: number, untilMs: number): number | undefined {
  const after = zone.offsetAt(untilMs);
  for (let high = untilMs; high > fromMs; high -= strideMs) {
    const low = Math.max(high - strideMs, fromMs);
    if (zone.offsetAt(low) !== after) return bisect(low, high, (ms) => zone.offsetAt(ms) === after);
  }
  return undefined;
}

/** The first whole second in (low, high] for which `holds`, which is false at low and true at high. */
function bisect(lowMs: number, highMs: number, holds: (ms: number) => boolean): number {
  let [low, high] = [Math.floor(lowMs / 1000), Math.ceil(highMs / 1000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle * 1000)) high = middle;
    else low = middle;
  }
  return high * 1000;
}

/** When the wall shows this for the first time; where it never does, the first instant after the gap. */
export function instantOf(zone: Zone, wallMs: number): number {
  const [before, after] = [zone.offsetAt(wallMs - dayMs), zone.offsetAt(wallMs + dayMs)];
  if (before === after && zone.offsetAt(wallMs - before) === before) return wallMs - before;
  // Whole hours to either side hold any instant that this wall could be, whatever the offsets are.
  const shown = [before, after].map((offset) => wallMs - offset).filter((ms) => ms + zone.offsetAt(ms) === wallMs);
  if (shown.length > 0) return Math.min(...shown);
  return nextChange(zone, wallMs - Math.max(before, after) - 1000, wallMs + dayMs) ?? wallMs - after;
}
