import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { readTruths } from '../lock-truth/cases.ts';
import { measureCases } from '../lock-truth/measure-cases.ts';

test('[I23] locks, rewrites, scans and index builds of every statement kind are what a new measurement finds', async () => {
  const { endpoint } = await testDatabase();
  const measured = await measureCases(endpoint);
  const recorded = readTruths();
  expect(recorded.cases.length).toBeGreaterThanOrEqual(135);
  // Case by case: a difference names its statement.
  for (const [index, one] of measured.cases.entries()) expect(one).toEqual(recorded.cases[index]);
  expect(measured.cases).toHaveLength(recorded.cases.length);
});
