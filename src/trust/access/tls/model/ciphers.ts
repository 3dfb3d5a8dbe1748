/** What makes a suite of ciphers one that must not be spoken. */
const weak = /NULL|RC4|3DES|DES-CBC|MD5|EXP|anon|ADH|AECDH/i;

/**
 * Names of an OpenSSL list that must not be there; undefined where the list has words that stand for many (`HIGH`, `!aNULL`, `@SECLEVEL=…`),
 * so that only a handshake tells what it means.
 */
export function weakCiphersIn(list: string): readonly string[] | undefined {
  const names = list.split(/[:, ]+/).filter((name) => name !== '');
  if (!names.every((name) => /^(TLS_|ECDHE-|DHE-|[A-Z0-9]+-)[A-Z0-9_-]+$/.test(name))) return undefined;
  return names.filter((name) => weak.test(name));
}
