import { expect, test } from 'vitest';
import { readIdentifier, yieldedIdentifier } from './identifier.ts';

test('an address is compared in lower case, whatever was typed', () => {
  expect(readIdentifier(' Max.Mustermann@Example.ORG ')).toEqual({ kind: 'email', value: 'max.mustermann@example.org' });
});

test('a phone number is the digits behind its country, however it is written', () => {
  const same = { kind: 'phone', value: '4915112345678' };
  for (const written of ['+49 151 12345678', '0049 (151) 1234-5678', '+4915112345678']) expect(readIdentifier(written)).toEqual(same);
});

test('a number without a country could be anybody’s', () => {
  expect(readIdentifier('0151 12345678')).toBeUndefined();
  expect(readIdentifier('0151 12345678', 'phone')).toBeUndefined();
  expect(yieldedIdentifier('phone', '(030) 901820', null)).toBeUndefined();
});

test('another kind is taken as it is, and only when it is named', () => {
  expect(readIdentifier('4711')).toBeUndefined();
  expect(readIdentifier('4711', 'customer')).toEqual({ kind: 'customer', value: '4711' });
  expect(readIdentifier('  ', 'customer')).toBeUndefined();
});

test('what a row yields is the person in that row’s tenant only', () => {
  expect(yieldedIdentifier('customer', '4711', 'a')).toEqual({ kind: 'customer', value: '4711', tenantId: 'a' });
  expect(yieldedIdentifier('email', '', 'a')).toBeUndefined();
});
