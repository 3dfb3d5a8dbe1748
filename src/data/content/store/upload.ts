import { createHash, type Hash } from 'node:crypto';
import type { Transaction } from '../../../foundation/connect/index.ts';
import { hasCode, uuidv7 } from '../../../kernel/index.ts';
import type { Codec } from '../codecs/index.ts';
import { contentErrors } from '../errors.ts';
import type { BlobLayout, ObjectInit, StoredObject } from '../model/types.ts';
import {
  abandonUpload,
  adoptFrames,
  beginUpload,
  clearFrames,
  clearParts,
  holdBlobs,
  markVerified,
  publishUpload,
  putObject,
  touchUpload,
} from '../sql/queries/queries.gen.ts';
import { claimBlobs, type NewBlob, writeFrames, writePayloads } from './blobs.ts';
import { encodeFrame, maxFrameBytes } from './frames.ts';
import { awaitAll, checkObject, type NewObject, prepareObject, storedObject, writeObjects } from './objects.ts';
import type { Quota } from './quota.ts';
import type { RunContent } from './reader.ts';
import { removeUnneeded } from './remove.ts';

/** Uploads without a new frame for this long are removed; the interval stands in the query `sweep_uploads`. */
export const uploadIdleMinutes = 60;

/** Beyond, encoding and sending bytes that the tenant may have costs more than asking first. */
const maxOneStatementBytes = 64 * 1024;

interface UploadContext {
  readonly run: RunContent;
  readonly tenantId: string;
  readonly codec: Codec;
  readonly maxObjectBytes: number;
  readonly quota: Quota;
  now(): Date;
}

