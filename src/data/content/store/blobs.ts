import type { Transaction } from '../../../foundation/connect/index.ts';
import { uuidv7 } from '../../../kernel/index.ts';
import type { Codec } from '../codecs/index.ts';
import { contentErrors } from '../errors.ts';
import type { BlobLayout } from '../model/types.ts';
import {
  clearFrames,
  clearParts,
  findFrames,
  type HoldBlobsRow,
  holdBlobs,
  insertBlobParts,
  insertBlobs,
  insertFrames,
  markVerified,
} from '../sql/queries/queries.gen.ts';
import { decodeFrame, encodeFrames, type Frame } from './frames.ts';

/** Bytes on their way into the store. */
export interface NewBlob {
  readonly sha256: Buffer;
  /** Of the bytes as they are read back. */
  readonly rawBytes: number;
  /** What goes into frames: all bytes, or of a recipe what stands between its parts. */
  readonly payload: Buffer;
  /** Only a recipe has them. */
  readonly parts: readonly {
    /** In lower-case hex; a blob of the same batch. */
    readonly sha256: string;
    readonly start: number;
    readonly lengthBytes: number;
    readonly encoding: string;
  }[];
}

/** Blobs that are there, by the lower-case hex of their hash. One that was there before may have another layout than the one given. */
export type StoredBlobs = ReadonlyMap<string, { readonly id: string; readonly layout: BlobLayout }>;

/** Bytes of frames in one statement; the rest of a batch follows in further ones. */
const maxStatementBytes = 16 * 1024 * 1024;

/** What became of a batch: every blob is there, those in `unwritten` still without frames and parts. */
export interface ClaimedBlobs {
  readonly stored: StoredBlobs;
  readonly unwritten: readonly (readonly [id: string, blob: NewBlob])[];
  /** Parts of blobs that are written anew; once that is done, nothing may need them any more. */
  readonly loose: readonly string[];
}

/**
 * Makes sure that the tenant has a row for each of these blobs, by one insert for all of them: what it has already is
 * not written again, unless it is damaged. None of them can be removed before the transaction ends. Call writePayloads
 * in the same transaction.
 */
export async function claimBlobs(tx: Transaction, tenantId: string, given: ReadonlyMap<string, NewBlob>): Promise<ClaimedBlobs> {
  // One order for everybody: two writers with the same bytes wait for each other, never in a circle.
  const order = [...given.keys()].sort();
  const stored = new Map<string, { id: string; layout: BlobLayout }>();
  const written: [string, NewBlob][] = [];
  const doubtful: [HoldBlobsRow, NewBlob][] = [];
  for (let missing = order; missing.length > 0; ) {
    const inserted = await insertMissing(tx, tenantId, missing, given);
    for (const [hex, id] of inserted) {
      const blob = given.get(hex) as NewBlob;
      stored.set(hex, { id, layout: layoutOf(blob) });
      written.push([id, blob]);
    }
    const existing = missing.filter((hex) => !stored.has(hex));
    if (existing.length === 0) break;
    const sha256s = existing.map((hex) => (given.get(hex) as NewBlob).sha256);
    for (const row of await holdBlobs.all(tx, { tenant_id: tenantId, sha256s })) {
      const hex = row.sha256.toString('hex');
      const blob = given.get(hex) as NewBlob;
      if (row.raw_bytes !== blob.rawBytes) {
        throw contentErrors.HASH_COLLISION({ sha256: hex, storedBytes: row.raw_bytes, givenBytes: blob.rawBytes });
      }
      const isDoubtful = row.is_damaged || row.is_stale;
      stored.set(hex, { id: row.id, layout: isDoubtful ? layoutOf(blob) : (row.layout as BlobLayout) });
      if (isDoubtful) doubtful.push([row, blob]);
    }
    // Removed between the insert that found it and the lock: then it is inserted after all.
    missing = existing.filter((hex) => !stored.has(hex));
  }
  const { damaged, loose } = await clearDamaged(tx, tenantId, doubtful);
  return { stored, unwritten: [...written, ...damaged], loose };
}

async function insertMissing(tx: Transaction, tenantId: string, missing: readonly string[], given: ReadonlyMap<string, NewBlob>) {
  const blobs = missing.map((hex) => given.get(hex) as NewBlob);
  const ids = missing.map(() => uuidv7());
  const rows = await insertBlobs.all(tx, {
    tenant_id: tenantId,
    sha256s: Buffer.concat(blobs.map((blob) => blob.sha256)),
    ids,
    raw_bytes: blobs.map((blob) => blob.rawBytes),
    layouts: blobs.map(layoutOf),
  });
  const inserted = new Set(rows.map((row) => row.id));
  return missing.flatMap((hex, i): [string, string][] => (inserted.has(ids[i] as string) ? [[hex, ids[i] as string]] : []));
}

