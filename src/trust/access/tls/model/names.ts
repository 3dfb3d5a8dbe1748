import { isIP } from 'node:net';

/** Roles that log in over TCP by certificate alone. */
export const certificateRoles = ['plinth_admin', 'plinth_backup', 'plinth_rewind'] as const;

/** `<role>@<holder>`, as it stands in the certificate and on its file. */
export const clientName = new RegExp(`^(${certificateRoles.join('|')})@[a-z0-9][a-z0-9._-]{0,39}$`);

const always = ['localhost', '127.0.0.1', '::1'];

/** The names a server's certificate is good for: this machine's own, and those of the option, in order and once each. */
export function serverNames(given = ''): readonly string[] {
  const more = given
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return [...new Set([...always, ...more])];
}

/** A name of the option that can stand in no certificate; undefined when all can. */
export function impossibleName(names: readonly string[]): string | undefined {
  return names.find(
    (name) => isIP(name) === 0 && !/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name),
  );
}

/** `subjectAltName` as Node prints it (`DNS:localhost, IP Address:127.0.0.1`) as names; addresses in their shortest form. */
export function namesIn(subjectAltName = ''): readonly string[] {
  return subjectAltName.split(', ').flatMap((entry) => {
    const [, kind, value = ''] = /^(DNS|IP Address):(.*)$/.exec(entry) ?? [];
    return kind === undefined ? [] : [kind === 'DNS' ? value : canonicalAddress(value)];
  });
}

/** `0:0:0:0:0:0:0:1` and `::1` are the same address. */
export function canonicalAddress(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
