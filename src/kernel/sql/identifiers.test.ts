import { expect, test } from 'vitest';
import { quoteIdentifier, quoteLiteral, quoteQualified } from './identifiers.ts';

test('identifiers are quoted part by part', () => {
  expect(quoteIdentifier('we"ird')).toBe('"we""ird"');
  expect(quoteQualified('oltp.leads')).toBe('"oltp"."leads"');
});

test('literals survive quotes and backslashes', () => {
  expect(quoteLiteral("O'Neil")).toBe("'O''Neil'");
  expect(quoteLiteral("\\'; drop table x; --")).toBe(" E'\\\\''; drop table x; --'");
});
