import type { Endpoint } from './types.ts';

/**
 * Reads a connection URL: `postgres://user:password@host:port/database?sslmode=…`, or `?host=/folder` for a
 * Unix socket. `sslrootcert` is returned as a path for the caller to read.
 *
 * sslmode as libpq has it: `require` encrypts without verifying, `verify-full` verifies; without one there is no TLS.
 */
export function parseUrl(text: string): { readonly endpoint: Endpoint; readonly rootCertificate?: string } | { readonly reason: string } {
  // libpq allows an empty host where a parameter gives it; URL does not.
  const filled = /[?&]host=/.test(text) ? text.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?#])/, '$1localhost') : text;
  if (!URL.canParse(filled)) return { reason: 'it is not a URL' };
  const url = new URL(filled);
  if (!/^postgres(ql)?:$/.test(url.protocol)) return { reason: `its scheme is ${url.protocol.slice(0, -1)}` };
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!host) return { reason: 'it names no host' };
  if (!url.username) return { reason: 'it names no user' };
  if (!database) return { reason: 'it names no database' };
  const ssl = sslOf(url.searchParams.get('sslmode'));
  if (typeof ssl === 'string') return { reason: ssl };
  const rootCertificate = url.searchParams.get('sslrootcert');
  return {
    endpoint: {
      host,
      port: Number(url.port || 5432),
      database,
      user: decodeURIComponent(url.username),
      ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
      ...(ssl ? { ssl } : {}),
    },
    ...(rootCertificate ? { rootCertificate } : {}),
  };
}

function sslOf(mode: string | null): Endpoint['ssl'] | string {
  switch (mode) {
    case null:
    case 'disable':
      return undefined;
    case 'require':
    case 'no-verify':
      return { rejectUnauthorized: false };
    case 'verify-ca':
      // Any name is right as long as the chain is.
      return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case 'verify-full':
      return { rejectUnauthorized: true };
    default:
      return `sslmode ${mode} is not supported; use disable, require, verify-ca or verify-full`;
  }
}
