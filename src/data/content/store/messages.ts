import { hash } from 'node:crypto';
import type { Transaction } from '../../../foundation/connect/index.ts';
import { uuidv7 } from '../../../kernel/index.ts';
import type { Codec } from '../codecs/index.ts';
import { contentErrors } from '../errors.ts';
import { type MessagePart, planMessage } from '../model/message/recipe.ts';
import type { BlobLayout, MessagePut, StoredMessage, StoredPart } from '../model/types.ts';
import { claimBlobs, type NewBlob, type StoredBlobs, writePayloads } from './blobs.ts';
import { awaitAll, checkObject, type NewObject, storedObject, writeObjects } from './objects.ts';
import type { Quota } from './quota.ts';
import { removeUnneeded } from './remove.ts';

interface PreparedMessage {
  readonly message: MessagePut;
  readonly sha256: string;
  readonly parts: readonly { readonly part: MessagePart; readonly sha256: string }[];
}

/** Stores messages and their parts in the caller's transaction: one statement per table, however many there are. */
export async function storeMessages(
  tx: Transaction,
  tenantId: string,
  messages: readonly MessagePut[],
  { codec, maxObjectBytes, quota }: { readonly codec: Codec; readonly maxObjectBytes: number; readonly quota: Quota },
): Promise<StoredMessage[]> {
  if (messages.length === 0) return [];
  const blobs = new Map<string, NewBlob>();
  const prepared = messages.map((message) => {
    checkObject({ kind: 'raw', ownerTable: message.ownerTable, ownerId: message.ownerId });
    if (message.raw.length > maxObjectBytes) throw contentErrors.TOO_LARGE({ limitBytes: maxObjectBytes });
    return prepare(message, blobs);
  });
  await quota.take(
    tenantId,
    blobs.values().reduce((sum, { payload }) => sum + payload.length, 0),
  );
  const claimed = await claimBlobs(tx, tenantId, blobs);
  const objects: NewObject[] = [];
  const described = prepared.map((message) => describe(message, claimed.stored, objects));
  // While the server writes the rows, the frames are encoded here.
  await awaitAll(writeObjects(tx, tenantId, objects), writePayloads(tx, tenantId, codec, claimed));
  await removeUnneeded(tx, tenantId, claimed.loose);
  return described;
}

/** Takes a message apart and adds its blobs to those of the batch. */
function prepare(message: MessagePut, blobs: Map<string, NewBlob>): PreparedMessage {
  const plan = planMessage(message.raw);
  const parts = plan.parts.map((part) => ({ part, sha256: addBlob(blobs, part.bytes, part.bytes, []) }));
  const placed = plan.placed.map(({ part, ...placement }) => ({ sha256: parts[part]?.sha256 as string, ...placement }));
  const sha256 = addBlob(blobs, message.raw, plan.literals, placed);
  return { message, sha256, parts };
}

function addBlob(blobs: Map<string, NewBlob>, raw: Buffer, payload: Buffer, parts: NewBlob['parts']): string {
  const sha256 = hash('sha256', raw, 'hex');
  if (!blobs.has(sha256)) blobs.set(sha256, { sha256: Buffer.from(sha256, 'hex'), rawBytes: raw.length, payload, parts });
  return sha256;
}

function describe(prepared: PreparedMessage, stored: StoredBlobs, objects: NewObject[]): StoredMessage {
  const { message, sha256 } = prepared;
  const { id: blobId, layout } = stored.get(sha256) as { id: string; layout: BlobLayout };
  const { ownerTable, ownerId, created } = message;
  const owner = { ownerTable, ownerId, created };
  const rawObject: NewObject = { ...owner, id: uuidv7(), kind: 'raw', contentType: 'message/rfc822', blobId };
  objects.push(rawObject);
  const parts = prepared.parts.map(({ part, sha256 }): StoredPart => {
    const blob = stored.get(sha256) as { id: string; layout: BlobLayout };
    const object: NewObject = {
      ...owner,
      id: uuidv7(),
      kind: part.isBody ? 'body' : 'attachment',
      blobId: blob.id,
      rawObjectId: rawObject.id,
      contentType: part.contentType,
      ...(part.fileName !== undefined && { name: part.fileName }),
      ...(part.charset !== undefined && { charset: part.charset }),
    };
    objects.push(object);
    return {
      ...storedObject(object, { sha256, rawBytes: part.bytes.length, layout: blob.layout }),
      path: part.path,
      ...(part.disposition !== undefined && { disposition: part.disposition }),
      ...(part.contentId !== undefined && { contentId: part.contentId }),
    };
  });
  return {
    raw: storedObject(rawObject, { sha256, rawBytes: message.raw.length, layout }),
    layout,
    bodies: parts.filter((part) => part.kind === 'body'),
    attachments: parts.filter((part) => part.kind === 'attachment'),
  };
}
