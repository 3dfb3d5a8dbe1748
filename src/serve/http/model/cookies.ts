/** The value of cookie `name` in a `Cookie` header, or undefined. Values of ours need no decoding. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const separator = pair.indexOf('=');
    if (pair.slice(0, separator).trim() === name) return pair.slice(separator + 1).trim();
  }
  return undefined;
}

/** A `Set-Cookie` value no script can read and no other site can cause to be sent. `maxAgeSeconds` 0 removes it. */
export function sessionCookie(name: string, value: string, init: { readonly maxAgeSeconds: number; readonly isSecure: boolean }): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${init.maxAgeSeconds}${init.isSecure ? '; Secure' : ''}`;
}
