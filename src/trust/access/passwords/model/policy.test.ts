import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { commonPasswords } from '../common-passwords.ts';
import { historyHash, isSamePassword } from './history.ts';
import { isMadeOf, objections } from './policy.ts';

const person = (password: string, role = 'ann') => objections({ role, kind: 'person', password }, commonPasswords);
const service = (password: string) => objections({ role: 'reporting', kind: 'service', password }, commonPasswords);

test('[I13] the list of common pieces is large enough to matter, and all lower case', () => {
  expect(commonPasswords.size).toBeGreaterThan(500);
  expect([...commonPasswords].filter((word) => !/^[a-z0-9]{3,}$/.test(word))).toEqual([]);
});

test.each([
  ['short', /5 characters of at least 16/],
  ['passwordpassword', /common/],
  ['P4ssw0rd-P4ssw0rd-123456', /common/],
  ['qwertyuiop1234567890', /common/],
  ['Summer2026Summer2026', /common/],
  ['aaaaaaaaaaaaaaaaaaaa', /common/],
  ['gr\u00fcner Tee am Morgen', /ASCII/],
])('[I13] a person cannot have %s', (password, reason) => {
  expect(person(password).join()).toMatch(reason);
});

test('[I13] nor one with the name of the login in it', () => {
  expect(person('fliegende Johanna im Wind', 'johanna')).toEqual(['it contains the name of the login']);
});

test.each(['wobbly kettle under snowdrift', 'fjRq-72hB!ks0-Lmw', 'seven tin boats drift past Utrecht'])(
  '[I13] a person can have %s',
  (password) => {
    expect(person(password)).toEqual([]);
  },
);

test('[I13] of five pieces or more nobody knows the order', () => {
  expect(isMadeOf('monkeydragonshadowsunshine', commonPasswords)).toBe(true);
  expect(isMadeOf('monkeydragonshadowsunshinebanana', commonPasswords)).toBe(false);
});

test('[I13] a service needs what 32 random bytes look like', () => {
  for (let i = 0; i < 200; i++) {
    expect(service(randomBytes(32).toString('base64url'))).toEqual([]);
    expect(service(randomBytes(32).toString('hex'))).toEqual([]);
  }
  for (const weak of ['correct horse battery staple', 'a'.repeat(64), 'abababababab'.repeat(8), randomBytes(24).toString('base64url')]) {
    expect(service(weak)).not.toEqual([]);
  }
});

test('[I13] the history recognises a password and nothing else, each time under another salt', () => {
  const hash = historyHash('wobbly kettle under snowdrift');
  expect(isSamePassword('wobbly kettle under snowdrift', hash)).toBe(true);
  expect(isSamePassword('wobbly kettle under snowdrifT', hash)).toBe(false);
  expect(historyHash('wobbly kettle under snowdrift')).not.toBe(hash);
});
