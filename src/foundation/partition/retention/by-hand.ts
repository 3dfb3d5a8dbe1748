import { takeLead } from '../../connect/index.ts';
import { asOwner, type Context, databases } from '../context.ts';
import { partitionErrors } from '../errors.ts';
import { findPart, reattachPart, seeParts } from '../sql/queries/queries.gen.ts';
import { freeClaims } from './claims.ts';
import { detach, finishInterrupted, retentionLead } from './detach.ts';

async function find(context: Context, part: string) {
  for (const tier of databases(context)) {
    const found = await asOwner(context, tier, 'find', async (tx) => {
      await seeParts.run(tx, {});
      return findPart.first(tx, { table_name: part });
    });
    if (found) return { ...found, tier };
  }
  throw partitionErrors.UNKNOWN_PART({ part });
}

/**
 * Detaches one partition now, whatever the retention line and its gates say: it stays in partition_detached for its days of
 * grace and can come back. Gives its new name.
 *
 * @throws PLINTH_PARTITION_UNKNOWN_PART, PLINTH_PARTITION_OLD_READER, PLINTH_PARTITION_BUSY, or a lock failure
 */
export async function detachByHand(context: Context, part: string, signal: AbortSignal): Promise<string> {
  const { tier, part_id, branch, part: name, state, set_name } = await find(context, part);
  if (branch === null) throw partitionErrors.UNKNOWN_PART({ part: `${name}, which is ${state},` });
  await using session = await takeLead(context.connect, { tier, tag: 'partition.detach', name: retentionLead, signal });
  if (!session) throw partitionErrors.BUSY();
  await finishInterrupted(context, session, signal);
  const detached = await detach(context, session, { partId: part_id, branch, part: name }, signal);
  await freeClaims(session, set_name, signal);
  return detached;
}

/** Undoes a detach. @throws PLINTH_PARTITION_UNKNOWN_PART, PLINTH_PARTITION_REFUSED when the range was made again */
export async function reattach(context: Context, part: string): Promise<string> {
  const { tier, part_id } = await find(context, part);
  return (await asOwner(context, tier, 'reattach', (tx) => reattachPart.one(tx, { part_id }))).part;
}
