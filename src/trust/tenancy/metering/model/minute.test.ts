import { expect, test } from 'vitest';
import { minuteOf, parseMinute } from './minute.ts';

const now = new Date('2026-11-21T09:31:42.500Z');

test.each([
  ['2026-11-20T23:59', '2026-11-20T23:59:00.000Z'],
  ['2026-11-20 23:59Z', '2026-11-20T23:59:00.000Z'],
  ['2026-11-20T23:59:58.123Z', '2026-11-20T23:59:00.000Z'],
  ['09:31', '2026-11-21T09:31:00.000Z'],
  ['09:32', '2026-11-20T09:32:00.000Z'],
  ['last', '2026-11-21T09:30:00.000Z'],
])('[I43] %s is a minute', (text, minute) => {
  expect(parseMinute(text, now)?.toISOString()).toBe(minute);
});

test.each(['', 'noon', '9:31', '24:61', '2026-13-01T00:00', '2026-11-20T23:59+01:00'])('[I43] %j is none', (text) => {
  expect(parseMinute(text, now)).toBeUndefined();
});

test('[I43] a minute begins with its first millisecond', () => {
  expect(minuteOf(now).toISOString()).toBe('2026-11-21T09:31:00.000Z');
});
