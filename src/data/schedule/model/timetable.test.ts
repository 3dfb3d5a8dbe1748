import { describe, expect, it } from 'vitest';
import { occurrencesOf } from './occurrences.ts';
import { readTimetable } from './timetable.ts';
import { zoneOf } from './zones.ts';

const iso = (ms: number | undefined) => (ms === undefined ? undefined : `${new Date(ms).toISOString().slice(0, 16)}Z`);

function after(cron: string, zone: string, from: string, count: number) {
  return occurrencesOf(cron, zone, Date.parse(from), count).map(({ at }) => iso(at.getTime()));
}

describe('changes of the clock', () => {
  it.each([
    ['a wall that does not exist', '30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T00:30Z']],
    ['many walls that do not exist', '*/10 2 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', ['2026-03-29T01:00Z', '2026-03-30T00:00Z']],
    [
      'one of them and the first after the gap',
      '30 2,3 * * *',
      'Europe/Berlin',
      '2026-03-29T00:00Z',
      ['2026-03-29T01:00Z', '2026-03-29T01:30Z'],
    ],
    ['a wall that comes twice', '30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    [
      'a range of hours',
      '0 1-3 * * *',
      'Europe/Berlin',
      '2026-10-24T22:00Z',
      ['2026-10-24T23:00Z', '2026-10-25T00:00Z', '2026-10-25T02:00Z'],
    ],
    ['every hour in the gap', '30 * * * *', 'Europe/Berlin', '2026-03-29T00:00Z', ['2026-03-29T00:30Z', '2026-03-29T01:30Z']],
    [
      'every hour twice',
      '30 * * * *',
      'Europe/Berlin',
      '2026-10-25T00:00Z',
      ['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-25T02:30Z'],
    ],
    [
      'a step in the hour',
      '0 */2 * * *',
      'Europe/Berlin',
      '2026-10-24T23:00Z',
      ['2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T03:00Z'],
    ],
    ['half an hour', '15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00Z', ['2026-10-03T15:30Z', '2026-10-04T15:15Z']],
    ['a day that does not exist', '0 12 30 12 *', 'Pacific/Apia', '2011-12-01T00:00Z', ['2011-12-30T10:00Z', '2012-12-29T22:00Z']],
    ['an interval', '@every 90m', 'Europe/Berlin', '2026-10-25T00:00Z', ['2026-10-25T01:30Z', '2026-10-25T03:00Z']],
    ['once, in the gap', '@at 2026-03-29 02:30', 'Europe/Berlin', '2026-01-01T00:00Z', ['2026-03-29T01:00Z']],
    ['once, by an offset', '@at 2026-03-29T02:30:00+01:00', 'Asia/Tokyo', '2026-01-01T00:00Z', ['2026-03-29T01:30Z']],
  ])('[I2] %s: %s in %s', (_, cron, zone, from, expected) => {
    expect(after(cron, zone, from, expected.length)).toEqual(expected);
  });

  it('[I2] shows what the wall does', () => {
    expect(occurrencesOf('30 2 * * *', 'Europe/Berlin', Date.parse('2026-03-28T12:00Z'), 2).map(({ wall }) => wall)).toEqual([
      '2026-03-29T03:00:00+02:00',
      '2026-03-30T02:30:00+02:00',
    ]);
  });
});

describe('what is no timetable', () => {
  it.each([
    ['61 * * * *', 'minute', '0 * * * *'],
    ['0 24 * * *', 'hour', '0 3 * * *'],
    ['0 0 32 * *', 'day of month', '0 0 1 * *'],
    ['0 0 * 13 *', 'month', '0 0 * 1 *'],
    ['0 0 * * MONDAY', 'day of week', '0 0 * * MON'],
    ['60 0 0 * * *', 'second', '0 0 0 * * *'],
    ['* * *', 'the whole', '30 3 * * MON-FRI'],
    ['@reboot', 'the whole', '30 3 * * MON-FRI'],
    ['@every 0s', 'the interval', '@every 15m'],
    ['@at noon', 'the time', '@at 2030-01-31T10:00'],
    ['0 22-2 * * *', 'hour', '0 3 * * *'],
  ])('[I7] %s: says which field and shows a valid example', (cron, name, example) => {
    const utc = zoneOf('UTC');
    expect(() => readTimetable(cron, utc)).toThrow(
      expect.objectContaining({ code: 'PLINTH_SCHEDULE_BAD_CRON', details: expect.objectContaining({ field: name, example }) }),
    );
    expect(readTimetable(example, utc).next(Date.parse('2026-01-01'))).toBeGreaterThan(0);
  });

  it('[I7] a zone that is none: says which are like it', () => {
    expect(() => zoneOf('Berlin/Europe')).toThrow(
      expect.objectContaining({ code: 'PLINTH_SCHEDULE_UNKNOWN_ZONE', message: expect.stringContaining('Europe/Berlin') }),
    );
    expect(() => zoneOf('+02:00')).toThrow(expect.objectContaining({ code: 'PLINTH_SCHEDULE_UNKNOWN_ZONE' }));
  });
});
