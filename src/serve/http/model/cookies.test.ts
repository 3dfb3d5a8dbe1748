import { expect, test } from 'vitest';
import { readCookie, sessionCookie } from './cookies.ts';

test('a cookie is found among others, by its whole name', () => {
  expect(readCookie('a=1; plinth=x=y; b=2', 'plinth')).toBe('x=y');
  expect(readCookie('xplinth=1', 'plinth')).toBeUndefined();
  expect(readCookie(undefined, 'plinth')).toBeUndefined();
});

test('[I2] the session cookie is HttpOnly and SameSite=Strict, Secure with TLS', () => {
  expect(sessionCookie('p', 'v', { maxAgeSeconds: 60, isSecure: true })).toBe('p=v; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure');
  expect(sessionCookie('p', '', { maxAgeSeconds: 0, isSecure: false })).toBe('p=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0');
});
