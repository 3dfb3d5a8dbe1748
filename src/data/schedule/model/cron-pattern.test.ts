import { describe, expect, it } from 'vitest';
import { coverOf, cronPatternOf, isByMinute } from './cron-pattern.ts';
import { placementOf } from './placement.ts';
import { readTimetable } from './timetable.ts';
import { zoneOf } from './zones.ts';

const minuteMs = 60_000;

/** What pg_cron would start at, read from the pattern alone: numbers, lists, ranges and steps. */
function startsAt(pattern: string, at: Date): boolean {
  const values = [at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCDay()];
  return pattern.split(' ').every((field, index) =>
    field.split(',').some((item) => {
      const [range = '', step = '1'] = item.split('/');
      const [from = 0, to = from] = range === '*' ? [index === 2 || index === 3 ? 1 : 0, 99] : range.split('-').map(Number);
      const value = values[index] ?? -1;
      const fits = (one: number) => one >= from && one <= to && (one - from) % Number(step) === 0;
      return fits(value) || (index === 4 && value === 0 && fits(7));
    }),
  );
}

function* timesOf(cron: string, zone: string, from: number, until: number) {
  const timetable = readTimetable(cron, zoneOf(zone));
  for (let at = timetable.next(from - 1); at !== undefined && at < until; at = timetable.next(at)) yield at;
}

describe('patterns of pg_cron', () => {
  it.each([
    '*/7 2-4 * * *',
    '30 3 * * MON-FRI',
    '0,15,30-40/5 */6 1-10 jan,JUN *',
    '5 4 * * 7',
    '0 0 * * 5-7',
    '59 23 31 12 *',
    '0 12 */9 * *',
    '0 30 6 * * *',
    '@daily',
    '@weekly',
    '@every 15m',
    '@every 6h',
    '@every 60s',
  ])('[I10] %s starts at its times and no others', (cron) => {
    const pattern = cronPatternOf(cron) as string;
    for (const day of ['2028-02-28', '2026-06-06', '2026-12-30']) {
      const from = Date.parse(day);
      const times = new Set(timesOf(cron, 'UTC', from, from + 3 * 1440 * minuteMs));
      for (let at = from; at < from + 3 * 1440 * minuteMs; at += minuteMs)
        if (startsAt(pattern, new Date(at)) !== times.has(at))
          throw new Error(`${pattern} and ${cron} differ at ${new Date(at).toISOString()}`);
    }
  });

  it.each([
    '0 0 L * *',
    '0 0 * * FRI#2',
    '0 0 15W * *',
    '0 0 13 * 5',
    '0 0 * * */2',
    '5/15 * * * *',
    '@every 7m',
    '@every 36h',
    '@at 2030-01-31T10:00',
  ])('[I10] %s is nothing that pg_cron can say', (cron) => expect(cronPatternOf(cron)).toBeUndefined());

  it.each([
    ['30 7 * * MON-FRI', 'Europe/Berlin', '30 5,6 * * *'],
    ['0 */2 * * *', 'Asia/Kolkata', '30 * * * *'],
    ['*/20 2 L * *', 'America/New_York', '0,20,40 6,7 * * *'],
  ])('[I10] %s in %s is covered', (cron, zone, cover) => {
    const from = Date.parse('2026-01-01');
    const times = [...timesOf(cron, zone, from, from + 400 * 1440 * minuteMs)].map((at) => new Date(at));
    const pattern = coverOf(times);
    expect(times.every((at) => startsAt(pattern, at))).toBe(true);
    expect(pattern.split(' ').slice(2)).toEqual(['*', '*', '*']);
    for (const minute of cover.split(' ')[0]?.split(',') ?? []) expect(pattern.split(' ')[0]?.split(',')).toContain(minute);
  });

  it('[I10] knows what falls between minutes', () => {
    expect(['* * * * *', '0 * * * * *', '@every 120s', '@at 2030-01-31T10:00', '@at 2030-01-31T10:00:00Z'].map(isByMinute)).not.toContain(
      false,
    );
    expect(['*/5 * * * * *', '@every 90s', '@at 2030-01-31T10:00:30'].map(isByMinute)).not.toContain(true);
  });
});

describe('who fires', () => {
  const schedule = {
    cron: '0 3 * * *',
    zone: 'UTC',
    sql: 'select 1' as string | null,
    overlap: 'skip',
    jitterMs: 0,
    runner: 'auto',
    isApart: false,
  };
  const server = { login: 'l', database: 'd', zone: 'GMT' as string | undefined };

  it('[I11] pg_cron, by its own pattern, by one that covers, or with the bare statement', () => {
    expect(placementOf(schedule, server)).toEqual({ by: 'pg_cron', isBare: false, pattern: '0 3 * * *' });
    for (const [change, at] of [
      [{ zone: 'Europe/Berlin' }, server],
      [{ cron: '0 0 L * *' }, server],
      [{}, { ...server, zone: 'Europe/Berlin' }],
      [{}, { ...server, zone: undefined }],
    ] as const)
      expect(placementOf({ ...schedule, ...change }, at)).toEqual({ by: 'pg_cron', isBare: false, pattern: undefined });
    for (const sql of [
      'VACUUM (analyze) a',
      '-- weekly\n vacuum',
      '/* all\n of it */ reindex (verbose) database x',
      'create index concurrently i on t (a)',
      'reindex table concurrently t',
      'alter table t detach partition p concurrently',
      'call p()',
    ])
      expect(placementOf({ ...schedule, sql }, server)).toMatchObject({ by: 'pg_cron', isBare: true, pattern: '0 3 * * *' });
    for (const sql of ['delete from vacuum', 'analyze a', 'create index i on t (a)', "select 'call'", 'reindex table t'])
      expect(placementOf({ ...schedule, sql }, server)).toMatchObject({ isBare: false });
  });

  it.each([
    [{ runner: 'plinth' }, server, 'it says so'],
    [{ sql: null }, server, 'job'],
    [{ isApart: true }, server, 'another database'],
    [{ overlap: 'allow' }, server, 'overlap'],
    [{ jitterMs: 1 }, server, 'spread'],
    [{ cron: '@every 90s' }, server, 'minutes'],
    [{ sql: 'vacuum', zone: 'Europe/Berlin' }, server, 'cannot say'],
    [{ sql: 'vacuum' }, { ...server, zone: 'Europe/Berlin' }, 'Europe/Berlin'],
    [{ sql: 'vacuum' }, { ...server, zone: undefined }, 'grant pg_read_all_settings'],
    [{}, { reason: 'there is none' }, 'there is none'],
  ] as const)('[I11] Plinth, and says why: %j', (change, at, because) => {
    expect(placementOf({ ...schedule, ...change }, at)).toEqual({ by: 'plinth', because: expect.stringContaining(because) });
  });
});
