import type { Session } from '../../connect/index.ts';
import { freeLeftClaims } from '../sql/queries/queries.gen.ts';

const batch = 10_000;

/** Values of rows that left with their partitions may be used again: their claims are deleted, in batches that commit. */
export async function freeClaims(session: Session, onlySet: string | null, signal: AbortSignal): Promise<void> {
  while ((await freeLeftClaims.one(session, { only_set: onlySet, at_most: batch })).freed > 0) signal.throwIfAborted();
}
