import { createHash, hash } from 'node:crypto';
import type { TenantSubject, Transaction, WorkRequest } from '../../../foundation/connect/index.ts';
import { isUuid, messageOf, quoteLiteral } from '../../../kernel/index.ts';
import { contentErrors } from '../errors.ts';
import { assemble } from '../model/message/recipe.ts';
import type { BlobLayout, ByteRange, StoredObject } from '../model/types.ts';
import { type FindBlobPartsRow, findBlobParts, findFrames, findObject } from '../sql/queries/queries.gen.ts';
import { decodeFrame, type Frame } from './frames.ts';
import { objectOfRow } from './objects.ts';

/** How the content tier is reached for one subject. */
export type RunContent = <T>(request: Pick<WorkRequest, 'tag' | 'isReadOnly'>, work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** Where damage is reported, so that the next put of the same bytes repairs it. */
export type ReportDamage = (subject: TenantSubject, blobId: string, error: Error) => Promise<void>;

interface BlobToRead {
  readonly id: string;
  readonly rawBytes: number;
  readonly layout: BlobLayout;
}

/** A frame whose bytes may still be in the database. */
type FrameEntry = Omit<Frame, 'bytes'> & { readonly bytes: Buffer | null };

type LoadedPart = FindBlobPartsRow & { readonly frames: readonly FrameEntry[] };

interface LoadedBlob {
  readonly frames: readonly FrameEntry[];
  readonly parts: readonly LoadedPart[];
}

/** Bytes that come along with the list of frames; larger frames are copied one by one, in binary. */
const inlineBytes = 64 * 1024;

/** Reads one object: see Content.get. */
export class ObjectReader {
  readonly #run: RunContent;
  readonly #subject: TenantSubject;
  readonly #objectId: string;
  readonly #reportDamage: ReportDamage;

  constructor(run: RunContent, subject: TenantSubject, objectId: string, reportDamage: ReportDamage) {
    this.#run = run;
    this.#subject = subject;
    this.#objectId = objectId;
    this.#reportDamage = reportDamage;
  }

  async *read(range?: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    const { object, loaded } = await this.#run({ tag: 'content.get', isReadOnly: true }, async (tx) => {
      const row = isUuid(this.#objectId) && (await findObject.first(tx, { tenant_id: this.#subject.tenantId, id: this.#objectId }));
      if (!row) throw contentErrors.UNKNOWN_OBJECT({ objectId: this.#objectId });
      const object = objectOfRow(row);
      return { object, loaded: await this.#load(tx, { ...object, id: object.blobId }) };
    });
    if (range) checkRange(range, object.rawBytes);
    if (object.layout === 'recipe') {
      const message = await this.#assemble({ ...object, id: object.blobId }, loaded);
      if (hash('sha256', message, 'hex') !== object.sha256)
        throw await this.#damaged(object.blobId, 0, 'the SHA-256 of the whole does not fit');
      if (message.length > 0) yield range ? message.subarray(range.start, range.end) : message;
    } else if (range) {
      yield* this.#frames({ ...object, id: object.blobId }, loaded, range);
    } else {
      yield* this.#whole(object, loaded);
    }
  }

  /** All frames; the last one is held back until the hash of the whole fits. */
  async *#whole(object: StoredObject, loaded: LoadedBlob): AsyncGenerator<Buffer, void, undefined> {
    const digest = createHash('sha256');
    let held: Buffer | undefined;
    for await (const chunk of this.#frames({ ...object, id: object.blobId }, loaded)) {
      if (held) yield held;
      digest.update(chunk);
      held = chunk;
    }
    if (digest.digest('hex') !== object.sha256) throw await this.#damaged(object.blobId, 0, 'the SHA-256 of the whole does not fit');
    if (held) yield held;
  }

  /** Decoded frames in order, or of a range the part of each that lies in it. */
  async *#frames(blob: BlobToRead, { frames, parts }: LoadedBlob, range?: ByteRange): AsyncGenerator<Buffer, void, undefined> {
    await this.#checkComplete(blob, { frames, parts });
    let position = 0;
    for (const frame of frames) {
      const start = Math.max(0, (range?.start ?? 0) - position);
      const end = Math.min(frame.rawBytes, (range?.end ?? Number.POSITIVE_INFINITY) - position);
      position += frame.rawBytes;
      if (start < end) yield (await this.#decode(blob.id, frame)).subarray(start, end);
    }
  }

  /** A message put together in memory, as it was when it was taken apart. A part may be a recipe itself. */
  async #assemble(blob: BlobToRead, loaded: LoadedBlob): Promise<Buffer> {
    const literals = await Array.fromAsync(this.#frames(blob, loaded));
    const bytesOf = new Map<string, Buffer>();
    for (const part of loaded.parts) {
      if (!bytesOf.has(part.part_blob_id)) bytesOf.set(part.part_blob_id, await this.#readPart(part));
    }
    const placed = loaded.parts.map((part) => ({
      start: part.offset_bytes,
      lengthBytes: part.encoded_bytes,
      encoding: part.encoding,
      bytes: bytesOf.get(part.part_blob_id) as Buffer,
    }));
    try {
      const message = assemble(blob.rawBytes, placed, Buffer.concat(literals), (part) => part.bytes);
      if (message) return message;
    } catch (error) {
      throw await this.#damaged(blob.id, 0, messageOf(error));
    }
    throw await this.#damaged(blob.id, 0, 'its parts do not fit together');
  }

  async #readPart(part: LoadedPart): Promise<Buffer> {
    const blob = { id: part.part_blob_id, rawBytes: part.raw_bytes, layout: part.layout as BlobLayout };
    if (blob.layout === 'recipe') {
      return this.#assemble(blob, await this.#run({ tag: 'content.get', isReadOnly: true }, (tx) => this.#load(tx, blob)));
    }
    return Buffer.concat(await Array.fromAsync(this.#frames(blob, { frames: part.frames, parts: [] })));
  }

  /** The frames of a blob and of its parts, in two statements more than a blob without parts takes. */
  async #load(tx: Transaction, blob: Pick<BlobToRead, 'id' | 'layout'>): Promise<LoadedBlob> {
    const frames = (await this.#loadFrames(tx, [blob.id])).get(blob.id) ?? [];
    if (blob.layout === 'bytes') return { frames, parts: [] };
    const parts = await findBlobParts.all(tx, { tenant_id: this.#subject.tenantId, blob_id: blob.id });
    const framesOf = await this.#loadFrames(tx, [...new Set(parts.map((part) => part.part_blob_id))]);
    return { frames, parts: parts.map((part) => ({ ...part, frames: framesOf.get(part.part_blob_id) ?? [] })) };
  }

  async #loadFrames(tx: Transaction, blobIds: readonly string[]): Promise<Map<string, FrameEntry[]>> {
    const rows = await findFrames.all(tx, { tenant_id: this.#subject.tenantId, blob_ids: blobIds, inline_bytes: inlineBytes });
    const entries = rows.map((row) => ({
      blobId: row.blob_id,
      number: row.frame_number,
      rawBytes: row.raw_bytes,
      crc32: row.crc32,
      algorithmId: row.algorithm_id,
      bytes: row.bytes,
    }));
    return Map.groupBy(entries, (entry) => entry.blobId);
  }

  /** A frame that is gone has no CRC-32 to fail: the numbers and lengths of those that are there tell. */
  async #checkComplete(blob: BlobToRead, { frames, parts }: LoadedBlob): Promise<void> {
    const gap = frames.findIndex((frame, index) => frame.number !== index);
    if (gap !== -1) throw await this.#damaged(blob.id, gap, 'it is missing');
    const expected = parts.reduce((rest, part) => rest - part.encoded_bytes, blob.rawBytes);
    const found = frames.reduce((sum, frame) => sum + frame.rawBytes, 0);
    if (found !== expected) throw await this.#damaged(blob.id, frames.length, `the frames hold ${found} bytes instead of ${expected}`);
  }

  async #decode(blobId: string, entry: FrameEntry): Promise<Buffer> {
    const frame = entry.bytes ? { ...entry, bytes: entry.bytes } : await this.#fetch(blobId, entry.number);
    if (!frame || frame.rawBytes !== entry.rawBytes) throw await this.#damaged(blobId, entry.number, 'it is missing');
    const decoded = await decodeFrame(frame);
    if (Buffer.isBuffer(decoded)) return decoded;
    if (decoded.kind === 'damaged') throw await this.#damaged(blobId, entry.number, decoded.reason);
    const { algorithmId } = frame;
    throw contentErrors.UNKNOWN_ALGORITHM({ objectId: this.#objectId, blobId, frame: entry.number, algorithmId });
  }

  /** One frame by binary COPY: the driver reads text several times slower and doubles the bytes on the wire. */
  async #fetch(blobId: string, number: number): Promise<Frame | undefined> {
    const copy = `copy (select f.raw_bytes, f.crc32, f.algorithm_id, f.bytes from content.frames f
      where f.tenant_id = ${quoteLiteral(this.#subject.tenantId)} and f.blob_id = ${quoteLiteral(blobId)} and f.frame_number = ${number})
      to stdout (format binary)`;
    const chunks = await this.#run({ tag: 'content.get', isReadOnly: true }, (tx) =>
      Array.fromAsync(tx.copyTo(copy) as AsyncIterable<Buffer>),
    );
    return parseCopiedFrame(Buffer.concat(chunks), number);
  }

  async #damaged(blobId: string, frame: number, reason: string): Promise<Error> {
    const error = contentErrors.DAMAGED({ objectId: this.#objectId, blobId, frame, reason });
    await this.#reportDamage(this.#subject, blobId, error);
    return error;
  }
}

/** @throws PLINTH_CONTENT_INVALID_RANGE */
function checkRange({ start, end }: ByteRange, rawBytes: number): void {
  const isInside = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= rawBytes;
  if (!isInside) throw contentErrors.INVALID_RANGE({ range: `${start}-${end}`, rawBytes });
}

/** The four columns of #fetch in PostgreSQL's binary COPY format; undefined when there is no row. */
function parseCopiedFrame(copied: Buffer, number: number): Frame | undefined {
  // Signature (11), flags (4), length of the extension area (4); then per row the count of columns (2) and each with its length (4).
  let position = 19 + copied.readInt32BE(15);
  if (copied.readInt16BE(position) !== 4) return undefined;
  position += 2;
  const next = () => {
    const length = copied.readInt32BE(position);
    position += 4 + length;
    return copied.subarray(position - length, position);
  };
  const [rawBytes, crc32, algorithmId] = [next().readInt32BE(0), next().readInt32BE(0), next().readInt16BE(0)];
  return { number, rawBytes, crc32, algorithmId, bytes: next() };
}
