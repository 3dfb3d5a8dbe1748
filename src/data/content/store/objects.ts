import type { Transaction } from '../../../foundation/connect/index.ts';
import { isUuid, uuidv7 } from '../../../kernel/index.ts';
import { contentErrors } from '../errors.ts';
import { type BlobLayout, type ObjectInit, type ObjectKind, objectKinds, type StoredObject } from '../model/types.ts';
import { type FindObjectRow, insertObjects } from '../sql/queries/queries.gen.ts';

/** An object about to be written, its blob being there. */
export interface NewObject extends ObjectInit {
  readonly id: string;
  readonly blobId: string;
  readonly rawObjectId?: string;
  readonly created: Date;
}

/** Fills in what the caller left out. @throws PLINTH_CONTENT_INVALID_OBJECT */
export function prepareObject(init: ObjectInit, blobId: string, now: Date): NewObject {
  checkObject(init);
  return { ...init, id: uuidv7(), blobId, created: init.created ?? now };
}

/** For the edges: what comes from a caller's payload or a command line. @throws PLINTH_CONTENT_INVALID_OBJECT */
export function checkObject(init: ObjectInit): void {
  const refuse = (what: string, value: unknown, allowed: string) => {
    throw contentErrors.INVALID_OBJECT({ what, value, allowed });
  };
  if (!objectKinds.includes(init.kind)) refuse('kind', init.kind, objectKinds.join(', '));
  if (init.ownerId !== undefined && !isUuid(init.ownerId)) refuse('owner id', init.ownerId, 'a uuid');
  if ((init.ownerId === undefined) !== (init.ownerTable === undefined)) {
    refuse('owner', init.ownerTable ?? init.ownerId, 'given as table and id, or not at all');
  }
  for (const key of ['name', 'contentType', 'charset', 'ownerTable'] as const) {
    if (init[key]?.includes('\0') || (init[key]?.length ?? 0) > 1_000)
      refuse(key, init[key]?.slice(0, 40), 'at most 1000 characters without NUL');
  }
}

export async function writeObjects(tx: Transaction, tenantId: string, objects: readonly NewObject[]): Promise<void> {
  await insertObjects.run(tx, {
    tenant_id: tenantId,
    ids: objects.map((object) => object.id),
    kinds: objects.map((object) => object.kind),
    blob_ids: objects.map((object) => object.blobId),
    raw_object_ids: objects.map((object) => object.rawObjectId ?? ''),
    owner_ids: objects.map((object) => object.ownerId ?? ''),
    owner_tables: objects.map((object) => object.ownerTable ?? ''),
    names: objects.map((object) => object.name ?? ''),
    content_types: objects.map((object) => object.contentType ?? ''),
    charsets: objects.map((object) => object.charset ?? ''),
    created: objects.map((object) => object.created),
  });
}

/**
 * Waits for all of it, also when some fails, and then throws the first failure: nothing may reach the server after the
 * caller has rolled back to a savepoint.
 */
export async function awaitAll(...work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** What a caller gets back for an object that was just written. */
export function storedObject(object: NewObject, blob: { readonly sha256: string; readonly rawBytes: number; readonly layout: BlobLayout }) {
  const { id, blobId, kind, rawObjectId, ownerTable, ownerId, name, contentType, charset, created } = object;
  const owner = ownerTable !== undefined && ownerId !== undefined ? { ownerTable, ownerId } : {};
  return {
    id,
    blobId,
    kind,
    ...(rawObjectId !== undefined && { rawObjectId }),
    ...owner,
    ...(name !== undefined && { name }),
    ...(contentType !== undefined && { contentType }),
    ...(charset !== undefined && { charset }),
    ...blob,
    created,
  } satisfies StoredObject;
}

export function objectOfRow(row: FindObjectRow): StoredObject {
  const object: NewObject = {
    id: row.id,
    blobId: row.blob_id,
    kind: row.kind as ObjectKind,
    created: row.created,
    ...(row.raw_object_id !== null && { rawObjectId: row.raw_object_id }),
    ...(row.owner_table !== null && { ownerTable: row.owner_table }),
    ...(row.owner_id !== null && { ownerId: row.owner_id }),
    ...(row.name !== null && { name: row.name }),
    ...(row.content_type !== null && { contentType: row.content_type }),
    ...(row.charset !== null && { charset: row.charset }),
  };
  return storedObject(object, { sha256: row.sha256.toString('hex'), rawBytes: row.raw_bytes, layout: row.layout as BlobLayout });
}
