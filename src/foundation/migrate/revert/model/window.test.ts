import { expect, test } from 'vitest';
import { isOpen, readWindow } from './window.ts';

test('[I13] a window has a start and an end with their zones, and lasts at most a day', () => {
  const window = readWindow('2026-01-31T22:00Z/2026-02-01T02:00Z');
  expect(window).toEqual({ from: new Date('2026-01-31T22:00:00Z'), to: new Date('2026-02-01T02:00:00Z') });
  expect(readWindow('2026-01-31T22:00+01:00/2026-01-31T23:00+01:00')).toBeDefined();
  for (const text of [
    '',
    '2026-01-31T22:00Z',
    '2026-01-31T22:00/2026-02-01T02:00',
    '2026-02-01T02:00Z/2026-01-31T22:00Z',
    '2026-01-01T00:00Z/2026-01-03T00:00Z',
    'a/b',
    '2026-01-31T22:00Z/2026-02-01T02:00Z/2026-02-01T03:00Z',
  ]) {
    expect(readWindow(text), text).toBeUndefined();
  }
});

test('[I13] it is open from its start until just before its end', () => {
  const window = { from: new Date(1_000), to: new Date(2_000) };
  expect([999, 1_000, 1_999, 2_000].map((ms) => isOpen(window, new Date(ms)))).toEqual([false, true, true, false]);
});
