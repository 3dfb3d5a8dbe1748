import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** What a signed document carries beside its own fields. */
export interface Signature {
  /** Ed25519 key that signed, SPKI in base64. */
  readonly publicKey: string;
  /** Over the JSON of all other fields in their order, in base64. */
  readonly signature: string;
}

export function signed<T extends object>(document: T, privateKey: KeyObject): T & Signature {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const unsigned = { ...document, publicKey };
  return { ...unsigned, signature: sign(null, Buffer.from(JSON.stringify(unsigned)), privateKey).toString('base64') };
}

/** Whether a document, e.g. parsed from its file, is as it was signed by the key it names. */
export function isGenuine({ signature, ...unsigned }: Signature): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(unsigned.publicKey, 'base64'), type: 'spki', format: 'der' });
    return verify(null, Buffer.from(JSON.stringify(unsigned)), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
