import type { Connect } from 'plinth/connect';
import { nilUuid } from 'plinth/kernel';
import { hasChangedMessages, type ReadChangedMessagesRow, readChangedMessages } from '../sql/queries/queries.gen.ts';
import type { EmailFact, FactFeed } from './fact-feed.ts';

const factsPerRead = 2_000;

/**
 * Reads changed messages from the content tier by the transaction that wrote them. It stops below the oldest transaction
 * that still runs, because that one may yet commit rows before the position. The change stream takes its place when it comes.
 */
export function batchFeed(connect: Connect): FactFeed {
  return {
    name: 'email_messages',
    async read(tenantId, position, signal) {
      const [xid = '0', id = nilUuid] = position?.split(':') ?? [];
      return connect.transaction(
        { tier: 'content', as: { tenantId }, tag: 'mail.facts', priority: 'batch', isReadOnly: true, ...(signal && { signal }) },
        async (tx) => {
          const rows = await readChangedMessages.all(tx, { tenant_id: tenantId, xid, id, limit: factsPerRead });
          const last = rows.at(-1);
          if (last) return { facts: rows.map(toFact), position: `${last.changed_xid}:${last.id}` };
          return (await hasChangedMessages.first(tx, { tenant_id: tenantId, xid, id })) && 'later';
        },
      );
    },
  };
}

function toFact(row: ReadChangedMessagesRow): EmailFact {
  return {
    id: row.id,
    direction: row.direction,
    emailAccountId: row.email_account_id,
    campaignId: row.campaign_id,
    campaignStepId: row.campaign_step_id,
    leadId: row.lead_id,
    occurred: row.occurred,
    sent: row.sent,
    delivered: row.delivered,
    opened: row.opened,
    clicked: row.clicked,
    replied: row.replied,
    bounced: row.bounced,
    complained: row.complained,
    unsubscribed: row.unsubscribed,
  };
}
