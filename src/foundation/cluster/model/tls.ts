import { renderSettings, type Setting } from './configuration.ts';

/** Names in the folder `tls` of a node. */
export const tlsFiles = {
  identity: 'server.pem',
  authority: 'authority.pem',
  revocations: 'revocations.pem',
  settings: 'server.conf',
} as const;

// Relative to the data folder, where the server looks from.
const path = (name: string) => `../tls/${name}`;

/** `tls/server.conf`: which certificates, and what is spoken with them. */
export function renderTlsSettings(majorVersion: number): string {
  const settings: readonly Setting[] = [
    { name: 'ssl', value: 'on', reason: 'What leaves the Unix socket is encrypted' },
    { name: 'ssl_cert_file', value: path(tlsFiles.identity), reason: 'Certificate and key are one file, replaced by one rename' },
    { name: 'ssl_key_file', value: path(tlsFiles.identity), reason: 'The same file' },
    { name: 'ssl_ca_file', value: path(tlsFiles.authority), reason: 'Clients that show a certificate need one of ours' },
    { name: 'ssl_crl_file', value: path(tlsFiles.revocations), reason: 'and one that has not been revoked' },
    { name: 'ssl_min_protocol_version', value: 'TLSv1.2', reason: 'Older ones are broken; two sides that know 1.3 take that' },
    {
      name: 'ssl_ciphers',
      value: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305',
      reason: 'For TLS 1.2: forward secrecy and authenticated encryption, for the kind of key we make',
    },
    ...(majorVersion >= 18
      ? [
          {
            name: 'ssl_tls13_ciphers',
            value: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
            reason: 'For TLS 1.3; the first is the fastest where the processor has AES',
          },
        ]
      : []),
  ];
  return `# Written by Plinth with the certificates: do not edit.\n\n${renderSettings(settings)}`;
}

const begin = '# Plinth: logins by certificate. These lines are written anew; yours stand outside of them.';
const end = '# Plinth: end';

/**
 * `pg_hba.conf` with TCP closed to plaintext and `roles` let in by certificate alone; what else stands in it stays. The first line that
 * fits a connection decides, so ours come first.
 */
export function demandTls(
  rules: string,
  { roles, networks }: { readonly roles: readonly string[]; readonly networks: readonly string[] },
): string {
  const encrypted = rules.replace(/^([ \t]*)host(?=[ \t])/gm, '$1hostssl');
  const lines = ['samehost', ...networks].flatMap((network) =>
    ['replication', 'all'].map((what) => `hostssl ${what} ${roles.join(',')} ${network} cert map=plinth`),
  );
  return withBlock(encrypted, roles.length === 0 ? [] : lines);
}

/** `pg_ident.conf` with the map of those lines: a certificate made out to `<role>@<holder>` is a login of that role and no other. */
export function mapCertificates(map: string, roles: readonly string[]): string {
  return withBlock(map, roles.length === 0 ? [] : [`plinth /^(${roles.join('|')})@.+$ \\1`]);
}

/** The lines for logins by certificate as they stand in `pg_hba.conf`; empty where there are none. */
export function certificateBlock(rules: string): string {
  const [first, last] = [rules.indexOf(begin), rules.indexOf(end)];
  return first >= 0 && last > first ? `${rules.slice(first, last + end.length)}\n` : '';
}

function withBlock(text: string, lines: readonly string[]): string {
  const [first, last] = [text.indexOf(begin), text.indexOf(end)];
  const rest = first >= 0 && last > first ? text.slice(0, first) + text.slice(last + end.length).replace(/^\n/, '') : text;
  return lines.length === 0 ? rest : `${[begin, ...lines, end].join('\n')}\n${rest}`;
}
