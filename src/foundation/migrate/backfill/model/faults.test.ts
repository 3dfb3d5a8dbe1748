import { expect, test } from 'vitest';
import { faultOf } from './faults.ts';

test.for([
  ['22P02', 'row'],
  ['23505', 'row'],
  ['P0001', 'row'],
  ['21000', 'row'],
  ['54000', 'row'],
  ['55P03', 'passing'],
  ['57014', 'passing'],
  ['40P01', 'passing'],
  ['42703', 'all'],
  ['42501', 'all'],
  ['53100', 'all'],
  ['25006', 'all'],
  [undefined, 'all'],
] as const)('%s is about: %s', ([sqlstate, fault]) => {
  expect(faultOf(sqlstate)).toBe(fault);
});
