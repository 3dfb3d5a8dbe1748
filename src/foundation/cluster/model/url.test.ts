import { expect, it } from 'vitest';
import { parseUrl } from './url.ts';

it('reads user, password and database with escapes, and the default port', () => {
  expect(parseUrl('postgres://ann%40x:p%3Aw@db.example/my%20data')).toEqual({
    endpoint: { host: 'db.example', port: 5432, database: 'my data', user: 'ann@x', password: 'p:w' },
    files: {},
  });
});

it('reads a Unix socket folder and an IPv6 host', () => {
  expect(parseUrl('postgresql://ann@/data?host=/var/run/postgresql')).toMatchObject({ endpoint: { host: '/var/run/postgresql' } });
  expect(parseUrl('postgresql://ann@[::1]:6432/data')).toMatchObject({ endpoint: { host: '::1', port: 6432 } });
});

const tls = (parameters: string) => {
  const parsed = parseUrl(`postgres://ann@h/d?${parameters}`) as Exclude<ReturnType<typeof parseUrl>, { reason: string }>;
  return { ssl: parsed.endpoint.ssl, files: parsed.files };
};

it('maps sslmode', () => {
  expect(tls('sslmode=disable').ssl).toBeUndefined();
  expect(tls('sslmode=require').ssl).toEqual({ rejectUnauthorized: false });
  expect(tls('sslmode=verify-full').ssl).toEqual({ rejectUnauthorized: true });
});

it('[I11] who names an authority is not left with less than he asked for', () => {
  expect(tls('sslrootcert=/ca.pem')).toEqual({ ssl: { rejectUnauthorized: true }, files: { ca: '/ca.pem' } });
  expect(tls('sslmode=require&sslrootcert=/ca.pem').ssl).toMatchObject({
    rejectUnauthorized: true,
    checkServerIdentity: expect.any(Function),
  });
  expect(tls('sslmode=verify-full&sslrootcert=system')).toEqual({ ssl: { rejectUnauthorized: true }, files: {} });
});

it('[I11] takes the certificate of a client, a list of revoked ones and the oldest protocol', () => {
  expect(tls('sslmode=verify-full&sslcert=/c.pem&sslkey=/k.pem&sslcrl=/r.pem&ssl_min_protocol_version=TLSv1.3')).toEqual({
    ssl: { rejectUnauthorized: true, minVersion: 'TLSv1.3' },
    files: { cert: '/c.pem', key: '/k.pem', crl: '/r.pem' },
  });
});

it('asks for no TLS on a Unix socket', () => {
  expect(parseUrl('postgres://ann@/d?host=/run&sslmode=verify-full')).toMatchObject({ endpoint: { host: '/run' }, files: {} });
});

it.each([
  ['nonsense', 'it is not a URL'],
  ['mysql://ann@h/d', 'its scheme is mysql'],
  ['postgres://h/d', 'it names no user'],
  ['postgres://ann@h', 'it names no database'],
  ['postgres://ann@h/d?sslcert=/c.pem&sslmode=require', 'sslcert and sslkey go together, and one is missing'],
  [
    'postgres://ann@h/d?sslmode=require&ssl_min_protocol_version=TLSv1',
    'ssl_min_protocol_version TLSv1 is not supported; use TLSv1.2 or TLSv1.3',
  ],
  [
    'postgres://ann@h/d?sslnegotiation=direct',
    'its parameter sslnegotiation is not supported; there are sslmode, ssl_min_protocol_version, sslrootcert, sslcert, sslkey, sslcrl',
  ],
  ['postgres://ann@h/d?sslmode=prefer', 'sslmode prefer is not supported; use disable, require, verify-ca or verify-full'],
])('says what is wrong with %s', (url, reason) => {
  expect(parseUrl(url)).toEqual({ reason });
});
