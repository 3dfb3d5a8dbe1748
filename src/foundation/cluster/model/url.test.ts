import { expect, it } from 'vitest';
import { parseUrl } from './url.ts';

it('reads user, password and database with escapes, and the default port', () => {
  expect(parseUrl('postgres://ann%40x:p%3Aw@db.example/my%20data')).toEqual({
    endpoint: { host: 'db.example', port: 5432, database: 'my data', user: 'ann@x', password: 'p:w' },
  });
});

it('reads a Unix socket folder and an IPv6 host', () => {
  expect(parseUrl('postgresql://ann@/data?host=/var/run/postgresql')).toMatchObject({ endpoint: { host: '/var/run/postgresql' } });
  expect(parseUrl('postgresql://ann@[::1]:6432/data')).toMatchObject({ endpoint: { host: '::1', port: 6432 } });
});

it('maps sslmode', () => {
  const ssl = (mode: string) => (parseUrl(`postgres://ann@h/d?sslmode=${mode}`) as { endpoint: { ssl?: unknown } }).endpoint.ssl;
  expect(ssl('disable')).toBeUndefined();
  expect(ssl('require')).toEqual({ rejectUnauthorized: false });
  expect(ssl('verify-full')).toEqual({ rejectUnauthorized: true });
});

it.each([
  ['nonsense', 'it is not a URL'],
  ['mysql://ann@h/d', 'its scheme is mysql'],
  ['postgres://h/d', 'it names no user'],
  ['postgres://ann@h', 'it names no database'],
  ['postgres://ann@h/d?sslmode=prefer', 'sslmode prefer is not supported; use disable, require, verify-ca or verify-full'],
])('says what is wrong with %s', (url, reason) => {
  expect(parseUrl(url)).toEqual({ reason });
});
