/** A column of a row's key, as the driver gives it. */
export type KeyValue = string | number | bigint;

const lengthBytes = 4;

/**
 * Says where a sealed value belongs: tenant, column, row. Each part has its length before it, so that no two places read the same.
 * One buffer is used again for every row, so what `of` returned is good until it is called the next time.
 */
export class AssociatedData {
  readonly #prefixBytes: number;
  #bytes: Buffer;

  constructor(tenantId: string, sealedAs: string) {
    this.#bytes = Buffer.alloc(512);
    this.#prefixBytes = this.#write(this.#write(0, tenantId.toLowerCase()), sealedAs);
  }

  /** Canonical by type of the key's columns: a uuid may be given in any case. */
  of(key: readonly KeyValue[], isUuid: readonly boolean[]): Buffer {
    let end = this.#prefixBytes;
    for (let index = 0; index < key.length; index++) {
      const text = String(key[index]);
      end = this.#write(end, isUuid[index] ? text.toLowerCase() : text);
    }
    return this.#bytes.subarray(0, end);
  }

  #write(at: number, text: string): number {
    const length = Buffer.byteLength(text);
    const end = at + lengthBytes + length;
    if (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes.subarray(0, at)], 2 * end);
    this.#bytes.writeUInt32BE(length, at);
    this.#bytes.write(text, at + lengthBytes, 'utf8');
    return end;
  }
}
