import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { type IndexKind, normalForm, termOf } from './blind-index.ts';

test.each<[IndexKind, string, string]>([
  ['email', ' Jane.Doe@Example.ORG ', 'jane.doe@example.org'],
  ['phone', '0049 (30) 123-456', '+49 30 123456'],
  ['phone', '+49.30.123456', '004930123456'],
  ['text', 'Jane   DOE\n', ' jane doe'],
  ['text', 'ﬁne', 'fine'],
])('[I6] %s: %j and %j are found by each other', (kind, one, other) => {
  expect(normalForm(kind, one)).toBe(normalForm(kind, other));
});

test.each<[IndexKind, string, string]>([
  ['exact', 'Jane', 'jane'],
  ['phone', '030 123456', '+30123456'],
  ['text', 'jane doe', 'janedoe'],
  ['email', 'a@b.example', 'ab@example'],
])('[I6] %s: %j and %j are not', (kind, one, other) => {
  expect(normalForm(kind, one)).not.toBe(normalForm(kind, other));
});

test('[I6] a term is the key’s: equal for equal values, and different for every column', () => {
  const [a, b] = [createSecretKey(Buffer.alloc(32, 1)), createSecretKey(Buffer.alloc(32, 2))];
  expect(termOf(a, 'email', 'X@y')).toEqual(termOf(a, 'email', 'x@y'));
  expect(termOf(a, 'email', 'x@y')).not.toEqual(termOf(b, 'email', 'x@y'));
  expect(termOf(a, 'email', 'x@y')).toHaveLength(16);
});
