import { expect, test } from 'vitest';
import { parameterCount, reasonForAll, tablesRead } from './pruning.ts';

test('[I20] a plan reads what it scans, not what it writes to', () => {
  const scan = (name: string) => ({ 'Node Type': 'Index Scan', Schema: 'shop', 'Relation Name': name });
  const plan = {
    'Node Type': 'ModifyTable',
    Schema: 'shop',
    'Relation Name': 'jobs',
    Plans: [{ 'Node Type': 'Append', Plans: [scan('jobs_1'), scan('jobs_2'), scan('jobs_1')] }],
  };
  expect([...tablesRead(plan)]).toEqual(['shop.jobs_1', 'shop.jobs_2']);
});

test('[I20] parameters are counted by their greatest number, and a reason is read from the statement', () => {
  expect(parameterCount('select $2, $1, $11 from t where x = $2')).toBe(11);
  expect(parameterCount('select 1')).toBe(0);
  expect(reasonForAll('select 1\n  -- plinth:allow unpruned an export reads all there is\n from t')).toBe('an export reads all there is');
  expect(reasonForAll('-- plinth:allow unpruned\nselect 1')).toBeUndefined();
});
