import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** What goes beside an export, so that whoever receives it can tell that it is whole and whose it is. */
export interface ExportSeal {
  readonly format: 'plinth audit export 1';
  /** Name of the exported file, without folders. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly events: number;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  readonly made: string;
  /** Ed25519 key that signed, SPKI in base64. */
  readonly publicKey: string;
  /** Over the JSON of all other fields, in base64. */
  readonly signature: string;
}

const publicKeyOf = (key: KeyObject) =>
  (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' }).toString('base64');

export function sealExport(what: Omit<ExportSeal, 'format' | 'publicKey' | 'signature'>, privateKey: KeyObject): ExportSeal {
  const { file, from, to, events, sha256, made } = what;
  const unsigned = { format: 'plinth audit export 1', file, from, to, events, sha256, made, publicKey: publicKeyOf(privateKey) } as const;
  return { ...unsigned, signature: sign(null, Buffer.from(JSON.stringify(unsigned)), privateKey).toString('base64') };
}

/** What is wrong with an export; empty when it is as it was signed. `trusted` is a public key, or the private one it belongs to. */
export function faultsOfExport(seal: ExportSeal, sha256: string, trusted: KeyObject | undefined): string[] {
  const { signature, ...unsigned } = seal;
  const key = createPublicKey({ key: Buffer.from(unsigned.publicKey, 'base64'), type: 'spki', format: 'der' });
  const isSigned = verify(null, Buffer.from(JSON.stringify(unsigned)), key, Buffer.from(signature, 'base64'));
  const isTheirs = trusted !== undefined && publicKeyOf(trusted) !== unsigned.publicKey;
  return [
    ...(isSigned ? [] : ['the seal was changed after it was signed']),
    ...(isTheirs ? [`it was signed by another key, ${fingerprint(unsigned.publicKey)}`] : []),
    ...(sha256 === unsigned.sha256 ? [] : [`the file was changed: its SHA-256 is ${sha256}, signed was ${unsigned.sha256}`]),
  ];
}

/** Of a key in base64, short enough to be read out on the telephone. */
export function fingerprint(publicKey: string): string {
  return (hash('sha256', Buffer.from(publicKey, 'base64'), 'hex').slice(0, 32).match(/.{4}/g) ?? []).join(' ');
}
