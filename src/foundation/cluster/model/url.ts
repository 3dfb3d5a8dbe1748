import type { Endpoint } from './types.ts';

/** Files that a URL names for TLS, by what they become for the driver; for the caller to read. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly crl?: string;
}

type Parsed = { readonly endpoint: Endpoint; readonly files: TlsFiles } | { readonly reason: string };

/**
 * Reads a connection URL: `postgres://user:password@host:port/database?sslmode=…`, or `?host=/folder` for a
 * Unix socket.
 *
 * TLS as libpq has it: `require` encrypts without verifying (with `sslrootcert` it is `verify-ca`), `verify-full` verifies
 * chain and name; without sslmode there is no TLS, but with an `sslrootcert` it is `verify-full`: who names an authority means it.
 * A parameter that begins with `ssl` and is not known here is refused: left out in silence it would weaken what was asked for.
 */
export function parseUrl(text: string): Parsed {
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
  // A Unix socket has no TLS, and needs none: as libpq does it, what was asked for the network says nothing about it.
  const tls = host.startsWith('/') ? { files: {} } : tlsOf(url.searchParams);
  if ('reason' in tls) return tls;
  return {
    endpoint: {
      host,
      port: Number(url.port || 5432),
      database,
      user: decodeURIComponent(url.username),
      ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
      ...('ssl' in tls && tls.ssl ? { ssl: tls.ssl } : {}),
    },
    files: tls.files,
  };
}

const fileOf = { sslrootcert: 'ca', sslcert: 'cert', sslkey: 'key', sslcrl: 'crl' } as const;
/** By sslmode: what the driver has to prove before it logs in. */
const checks: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> = {
  disable: undefined,
  require: { rejectUnauthorized: false },
  'no-verify': { rejectUnauthorized: false },
  // Any name is right as long as the chain is.
  'verify-ca': { rejectUnauthorized: true, checkServerIdentity: () => undefined },
  'verify-full': { rejectUnauthorized: true },
};
const oldestProtocols = ['TLSv1.2', 'TLSv1.3'] as const;

function tlsOf(
  given: URLSearchParams,
): { readonly ssl?: Readonly<Record<string, unknown>>; readonly files: TlsFiles } | { readonly reason: string } {
  const known = ['sslmode', 'ssl_min_protocol_version', ...Object.keys(fileOf)];
  const unknown = [...given.keys()].find((name) => name.startsWith('ssl') && !known.includes(name));
  if (unknown) return { reason: `its parameter ${unknown} is not supported; there are ${known.join(', ')}` };
  // `system`: the authorities that Node comes with.
  const named = Object.entries(fileOf).filter(([name]) => given.has(name) && !(name === 'sslrootcert' && given.get(name) === 'system'));
  const files: TlsFiles = Object.fromEntries(named.map(([name, key]) => [key, given.get(name)]));
  if ((files.cert === undefined) !== (files.key === undefined)) return { reason: 'sslcert and sslkey go together, and one is missing' };
  const asked = given.get('sslmode') ?? (given.has('sslrootcert') ? 'verify-full' : 'disable');
  const mode = asked === 'require' && files.ca !== undefined ? 'verify-ca' : asked;
  const oldest = given.get('ssl_min_protocol_version');
  const minVersion = oldestProtocols.find((version) => version === oldest);
  if (oldest && !minVersion) return { reason: `ssl_min_protocol_version ${oldest} is not supported; use ${oldestProtocols.join(' or ')}` };
  if (!(mode in checks)) return { reason: `sslmode ${mode} is not supported; use disable, require, verify-ca or verify-full` };
  const check = checks[mode];
  if (!check) return { files: {} };
  return { ssl: { ...check, ...(minVersion ? { minVersion } : {}) }, files };
}
