import { conversionErrors } from './errors.ts';
import { sizeOfTables } from './sql/queries/queries.gen.ts';
import { type Copy, qualified, type Work } from './work.ts';

/** The copy with its indexes, and what writers add and change meanwhile. */
const timesCopy = 1.2;

/**
 * Stops before anything is made where the disk of our own server has no room for the copies. Does nothing where nobody knows how much is
 * free, or nothing is copied.
 *
 * @throws PLINTH_PARTITION_CONVERSION_DISK
 */
export async function refuseLowDisk({ session, freeBytes: ask }: Work, table: string, copies: readonly Copy[]): Promise<void> {
  const freeBytes = copies.length > 0 ? await ask() : undefined;
  if (freeBytes === undefined) return;
  const { bytes: copiedBytes } = await sizeOfTables.one(session, { tables: copies.map(({ source }) => qualified(source)) });
  const neededBytes = Math.ceil(timesCopy * copiedBytes);
  if (freeBytes < neededBytes) throw conversionErrors.CONVERSION_DISK({ table, copiedBytes, neededBytes, freeBytes });
}
