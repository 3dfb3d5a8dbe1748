import type { Transaction } from '../../../foundation/connect/index.ts';
import type { Heaviest, ObjectKind, Savings } from '../model/types.ts';
import { largestObjects, mostSharedBlobs, type StoreSizeRow, savingsByKind } from '../sql/queries/queries.gen.ts';

/** The report of one tenant, or of all where `tenantId` is null and the transaction is the owner's. */
export async function readSavings(tx: Transaction, tenantId: string | null, store: StoreSizeRow): Promise<Savings> {
  const kinds = await savingsByKind.all(tx, { tenant_id: tenantId });
  const sum = (measure: 'objects' | 'blobs' | 'given_bytes' | 'unique_bytes' | 'stored_bytes') =>
    kinds.reduce((total, kind) => total + kind[measure], 0);
  const storedBytes = sum('stored_bytes');
  return {
    objects: sum('objects'),
    blobs: sum('blobs'),
    rawBytes: sum('given_bytes'),
    uniqueBytes: sum('unique_bytes'),
    storedBytes,
    diskBytes: store.stored_bytes === 0 ? 0 : Math.round((store.disk_bytes * storedBytes) / store.stored_bytes),
    byKind: kinds.map((kind) => ({
      kind: kind.kind as ObjectKind,
      objects: kind.objects,
      rawBytes: kind.raw_bytes,
      uniqueBytes: kind.unique_bytes,
      storedBytes: kind.stored_bytes,
    })),
  };
}

/** What takes the most room of a tenant. */
export async function readHeaviest(tx: Transaction, tenantId: string): Promise<Heaviest> {
  const largest = await largestObjects.all(tx, { tenant_id: tenantId });
  const shared = await mostSharedBlobs.all(tx, { tenant_id: tenantId });
  return {
    largest: largest.map((object) => ({
      objectId: object.id,
      name: object.name,
      kind: object.kind as ObjectKind,
      contentType: object.content_type,
      rawBytes: object.raw_bytes,
      storedBytes: object.stored_bytes,
    })),
    mostShared: shared.map((blob) => ({
      blobId: blob.id,
      name: blob.name,
      contentType: blob.content_type,
      rawBytes: blob.raw_bytes,
      references: blob.references,
    })),
  };
}