/**
 * Of blobs that are damaged or were not verified for long, those that are not what the good bytes at hand give lose
 * their frames and are returned, to be written anew. A recipe is too: it is small, and writing it costs less than
 * comparing it.
 */
async function clearDamaged(tx: Transaction, tenantId: string, doubtful: readonly [HoldBlobsRow, NewBlob][]) {
  const loose: string[] = [];
  const damaged: [string, NewBlob][] = [];
  if (doubtful.length === 0) return { damaged, loose };
  for (const [row, blob] of doubtful) {
    const isBytes = row.layout === 'bytes' && layoutOf(blob) === 'bytes';
    const isGood = isBytes && !row.is_damaged && (await hasFrames(tx, tenantId, row.id, blob.payload));
    if (!isGood) damaged.push([row.id, blob]);
  }
  const blobIds = damaged.map(([id]) => id);
  if (blobIds.length > 0) {
    await clearFrames.run(tx, { tenant_id: tenantId, blob_ids: blobIds });
    for (const row of await clearParts.all(tx, { tenant_id: tenantId, blob_ids: blobIds })) loose.push(row.part_blob_id);
  }
  await markVerified.run(tx, {
    tenant_id: tenantId,
    ids: doubtful.map(([row]) => row.id),
    layouts: doubtful.map(([, blob]) => layoutOf(blob)),
  });
  return { damaged, loose };
}

/** Whether the stored frames of a blob decode to exactly these bytes. */
async function hasFrames(tx: Transaction, tenantId: string, blobId: string, payload: Buffer): Promise<boolean> {
  const rows = await findFrames.all(tx, { tenant_id: tenantId, blob_ids: [blobId], inline_bytes: 2 ** 30 });
  let position = 0;
  for (const [number, row] of rows.entries()) {
    const frame: Frame = { number, rawBytes: row.raw_bytes, crc32: row.crc32, algorithmId: row.algorithm_id, bytes: row.bytes as Buffer };
    const raw = row.frame_number === number ? await decodeFrame(frame) : undefined;
    if (!Buffer.isBuffer(raw) || !raw.equals(payload.subarray(position, position + raw.length))) return false;
    position += raw.length;
  }
  return position === payload.length;
}

/** Encodes and writes what was claimed. Beside another statement of the same transaction the encoding costs no time. */
export async function writePayloads(tx: Transaction, tenantId: string, codec: Codec, { stored, unwritten }: ClaimedBlobs): Promise<void> {
  let batch: [string, Frame][] = [];
  let batchBytes = 0;
  for (const [id, blob] of unwritten) {
    for (const frame of await encodeFrames(blob.payload, codec)) {
      if (batchBytes > 0 && batchBytes + frame.bytes.length > maxStatementBytes) {
        await writeFrames(tx, tenantId, batch);
        batch = [];
        batchBytes = 0;
      }
      batch.push([id, frame]);
      batchBytes += frame.bytes.length;
    }
  }
  if (batch.length > 0) await writeFrames(tx, tenantId, batch);
  const parts = unwritten.flatMap(([id, blob]) => blob.parts.map((part, position) => ({ id, position, ...part })));
  if (parts.length === 0) return;
  await insertBlobParts.run(tx, {
    tenant_id: tenantId,
    blob_ids: parts.map((part) => part.id),
    positions: parts.map((part) => part.position),
    part_blob_ids: parts.map((part) => stored.get(part.sha256)?.id as string),
    offset_bytes: parts.map((part) => part.start),
    encoded_bytes: parts.map((part) => part.lengthBytes),
    encodings: parts.map((part) => part.encoding),
  });
}

/** Writes frames of one or many blobs, given as pairs of blob id and frame, in one statement. */
export async function writeFrames(tx: Transaction, tenantId: string, frames: readonly (readonly [string, Frame])[]): Promise<void> {
  const starts: number[] = [];
  let next = 1;
  for (const [, frame] of frames) {
    starts.push(next);
    next += frame.bytes.length;
  }
  await insertFrames.run(tx, {
    tenant_id: tenantId,
    bytes: frames.length === 1 ? (frames[0] as [string, Frame])[1].bytes : Buffer.concat(frames.map(([, frame]) => frame.bytes)),
    blob_ids: frames.map(([id]) => id),
    frame_numbers: frames.map(([, frame]) => frame.number),
    raw_bytes: frames.map(([, frame]) => frame.rawBytes),
    crc32s: frames.map(([, frame]) => frame.crc32),
    algorithm_ids: frames.map(([, frame]) => frame.algorithmId),
    starts,
    lengths: frames.map(([, frame]) => frame.bytes.length),
  });
}

function layoutOf(blob: NewBlob): BlobLayout {
  return blob.parts.length > 0 ? 'recipe' : 'bytes';
}
