import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { cryptoErrors } from '../errors.ts';
import type { KeySource } from './types.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** Whence the text with the keys comes, and who may write it. */
export interface KeyText {
  readonly origin: string;
  read(): Promise<string>;
  /** Puts a key before those there are. Absent where only its keeper can. */
  prepend?(key: string): Promise<void>;
}

/** Master keys in the memory of this process. Read when first needed, and anew when a key turns up that they do not hold. */
export class LocalKeySource implements KeySource {
  readonly origin: string;
  readonly add?: () => Promise<void>;
  readonly #text: KeyText;
  #keys: Promise<Map<string, KeyObject>> | undefined;

  constructor(text: KeyText) {
    this.origin = text.origin;
    this.#text = text;
    const { prepend } = text;
    if (prepend) {
      this.add = async () => {
        await prepend.call(text, randomBytes(keyBytes).toString('base64'));
        this.#forget();
      };
    }
  }

  async ids({ isFresh = false } = {}): Promise<readonly string[]> {
    return [...(await (isFresh ? this.#readAnew() : this.#read())).keys()];
  }

  async wrap(dataKey: Buffer, associated: Buffer): Promise<{ id: string; wrapped: Buffer }> {
    const [[id, key]] = [...(await this.#read())] as [[string, KeyObject]];
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(associated);
    return { id, wrapped: Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]) };
  }

  async unwrap(id: string, wrapped: Buffer, associated: Buffer): Promise<Buffer> {
    const key = (await this.#read()).get(id) ?? (await this.#readAnew()).get(id);
    if (!key) throw cryptoErrors.MASTER_KEY_UNKNOWN({ id, origin: this.origin, known: await this.ids() });
    const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(associated)
      .setAuthTag(wrapped.subarray(-tagBytes));
    return Buffer.concat([decipher.update(wrapped.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  }

  [inspect.custom](): string {
    return `KeySource(${this.origin})`;
  }

  #read(): Promise<Map<string, KeyObject>> {
    this.#keys ??= this.#text.read().then((text) => {
      const keys = parseKeys(text, this.origin);
      return new Map(keys.map((key) => [keyId(key), createSecretKey(key)]));
    });
    // A failure is not kept: the file may be mended while this process runs.
    this.#keys.catch(() => {
      this.#keys = undefined;
    });
    return this.#keys;
  }

  #readAnew(): Promise<Map<string, KeyObject>> {
    this.#forget();
    return this.#read();
  }

  #forget(): void {
    this.#keys = undefined;
  }
}

/** Tells keys apart without saying anything about them. */
export const keyId = (key: Buffer): string => createHmac('sha256', key).update('plinth master key').digest('hex').slice(0, 12);

/**
 * Keys of 32 bytes as base64 or hexadecimal, apart by white space or commas; what follows `#` on a line is a comment.
 *
 * @throws PLINTH_CRYPTO_KEY_ABSENT, PLINTH_CRYPTO_KEY_MALFORMED
 */
export function parseKeys(text: string, origin: string): readonly Buffer[] {
  const words = text
    .replaceAll(/#.*$/gm, '')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (words.length === 0) throw cryptoErrors.KEY_ABSENT({ origin });
  return words.map((word, index) => {
    const key = Buffer.from(word, /^[0-9a-f]{64}$/i.test(word) ? 'hex' : 'base64');
    if (key.length !== keyBytes) throw cryptoErrors.KEY_MALFORMED({ origin, position: index + 1, bytes: key.length });
    return key;
  });
}
