import { expect, test } from 'vitest';
import { FailureCounter, failedLogin } from './failures.ts';

const line = (rest: string) => `2026-05-01 10:00:00.123 UTC [4711] ${rest}`;
const at = new Date('2026-05-01T10:00:00.123Z');
const minutes = (count: number) => new Date(at.getTime() + count * 60_000);

test.each([
  ['10.0.0.7 ann@oltp [unknown] FATAL:  password authentication failed for user "ann"', { at, role: 'ann', address: '10.0.0.7' }],
  ['[local] ann@oltp [unknown] FATAL:  role "ann" is not permitted to log in', { at, role: 'ann', address: '[local]' }],
  ['10.0.0.7 eve@oltp [unknown] FATAL:  role "eve" does not exist', { at, role: 'eve', address: '10.0.0.7' }],
  [
    '10.0.0.7 ann@oltp [unknown] FATAL:  pg_hba.conf rejects connection for host "10.0.0.7", user "ann", database "oltp", no encryption',
    { at, role: 'ann', address: '10.0.0.7' },
  ],
  ['10.0.0.7 ann@oltp psql ERROR:  relation "FATAL" does not exist', undefined],
  ['LOG:  checkpoint complete', undefined],
])('[I15] a refused login is read from the log: %s', (text, expected) => {
  expect(failedLogin(line(text))).toEqual(expected);
});

test('[I15] five within ten minutes are too many, from one address and for one login', () => {
  const counter = new FailureCounter();
  const fail = (minute: number, role = 'ann', address = '10.0.0.7') => counter.add({ at: minutes(minute), role, address });
  expect([0, 1, 2, 3].map((minute) => fail(minute))).toEqual([false, false, false, false]);
  expect([fail(4, 'bob'), fail(4, 'ann', '10.0.0.8')]).toEqual([false, false]);
  expect(fail(4)).toBe(true);
  expect(fail(5)).toBe(false);
});

test('[I15] what is ten minutes old does not count, and guessed names do not fill memory', () => {
  const counter = new FailureCounter(100);
  const fail = (minute: number, role = 'ann') => counter.add({ at: minutes(minute), role, address: '10.0.0.7' });
  expect([0, 1, 2, 3, 11, 12].map((minute) => fail(minute))).toEqual([false, false, false, false, false, false]);
  for (let guess = 0; guess < 1_000; guess++) fail(13, `guess${guess}`);
  expect([14, 14].map((minute) => fail(minute))).toEqual([false, false]);
});
