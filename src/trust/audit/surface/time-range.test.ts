import { expect, test } from 'vitest';
import { parseRange, parseTime } from './time-range.ts';

test('[I24] times are UTC unless they say otherwise, and nothing is guessed', () => {
  expect(parseTime('2026-01-31').toISOString()).toBe('2026-01-31T00:00:00.000Z');
  expect(parseTime('2026-01-31T12:00').toISOString()).toBe('2026-01-31T12:00:00.000Z');
  expect(parseTime('2026-01-31 12:00:00').toISOString()).toBe('2026-01-31T12:00:00.000Z');
  expect(parseTime('2026-01-31T12:00:00+02:00').toISOString()).toBe('2026-01-31T10:00:00.000Z');
  for (const text of ['', 'yesterday', '31.01.2026', '2026-13-01', '2026-02-31T99:00', '1700000000']) {
    expect(() => parseTime(text), text).toThrow(/no time/);
  }
});

test('[I24] a range without an end ends now, and none runs backwards', () => {
  const now = new Date('2026-03-01T00:00:00Z');
  expect(parseRange({}, now, 30)).toEqual({ from: new Date('2026-01-30T00:00:00Z'), to: now });
  expect(parseRange({ from: '2026-01-01', to: '2026-02-01' }, now, 30)).toEqual({
    from: new Date('2026-01-01'),
    to: new Date('2026-02-01'),
  });
  expect(() => parseRange({ from: '2026-04-01' }, now, 30)).toThrow(/ends before it begins/);
});
