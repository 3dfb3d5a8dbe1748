import type { Transaction } from '../../../foundation/connect/index.ts';
import { deleteObjects, deleteUnneededBlobs, findPartBlobs, lockBlobs } from '../sql/queries/queries.gen.ts';

/** Removes an object with its parts and every blob that nothing refers to any more; false when there is no such object. */
export async function removeObject(tx: Transaction, tenantId: string, objectId: string): Promise<boolean> {
  const removed = await deleteObjects.all(tx, { tenant_id: tenantId, id: objectId });
  await removeUnneeded(tx, tenantId, [...new Set(removed.map((row) => row.blob_id))]);
  return removed.length > 0;
}

/** Removes those of these blobs that nothing refers to any more, and parts that only they needed. */
export async function removeUnneeded(tx: Transaction, tenantId: string, blobIds: readonly string[]): Promise<void> {
  let candidates = [...blobIds];
  while (candidates.length > 0) {
    // The lock comes before the look: a put that is about to refer to one of them has committed, or will find it gone.
    await lockBlobs.run(tx, { tenant_id: tenantId, ids: candidates });
    const parts = await findPartBlobs.all(tx, { tenant_id: tenantId, blob_ids: candidates });
    const deleted = await deleteUnneededBlobs.all(tx, { tenant_id: tenantId, ids: candidates });
    candidates = deleted.length === 0 ? [] : parts.map((row) => row.part_blob_id);
  }
}
