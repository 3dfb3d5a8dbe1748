import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';

// A sealed value is: format (1 byte) · version of the key (2) · nonce (12) · ciphertext, as long as the text in UTF-8 · tag (16).
const format = 1;
const nonceAt = 3;
const bodyAt = 15;
const tagBytes = 16;
/** What sealing adds to the bytes of a text. */
export const overheadBytes = bodyAt + tagBytes;
const nonceBytes = bodyAt - nonceAt;

const options = { authTagLength: tagBytes } as const;

// Random bytes are cheap by the thousand.
const nonces = Buffer.alloc(nonceBytes * 1_024);
let usedNonces = nonces.length;

function writeNonce(target: Buffer): void {
  if (usedNonces === nonces.length) {
    randomFillSync(nonces);
    usedNonces = 0;
  }
  nonces.copy(target, nonceAt, usedNonces, usedNonces + nonceBytes);
  usedNonces += nonceBytes;
}

/** Encrypts a text with AES-256-GCM under a nonce of its own. `associated` says where it belongs and has to be given again to open it. */
export function seal(key: KeyObject, version: number, associated: Buffer, text: string): Buffer {
  const length = Buffer.byteLength(text);
  const sealed = Buffer.allocUnsafe(overheadBytes + length);
  sealed[0] = format;
  sealed.writeUInt16BE(version, 1);
  writeNonce(sealed);
  const cipher = createCipheriv('aes-256-gcm', key, sealed.subarray(nonceAt, bodyAt), options);
  cipher.setAAD(associated);
  cipher.update(text, 'utf8').copy(sealed, bodyAt);
  cipher.final();
  cipher.getAuthTag().copy(sealed, bodyAt + length);
  return sealed;
}

/** The version of the key that sealed it; undefined for bytes that are no sealed value of a format we know. */
export function versionOf(sealed: Buffer): number | undefined {
  return sealed.length >= overheadBytes && sealed[0] === format ? sealed.readUInt16BE(1) : undefined;
}

/** The text; undefined when it was changed, cut, sealed with another key or for another place. */
export function unseal(key: KeyObject, associated: Buffer, sealed: Buffer): string | undefined {
  const tagAt = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(nonceAt, bodyAt), options);
  decipher.setAuthTag(sealed.subarray(tagAt));
  decipher.setAAD(associated);
  const body = decipher.update(sealed.subarray(bodyAt, tagAt));
  try {
    // Throws unless the tag fits; until then nobody has seen the text.
    decipher.final();
  } catch {
    return undefined;
  }
  return body.toString();
}

/** SQL that is true for rows whose value another version sealed. `column` is quoted. */
export const isOtherVersion = (column: string, version: string): string =>
  `pg_catalog.substr(${column}, 2, 2) <> pg_catalog.substr(pg_catalog.int4send(${version}::int4), 3, 2)`;
