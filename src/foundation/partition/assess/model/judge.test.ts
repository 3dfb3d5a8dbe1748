import { expect, test } from 'vitest';
import type { CandidateKey } from '../types.ts';
import { judge, type Measured, propose } from './judge.ts';

const gib = 1024 ** 3;
const created: CandidateKey = { column: 'created', type: 'timestamptz', strategy: 'time', problems: [] };
const small: Measured = { rows: 1e6, sizeBytes: gib, indexBytes: gib / 4, bufferBytes: 8 * gib, keys: [created] };

test('[I22] each reason is enough; none of them, or no key, is a no', () => {
  expect(judge(small)).toMatchObject({ isWorthIt: false, reasons: [expect.stringContaining('not more than 100 GiB')] });
  expect(judge({ ...small, sizeBytes: 101 * gib })).toMatchObject({ isWorthIt: true, reasons: ['it has 101 GiB, more than 100'] });
  expect(judge({ ...small, vacuumSeconds: 7200 }).reasons).toEqual(['a vacuum takes 120 minutes, more than an hour']);
  expect(judge({ ...small, deletedPerDay: 20_000 }).reasons).toEqual(['2.0 % of its rows are deleted a day, more than 1 %']);
  expect(judge({ ...small, rows: 2e8 }).isWorthIt).toBe(false);
  expect(judge({ ...small, rows: 2e8, keys: [{ ...created, statementShare: 0.9 }] }).isWorthIt).toBe(true);
  expect(judge({ ...small, sizeBytes: 101 * gib, keys: [] })).toMatchObject({ isWorthIt: false });
  // Many values, or values in order, are no reason by themselves.
  expect(judge({ ...small, keys: [{ ...created, correlation: 1, distinct: 1e6 }] }).isWorthIt).toBe(false);
});

test('[I22] the key is what statements ask for, else time before uuid before number', () => {
  const id: CandidateKey = { column: 'id', type: 'bigint', strategy: 'id', problems: [] };
  const keys = [id, { ...created, column: 'seen', correlation: 0.1 }, { ...created, correlation: -0.99 }];
  expect(judge({ ...small, keys }).key?.column).toBe('created');
  expect(judge({ ...small, keys: [{ ...id, statementShare: 0.9 }, ...keys] }).key?.column).toBe('id');
});

test.each([
  [30 * gib, 300, 'day'],
  [30 * gib, 100, 'day'],
  [gib / 5, 400, 'week'],
  [gib / 25, 3000, 'month'],
  [gib / 1000, 3000, 'month'],
  [100 * gib, 8, 'hour'],
] as const)('[I22] %d bytes a day for %d days: by %s', (bytesPerDay, days, every) => {
  const measured = { ...small, bytesPerDay, sizeBytes: bytesPerDay * days, indexBytes: (bytesPerDay * days) / 4, bufferBytes: 1024 * gib };
  const proposal = propose(measured, created);
  if (days === 300) return expect(proposal?.every).toBe('week');
  expect(proposal).toMatchObject({ every, key: 'created' });
  expect(proposal?.parts).toBeLessThanOrEqual(200);
});

test('[I22] a bigint is cut into round widths of a gigabyte or more; unknown growth proposes nothing', () => {
  const measured = { ...small, rows: 1e9, sizeBytes: 200 * gib };
  expect(propose(measured, { ...created, strategy: 'id' })).toMatchObject({ every: 10_000_000, parts: 100 });
  expect(propose(measured, created)).toBeUndefined();
});
