import { expect, test } from 'vitest';
import { judgeAuditExtension } from './audit-extension.ts';

const good = {
  shared_preload_libraries: 'pg_stat_statements, pgaudit',
  'pgaudit.log': 'role, ddl',
  'pgaudit.role': 'auditor',
  'pgaudit.log_parameter': 'off',
};
const declared = { role: 'auditor', tables: ['shop.orders'] };
const judge = (changes: Partial<typeof good>, verbs: readonly string[] | undefined = ['SELECT']) =>
  judgeAuditExtension(new Map(Object.entries({ ...good, ...changes })), declared, verbs ? [{ table: 'shop.orders', verbs }] : []).map(
    ({ subject }) => subject,
  );

test('[I12] pgaudit as it is declared gives no finding, whatever more it writes', () => {
  expect(judge({})).toEqual([]);
  expect(judge({ 'pgaudit.log': 'ALL, -misc' })).toEqual([]);
});

test.each([
  [{ shared_preload_libraries: 'pg_stat_statements' }, 'pgaudit'],
  [{ 'pgaudit.log': 'write' }, 'pgaudit.log'],
  [{ 'pgaudit.log': 'all, -role' }, 'pgaudit.log'],
  [{ 'pgaudit.role': '' }, 'pgaudit.role'],
  [{ 'pgaudit.role': 'another' }, 'pgaudit.role'],
  [{ 'pgaudit.log_parameter': 'on' }, 'pgaudit.log_parameter'],
] as const)('[I12] pgaudit otherwise is found: %j', (changes, subject) => {
  expect(judge(changes)).toEqual([subject]);
});

test('[I12] a table whose statements would go unwritten is found, and one that is not there', () => {
  expect(judge({}, [])).toEqual(['shop.orders']);
  expect(judgeAuditExtension(new Map(Object.entries(good)), declared, [])).toMatchObject([
    { what: expect.stringContaining('is in no database') },
  ]);
});
