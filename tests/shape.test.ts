import { expect, test } from 'vitest';
import { checkShape } from '../scripts/checks/shape.ts';
import { checkSql } from '../scripts/checks/sql.ts';
import { root } from '../scripts/queries/capabilities.ts';

test('every capability has the common shape', async () => {
  expect(await checkShape(root)).toEqual([]);
});

test('SQL is written as agreed', async () => {
  expect(await checkSql(root)).toEqual([]);
});
