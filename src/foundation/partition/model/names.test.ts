import { expect, test } from 'vitest';
import { partitionName } from './names.ts';

test('[I1] a name fits the server, and two long ones that differ at their end stay two', () => {
  expect(partitionName('jobs', '2025_01')).toBe('jobs_2025_01');
  const long = 'a_name_that_is_as_long_as_the_server_lets_a_name_of_a_table_be_x';
  const one = partitionName(`${long}1`, '2025_01');
  const other = partitionName(`${long}2`, '2025_01');
  expect(Buffer.byteLength(one)).toBe(63);
  expect(one).not.toBe(other);
  expect(one.endsWith('_2025_01')).toBe(true);
  expect(Buffer.byteLength(partitionName('ü'.repeat(40), '2025_w05'))).toBeLessThanOrEqual(63);
});
