import { expect, test } from 'vitest';
import { readPlaceName } from './place-name.ts';

test('a place is the shared database, one beside a tier, or a URL that is kept without its login', () => {
  expect(readPlaceName('shared')).toEqual({ kind: 'shared', name: 'shared' });
  expect(readPlaceName('oltp/acme-1')).toEqual({ kind: 'beside', name: 'oltp/acme-1', tier: 'oltp', database: 'acme-1' });
  expect(readPlaceName('postgres://admin:s3cret@db.example.org:6432/acme?sslmode=verify-full')).toMatchObject({
    kind: 'url',
    name: 'postgres://db.example.org:6432/acme?sslmode=verify-full',
    hasLogin: true,
  });
});

test.each(['', 'acme', 'disk/acme', 'oltp/', 'oltp/Acme', 'oltp/a/b', `oltp/${'a'.repeat(64)}`, 'postgres://['])(
  '%j is refused',
  (text) => {
    expect(readPlaceName(text)).toEqual({ reason: expect.any(String) });
  },
);
