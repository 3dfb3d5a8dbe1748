import { CronExpressionParser } from 'cron-parser';
import { describe, expect, it } from 'vitest';
import { readTimetable } from './timetable.ts';
import { zoneOf } from './zones.ts';

// cron-parser takes some milliseconds for each; 10,000 found the same.
const expressions = Number(process.env.PLINTH_TEST_CRON_EXPRESSIONS ?? 1_000);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const iso = (ms: number | undefined) => (ms === undefined ? undefined : `${new Date(ms).toISOString().slice(0, 16)}Z`);

// A generator of its own: the same expressions in each run, on each machine.
function randomOf(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
type Random = ReturnType<typeof randomOf>;

function field(random: Random, low: number, high: number, starShare: number): string {
  if (random(100) < starShare) return '*';
  const first = low + random(high - low);
  const second = first + 1 + random(high - first);
  const forms = [
    `${first}`,
    `${first},${second}`,
    `${first}-${second}`,
    `*/${1 + random(high - low)}`,
    `${first}-${high}/${1 + random(high - first)}`,
  ];
  return forms[random(forms.length)] as string;
}

const months = ['JAN-JUL', 'MAR', 'FEB-APR', 'OCT', 'NOV', 'FEB,OCT'];
const weekdays = ['SUN', 'MON', 'SAT', 'SUN#1', 'SUN#2', '0L', 'FRI-SAT'];

/** Often around the hours and days at which clocks change, and now and then with what only the longer grammar has. */
function expression(random: Random): string {
  const hour = random(3) === 0 ? field(random, 0, 3, 20) : field(random, 0, 23, 30);
  const day = random(8) === 0 ? 'L' : field(random, 1, 31, 70);
  const month = random(4) === 0 ? (months[random(months.length)] as string) : '*';
  const weekday = day !== '*' ? '*' : random(4) === 0 ? (weekdays[random(weekdays.length)] as string) : field(random, 0, 6, 70);
  return `${field(random, 0, 59, 10)} ${hour} ${day} ${month} ${weekday}`;
}

/** Each zone with two instants at which its clock changes; the last one has none. */
const zones = [
  ['Europe/Berlin', '2026-03-29T01:00Z', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z', '2026-11-01T06:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z', '2026-10-03T15:30Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00Z', '2018-11-04T03:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00Z', '2026-03-22T02:00Z'],
  ['Asia/Kathmandu', '2026-03-29T01:00Z', '2026-10-25T01:00Z'],
] as const;

/** Our rules, written a second time: minute after minute, with the fields as cron-parser reads them. */
function byBruteForce(cron: string, zoneName: string, fromMs: number, toMs: number): number[] {
  const parsed = CronExpressionParser.parse(cron, { tz: 'UTC' });
  const [minutes, hours] = [parsed.fields.minute.values, parsed.fields.hour.values] as readonly (readonly number[])[];
  const days = new Map<number, boolean>();
  const fits = (wallMs: number) => {
    const wall = new Date(wallMs);
    if (!minutes?.includes(wall.getUTCMinutes()) || !hours?.includes(wall.getUTCHours())) return false;
    const day = Math.floor(wallMs / (24 * hourMs));
    const isFitting = days.get(day) ?? parsed.includesDate(wall);
    days.set(day, isFitting);
    return isFitting;
  };
  const zone = zoneOf(zoneName);
  const isWild = /[*/]/.test(cron.split(' ')[1] as string);
  const found = new Set<number>();
  const shown = new Set<number>();
  let before: number | undefined;
  for (let at = fromMs - 3 * hourMs; at <= toMs; at += minuteMs) {
    const wall = at + zone.offsetAt(at);
    // Walls that are skipped come now; one that was shown already does not come again.
    if (!isWild && before !== undefined) for (let gone = before + minuteMs; gone < wall; gone += minuteMs) if (fits(gone)) found.add(at);
    if ((isWild || !shown.has(wall)) && fits(wall)) found.add(at);
    shown.add(wall);
    before = wall;
  }
  return [...found].filter((at) => at >= fromMs).sort((a, b) => a - b);
}

describe('against a second parser', () => {
  it('[I2] every minute of a day around a change, forwards and backwards', () => {
    const random = randomOf(7);
    let compared = 0;
    for (let round = 0; round < 40; round++) {
      const cron = expression(random);
      const [zone, ...times] = zones[round % zones.length] as (typeof zones)[number];
      const middle = Date.parse(times[random(2)] as string);
      const [from, to] = [middle - 12 * hourMs, middle + 12 * hourMs];
      const timetable = readTimetable(cron, zoneOf(zone));
      const [forwards, backwards]: [number[], number[]] = [[], []];
      for (let at = timetable.next(from - 1); at !== undefined && at <= to; at = timetable.next(at)) forwards.push(at);
      for (let at = timetable.latest(to); at !== undefined && at >= from; at = timetable.latest(at - 1)) backwards.unshift(at);
      const expected = byBruteForce(cron, zone, from, to);
      expect({ cron, zone, found: forwards.map(iso) }).toEqual({ cron, zone, found: expected.map(iso) });
      expect({ cron, zone, found: backwards.map(iso) }).toEqual({ cron, zone, found: expected.map(iso) });
      compared += expected.length;
    }
    expect(compared).toBeGreaterThan(300);
  });

  it('[I2] random expressions in six zones: it differs only where a clock changes, and there ours is right by rule', {
    timeout: 600_000,
  }, () => {
    const random = randomOf(42);
    let differing = 0;
    for (let round = 0; round < expressions; round++) {
      const cron = expression(random);
      const [zone, ...times] = zones[round % zones.length] as (typeof zones)[number];
      const change = Date.parse(times[random(2)] as string);
      const [from, to] = [change - random(30) * hourMs - random(60) * minuteMs, change + 72 * hourMs];
      const next = readTimetable(cron, zoneOf(zone)).next(from);
      const ours = next !== undefined && next <= to ? next : undefined;
      const theirs = theirNext(cron, zone, from, to);
      if (ours === theirs) continue;
      differing++;
      expect(Math.abs(Math.min(ours ?? to, theirs ?? to) - change)).toBeLessThanOrEqual(24 * hourMs);
      const [right] = byBruteForce(cron, zone, from + minuteMs, Math.max(ours ?? 0, theirs ?? 0));
      expect({ cron, zone, from: iso(from), next: iso(ours), theirs: iso(theirs) }).toMatchObject({ next: iso(right) });
    }
    expect(differing).toBeLessThan(expressions * 0.03);
  });

  function theirNext(cron: string, tz: string, from: number, to: number): number | undefined {
    try {
      return CronExpressionParser.parse(cron, { tz, currentDate: new Date(from), endDate: new Date(to + 1) })
        .next()
        .getTime();
    } catch {
      return undefined;
    }
  }
});
