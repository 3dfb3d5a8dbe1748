import type { Connect } from 'plinth/connect';
import { uuidv7 } from 'plinth/kernel';
import type { JobKind, Queue } from 'plinth/queue';
import type { Classify } from '../processing/classify.ts';
import type { Counting } from '../processing/counting.ts';
import { isUuid7, jobIdFrom, timeOfId } from '../processing/job-ids.ts';
import { findOwingImports, settleImport } from '../sql/queries/queries.gen.ts';

export interface OwedDeps {
  readonly connect: Connect;
  readonly queue: Queue;
  readonly classify: JobKind<Classify>;
  readonly counting: Counting;
}

// Longer ago they were never enqueued, or have ended and may be gone with their month; looking at a message again changes nothing.
const sameIdMs = 7 * 86_400_000;

/**
 * Enqueues the jobs of messages that were stored. The queue may be another database, so this comes after their commit; the run names them in
 * that commit, and does not go on before they are enqueued. Their ids follow from the messages': killed in between, whoever goes on enqueues
 * the same ones.
 */
export async function enqueueJobs(
  deps: OwedDeps,
  run: { readonly id: string; readonly tenantId: string },
  messageIds: readonly string[],
): Promise<void> {
  if (messageIds.length === 0) return;
  const oldest = Date.now() - sameIdMs;
  const items = messageIds.map((messageId) => {
    const base = isUuid7(messageId) ? messageId : run.id;
    // What is imported has waited for years; what comes in now goes before it.
    return {
      id: timeOfId(base) < oldest ? uuidv7() : jobIdFrom(base, `classify ${messageId}`),
      tenantId: run.tenantId,
      band: 'background' as const,
      payload: { messageId },
    };
  });
  await deps.queue.enqueueMany(deps.classify, items);
  await deps.counting.soon(run.tenantId);
}

/** Enqueues what runs of a tenant have left behind, be they killed, abandoned or still at work. */
export async function settleOwed(deps: OwedDeps, tenantId: string): Promise<void> {
  const request = { tier: 'content', as: { tenantId }, tag: 'mail.import' } as const;
  const owing = await deps.connect.transaction(request, (tx) => findOwingImports.all(tx, { tenant_id: tenantId }));
  for (const { id, owed_ids } of owing) {
    await enqueueJobs(deps, { id, tenantId }, owed_ids);
    await deps.connect.transaction(request, (tx) => settleImport.run(tx, { tenant_id: tenantId, id, owed_ids }));
  }
}
