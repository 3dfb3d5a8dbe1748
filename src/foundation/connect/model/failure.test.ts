import { expect, test } from 'vitest';
import { afterCommit, failureOf, isStalePlan, openFailureOf } from './failure.ts';

test.each([
  ['40001', 'conflict'],
  ['40P01', 'conflict'],
  ['57P01', 'lost'],
  ['57P02', 'lost'],
  ['57P03', 'lost'],
  ['08006', 'lost'],
  ['53300', 'full'],
  ['26000', 'stale'],
  ['23505', 'final'],
  ['22012', 'final'],
  ['25006', 'final'],
  ['55P03', 'final'],
  ['57014', 'final'],
])('[I5] SQLSTATE %s is %s', (code, failure) => {
  expect(failureOf({ code })).toBe(failure);
});

test('[I5] an error of the work is final', () => {
  expect([new Error('mine'), undefined, 'text', { code: 42 }].map(failureOf)).toEqual(['final', 'final', 'final', 'final']);
});

test('[I10] a stale plan is known by the place that raises it, in any language', () => {
  expect(isStalePlan({ code: '0A000', routine: 'RevalidateCachedQuery' })).toBe(true);
  expect(isStalePlan({ code: '0A000', routine: 'transformLockingClause' })).toBe(false);
});

test('[I6] only an error message of a living session proves the rollback', () => {
  expect(['23503', '40001', 'P0001'].map((code) => afterCommit({ code }))).toEqual(['rolled back', 'rolled back', 'rolled back']);
  expect([{ code: '57P01' }, { code: '08006' }, { code: 'ECONNRESET' }, new Error('terminated')].map(afterCommit)).toEqual(
    Array(4).fill('in doubt'),
  );
});

test.each([
  [{ code: '28P01' }, 'login'],
  [{ code: '28000' }, 'login'],
  [{ code: '3D000' }, 'database'],
  [{ code: '53300' }, 'full'],
  [{ code: 'ECONNREFUSED', message: '' }, 'down'],
  [{ code: 'ENOENT' }, 'down'],
  [{ message: 'timeout expired' }, 'down'],
  [{ code: '57P03' }, 'down'],
  [{ message: 'The server does not support SSL connections' }, 'tls'],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'tls'],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'tls'],
])('[I12] %j while opening is %s', (error, word) => {
  expect(openFailureOf(error)).toBe(word);
});
