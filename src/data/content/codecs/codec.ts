/** How one compression algorithm turns the raw bytes of a frame into stored ones and back. */
export interface Codec {
  /** Key of its row in `content.compression_algorithms`; never reused. */
  readonly id: number;
  readonly name: string;
  encode(raw: Buffer): Buffer;
  encodeAsync(raw: Buffer): Promise<Buffer>;
  /**
   * Gives exactly `rawBytes` bytes and never allocates more, whatever the input claims.
   * @throws {Error} when the input is not what `encode` gave.
   */
  decode(stored: Buffer, rawBytes: number): Buffer;
  decodeAsync(stored: Buffer, rawBytes: number): Promise<Buffer>;
}

/** The guard every codec ends with: a decoder that gives another length gave other bytes. */
export function expectLength(raw: Buffer, rawBytes: number): Buffer {
  if (raw.length !== rawBytes) throw new Error(`decoded to ${raw.length} bytes instead of ${rawBytes}`);
  return raw;
}
