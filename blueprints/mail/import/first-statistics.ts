import type { Connect } from 'plinth/connect';
import { isMailAnalyzed } from '../sql/queries/queries.gen.ts';

/**
 * Takes the first statistics of the messages. Without them each index that begins with the tenant costs the planner the
 * same as the key, and the foreign key checks behind each message read all messages of the tenant.
 */
export async function takeFirstStatistics(connect: Connect): Promise<void> {
  const request = { tier: 'content', as: 'owner', tag: 'mail.statistics', deadlineMs: 300_000 } as const;
  await connect.transaction(request, async (tx) => {
    const { is_analyzed } = await isMailAnalyzed.one(tx, {});
    if (!is_analyzed) await tx.query({ text: 'analyze content.email_messages, content.email_threads, content.email_references' });
  });
}
