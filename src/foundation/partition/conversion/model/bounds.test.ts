import { expect, test } from 'vitest';
import { commonStart, readBound } from './bounds.ts';

test('bounds are read as the server prints them', () => {
  expect(readBound("FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2025-02-01 00:00:00+00')")).toEqual({
    lower: '2025-01-01 00:00:00+00',
    upper: '2025-02-01 00:00:00+00',
  });
  expect(readBound("FOR VALUES FROM (MINVALUE) TO ('100')")).toEqual({ lower: null, upper: '100' });
  expect(readBound("FOR VALUES FROM ('a''b') TO (MAXVALUE)")).toEqual({ lower: "a'b", upper: null });
  for (const other of [
    'DEFAULT',
    "FOR VALUES IN ('a')",
    'FOR VALUES WITH (modulus 4, remainder 0)',
    "FOR VALUES FROM ('a', 'b') TO ('c', 'd')",
  ]) {
    expect(readBound(other), other).toBeUndefined();
  }
});

test('a merged partition is named by what its first and last name do not share', () => {
  expect(commonStart('jobs_2025_01_01', 'jobs_2025_01_31')).toBe('jobs_2025_01_');
  expect(commonStart('jobs_2025_11', 'jobs_2026_01')).toBe('jobs_');
  expect(commonStart('jobs_2025', 'jobs_2026')).toBe('jobs_');
});