/** Stores one object from a stream: see Content.put. */
export async function upload(
  context: UploadContext,
  init: ObjectInit,
  bytes: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<StoredObject> {
  checkObject(init);
  const digest = createHash('sha256');
  const chunks = frameChunks(bytes instanceof Uint8Array ? [bytes] : bytes, digest, context.maxObjectBytes);
  const first = await chunks.next();
  const second = first.done ? first : await chunks.next();
  if (second.done) return storeSmall(context, init, first.done ? Buffer.alloc(0) : first.value, digest.digest());
  return storeLarge(context, init, [first.value as Buffer, second.value], chunks, digest);
}

/** One frame or none: everything in one transaction. */
async function storeSmall(context: UploadContext, init: ObjectInit, payload: Buffer, sha256: Buffer): Promise<StoredObject> {
  const { run, tenantId, codec } = context;
  await context.quota.take(tenantId, payload.length);
  const hex = sha256.toString('hex');
  const blob: NewBlob = { sha256, rawBytes: payload.length, payload, parts: [] };
  return run({ tag: 'content.put' }, async (tx) => {
    const object = prepareObject(init, uuidv7(), context.now());
    const isNew = payload.length > 0 && payload.length <= maxOneStatementBytes && (await writeAtOnce(tx, tenantId, codec, object, blob));
    if (isNew) return storedObject(object, { sha256: hex, rawBytes: payload.length, layout: 'bytes' });
    const claimed = await claimBlobs(tx, tenantId, new Map([[hex, blob]]));
    const { id, layout } = claimed.stored.get(hex) as { id: string; layout: BlobLayout };
    const shared = { ...object, blobId: id };
    await awaitAll(writeObjects(tx, tenantId, [shared]), writePayloads(tx, tenantId, codec, claimed));
    await removeUnneeded(tx, tenantId, claimed.loose);
    return storedObject(shared, { sha256: hex, rawBytes: payload.length, layout });
  });
}

/** Most puts: new bytes and few of them. False when the tenant has them already. */
async function writeAtOnce(tx: Transaction, tenantId: string, codec: Codec, object: NewObject, blob: NewBlob): Promise<boolean> {
  const frame = await encodeFrame(blob.payload, 0, codec);
  const row = await putObject.first(tx, {
    tenant_id: tenantId,
    blob_id: object.blobId,
    sha256: blob.sha256,
    raw_bytes: frame.rawBytes,
    crc32: frame.crc32,
    algorithm_id: frame.algorithmId,
    bytes: frame.bytes,
    object_id: object.id,
    kind: object.kind,
    owner_id: object.ownerId ?? null,
    owner_table: object.ownerTable ?? null,
    name: object.name ?? null,
    content_type: object.contentType ?? null,
    charset: object.charset ?? null,
    created: object.created,
  });
  return row !== undefined;
}

/**
 * Each frame is written as soon as it is full, under a blob that nobody sees; when the hash is known, one transaction
 * publishes it. A process that dies in between leaves an upload for the sweep.
 */
async function storeLarge(
  context: UploadContext,
  init: ObjectInit,
  first: readonly Buffer[],
  rest: AsyncIterable<Buffer>,
  digest: Hash,
): Promise<StoredObject> {
  const { run, tenantId, codec } = context;
  const uploadId = uuidv7();
  let frameCount = 0;
  let rawBytes = 0;
  const stage = async (chunk: Buffer) => {
    await context.quota.take(tenantId, chunk.length);
    const frame = await encodeFrame(chunk, frameCount, codec);
    await run({ tag: 'content.stage' }, async (tx) => {
      if (frame.number === 0) await beginUpload.run(tx, { tenant_id: tenantId, id: uploadId });
      else if ((await touchUpload.run(tx, { tenant_id: tenantId, id: uploadId })) === 0) throw expired();
      await writeFrames(tx, tenantId, [[uploadId, frame]]);
    });
    frameCount++;
    rawBytes += chunk.length;
  };
  try {
    for (const chunk of first) await stage(chunk);
    for await (const chunk of rest) await stage(chunk);
    const sha256 = digest.digest();
    return await run({ tag: 'content.publish' }, async (tx) => {
      const { blobId, layout } = await publish(tx, tenantId, uploadId, sha256, rawBytes);
      const object: NewObject = prepareObject(init, blobId, context.now());
      await writeObjects(tx, tenantId, [object]);
      return storedObject(object, { sha256: sha256.toString('hex'), rawBytes, layout });
    });
  } catch (error) {
    // Best effort: what cannot be removed now (the database may be the reason) is removed by the sweep.
    await run({ tag: 'content.abandon' }, (tx) => abandonUpload.run(tx, { tenant_id: tenantId, id: uploadId })).catch(() => {});
    throw error;
  }
}

/** Gives the staged frames their hash; or, where the tenant has these bytes already, drops them or repairs with them. */
async function publish(
  tx: Transaction,
  tenantId: string,
  uploadId: string,
  sha256: Buffer,
  rawBytes: number,
): Promise<{ blobId: string; layout: BlobLayout }> {
  for (;;) {
    const isPublished = await tx
      .savepoint(() => publishUpload.run(tx, { tenant_id: tenantId, id: uploadId, sha256, raw_bytes: rawBytes }))
      .catch((error: unknown) => {
        if (hasCode(error, 'PLINTH_SQL_UNIQUE')) return undefined;
        throw error;
      });
    if (isPublished === 1) return { blobId: uploadId, layout: 'bytes' };
    if (isPublished === 0) throw expired();
    const existing = await holdBlobs.first(tx, { tenant_id: tenantId, sha256s: [sha256] });
    // Removed since the savepoint: publish after all.
    if (!existing) continue;
    const blobId = existing.id;
    if (existing.raw_bytes !== rawBytes) {
      throw contentErrors.HASH_COLLISION({ sha256: sha256.toString('hex'), storedBytes: existing.raw_bytes, givenBytes: rawBytes });
    }
    const isDoubtful = existing.is_damaged || existing.is_stale;
    if (isDoubtful) {
      // The good frames are here already: putting them in place costs less than reading the doubtful ones to compare.
      await clearFrames.run(tx, { tenant_id: tenantId, blob_ids: [blobId] });
      const parts = await clearParts.all(tx, { tenant_id: tenantId, blob_ids: [blobId] });
      await adoptFrames.run(tx, { tenant_id: tenantId, blob_id: blobId, upload_id: uploadId });
      await markVerified.run(tx, { tenant_id: tenantId, ids: [blobId], layouts: ['bytes'] });
      await removeUnneeded(
        tx,
        tenantId,
        parts.map((part) => part.part_blob_id),
      );
    }
    await abandonUpload.run(tx, { tenant_id: tenantId, id: uploadId });
    return { blobId, layout: isDoubtful ? 'bytes' : (existing.layout as BlobLayout) };
  }
}

/** Regroups a stream into frames of full size, the last one shorter, hashing what passes. @throws PLINTH_CONTENT_TOO_LARGE */
async function* frameChunks(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, digest: Hash, limitBytes: number) {
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  let totalBytes = 0;
  for await (const chunk of bytes) {
    totalBytes += chunk.length;
    if (totalBytes > limitBytes) throw contentErrors.TOO_LARGE({ limitBytes });
    digest.update(chunk);
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (gatheredBytes + rest.length >= maxFrameBytes) {
      const taken = maxFrameBytes - gatheredBytes;
      yield Buffer.concat([...gathered, rest.subarray(0, taken)]);
      rest = rest.subarray(taken);
      gathered = [];
      gatheredBytes = 0;
    }
    if (rest.length > 0) {
      gathered.push(rest);
      gatheredBytes += rest.length;
    }
  }
  if (gatheredBytes > 0) yield Buffer.concat(gathered);
}

function expired(): Error {
  return contentErrors.UPLOAD_EXPIRED({ idleMinutes: uploadIdleMinutes });
}
