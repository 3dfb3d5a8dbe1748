import { messageOf } from '../../../kernel/index.ts';
import type { Session } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import { partitionErrors } from '../errors.ts';
import {
  beginDetach,
  hasDefault,
  isPending,
  listInterrupted,
  listOldReaders,
  markPending,
  settleDetach,
} from '../sql/queries/queries.gen.ts';
import { withLadder } from './ladder.ts';

/** Whoever takes partitions off tables or drops them is the only one in the database. */
export const retentionLead = 'plinth partition retention';

const oldSeconds = 5 * 60;

/** Names as the server printed them: qualified and quoted. */
export interface AttachedPart {
  readonly partId: string;
  readonly branch: string;
  readonly part: string;
}

/**
 * Takes a partition off its table without being noticed and puts it aside; gives its new name. Waits for transactions that
 * use the table; behind one older than 5 minutes it is not even begun, because the rows are invisible while it waits.
 *
 * @throws PLINTH_PARTITION_OLD_READER, or a lock failure; a detach that was begun is finished by the next round
 */
export async function detach(context: Context, session: Session, what: AttachedPart, signal: AbortSignal): Promise<string> {
  const old = await listOldReaders.first(session, { branch: what.branch, older_than_seconds: oldSeconds });
  if (old) {
    const reader = `pid ${old.pid} (${old.application_name || 'unnamed'}, ${old.state} for ${Math.round(old.age_seconds)} s)`;
    throw partitionErrors.OLD_READER({ part: what.part, reader });
  }
  await beginDetach.run(session, { part_id: what.partId });
  try {
    const timing = await withLadder(context, session, signal, async ({ waitedMs }) => {
      const started = context.clock.monotonicMs();
      await detachOnce(session, what);
      return { waited_ms: waitedMs, took_ms: Math.round(context.clock.monotonicMs() - started) };
    });
    return (await settleDetach.one(session, { part_id: what.partId, ...timing })).part;
  } catch (error) {
    // Back to attached unless it has begun: then the rows are invisible, and the next round has to finish it.
    const pending = await isPending.first(session, { part: what.part });
    if (!pending?.is_pending) await settleDetach.one(session, { part_id: what.partId, waited_ms: 0, took_ms: 0 });
    throw error;
  }
}

async function detachOnce(session: Session, { branch, part }: AttachedPart): Promise<void> {
  const found = await isPending.first(session, { part });
  if (!found) return;
  const { has } = await hasDefault.one(session, { branch });
  // Beside a DEFAULT the server knows the short exclusive way only.
  const mode = found.is_pending ? ' finalize' : has ? '' : ' concurrently';
  await session.query({ text: `alter table ${branch} detach partition ${part}${mode}` });
}

/** Finishes what an earlier process left half done, before anything else is detached. */
export async function finishInterrupted(context: Context, session: Session, signal: AbortSignal): Promise<void> {
  for (const { part_id, part, branch, is_pending } of await listInterrupted.all(session, {})) {
    try {
      if (is_pending && branch !== null) {
        await markPending.run(session, { part_id });
        await withLadder(context, session, signal, () => detachOnce(session, { partId: part_id, branch, part }));
      }
      await settleDetach.one(session, { part_id, waited_ms: 0, took_ms: 0 });
    } catch (error) {
      signal.throwIfAborted();
      context.log.error(`partition: the interrupted detach of ${part} could not be finished yet`, { error: messageOf(error) });
    }
  }
}
