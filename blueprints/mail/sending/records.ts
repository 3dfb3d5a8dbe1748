import type { Connect } from 'plinth/connect';
import type { Content } from 'plinth/content';
import { together } from 'plinth/kernel';
import { readCandidate } from '../import/candidate.ts';
import { takeFirstStatistics } from '../import/first-statistics.ts';
import { type Received, receive } from '../import/received.ts';
import { type Prepared, storeFresh } from '../import/store-batch.ts';
import { contactLeads, type FindSendingsRow, findSendings, markSentMessages } from '../sql/queries/queries.gen.ts';
import type { OutgoingMessage } from './outgoing.ts';

/** Where a message belongs, in a campaign. */
export interface CampaignPlace {
  readonly campaignId: string;
  readonly enrolmentId: string;
  readonly stepId: string;
  readonly leadId: string;
}

/** A message on its way, as its job knows it. */
export interface Letter {
  /** Of its job, and of the message. */
  readonly id: string;
  readonly tenantId: string;
  readonly accountId: string;
  readonly accountAddress: string;
  /** In lower case. */
  readonly recipientDomain: string;
  readonly queued: Date;
  readonly message: OutgoingMessage;
  /** Absent for a message of none. */
  readonly place?: CampaignPlace;
}

/** What is read and written around sending, for many messages at once: with one commit each of these would be dearer than the sending. */
export interface Records {
  /** Everything a message is made of, as it is now. */
  find(
    tenantId: string,
    step: { readonly enrolmentId: string; readonly stepId: string; readonly accountId: string },
  ): Promise<FindSendingsRow | undefined>;
  /** Puts what was sent among the tenant's mail, in its conversation. Again it is found there. */
  file(letter: Letter): Promise<void>;
  contacted(tenantId: string, leadId: string): Promise<void>;
}

const separator = ' ';
/** Of fewer, plans that are made for them would soon be wrong. */
const enoughForStatistics = 500;

export function openRecords({ connect, content }: { readonly connect: Connect; readonly content: Content }): Records {
  const as = (tenantId: string) => ({ as: { tenantId }, tag: 'mail.send' });
  const find = together(async (tenantId, steps: readonly { enrolmentId: string; stepId: string; accountId: string }[]) => {
    const request = { tier: 'oltp', isReadOnly: true, ...as(tenantId) } as const;
    const rows = await connect.transaction(request, (tx) =>
      findSendings.all(tx, {
        tenant_id: tenantId,
        enrolment_ids: steps.map(({ enrolmentId }) => enrolmentId),
        step_ids: steps.map(({ stepId }) => stepId),
        account_ids: steps.map(({ accountId }) => accountId),
      }),
    );
    const byPlace = new Map(rows.map((row) => [row.place, row]));
    return steps.map((_, index) => byPlace.get(index + 1));
  });

  let filed = 0;
  const file = together(async (key, letters: readonly { letter: Letter; received: Received }[]) => {
    const [tenantId = '', accountId = '', accountAddress = ''] = key.split(separator);
    const prepared = letters.map(({ letter, received }) => prepare(letter, received));
    await connect.transaction({ tier: 'content', ...as(tenantId) }, async (tx) => {
      const run = { id: letters[0]?.letter.id ?? '', tenantId, accountId, accountAddress };
      const fresh = new Set((await storeFresh(tx, content, run, prepared)).map(({ id }) => id));
      const marks = prepared.flatMap(({ id, entry, sending }) =>
        fresh.has(id) ? [] : [{ raw_sha256: `\\x${entry.message.sha256.toString('hex')}`, ...sending }],
      );
      if (marks.length > 0) await markSentMessages.run(tx, { tenant_id: tenantId, rows: JSON.stringify(marks) });
    });
    const before = filed;
    filed += letters.length;
    // They are filed all the same.
    if (before < enoughForStatistics && filed >= enoughForStatistics) await takeFirstStatistics(connect).catch(() => {});
    return letters.map(() => undefined);
  });

  const contacted = together(async (tenantId, ids: readonly string[]) => {
    await connect.transaction({ tier: 'oltp', ...as(tenantId) }, (tx) =>
      contactLeads.run(tx, { tenant_id: tenantId, ids: [...new Set(ids)].sort() }),
    );
    return ids.map(() => undefined);
  });

  return {
    find,
    async file(letter) {
      const collector = receive();
      await collector.add(letter.message.raw);
      await using received = await collector.finish();
      await file([letter.tenantId, letter.accountId, letter.accountAddress].join(separator), { letter, received });
    },
    contacted,
  };
}

/** A message of ours as an import would read it. */
function prepare({ id, queued, place }: Letter, message: Received): Prepared {
  const position = { offsetBytes: 0, lastFile: undefined };
  const candidate = readCandidate({ message, file: undefined, start: 0, end: message.sizeBytes, position, dated: queued }, queued);
  if ('reason' in candidate) throw new Error(`a message of ours cannot be read: ${candidate.detail}`);
  const sending = { campaign_id: place?.campaignId, campaign_step_id: place?.stepId, lead_id: place?.leadId, queued };
  return { ...candidate, id, rawObjectId: undefined, sending };
}
