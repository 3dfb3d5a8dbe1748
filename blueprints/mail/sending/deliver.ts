import type { DetailsRow, Job } from 'plinth/queue';
import type { Counting } from '../processing/counting.ts';
import { type Answer, isRefusal, type Outgoing } from './outgoing.ts';
import type { Letter, Records } from './records.ts';

export interface DeliverDeps {
  readonly outgoing: Outgoing;
  readonly records: Records;
  readonly counting: Counting;
}

/** The table that jobs keep beside them what became of their message. */
export const sendingDetails = 'queue.job_email_sending_details';

/** What the server said, and between which moments: as JSON once it was kept. */
export interface Accepted extends Answer {
  readonly intended: Date | string;
  readonly accepted: Date | string;
}

const [firstPermanentCode, lastPermanentCode] = [550, 559];

/** Hands a message over once, whatever happens to this process, keeps what the server said, and files the message. */
export async function deliver({ outgoing, records, counting }: DeliverDeps, job: Job, letter: Letter): Promise<Accepted> {
  const accepted = await handOver(outgoing, job, letter);
  await records.file(letter);
  await counting.soon(letter.tenantId);
  return accepted;
}

async function handOver(outgoing: Outgoing, job: Job, letter: Letter): Promise<Accepted> {
  const { message, place, accountId, recipientDomain } = letter;
  const intended = new Date();
  const keep = (said: DetailsRow) =>
    job.details({
      ...{ campaign_id: place?.campaignId, campaign_lead_id: place?.enrolmentId, email_account_id: accountId },
      ...{ message_id: message.messageId, recipient_domain: recipientDomain, ...said },
    });
  // Kept with the answer, so that a second run says the same of the first. A clock may have been set back meanwhile.
  const timed = (answer: Answer): Accepted => ({ ...answer, intended, accepted: new Date(Math.max(Date.now(), intended.getTime())) });
  try {
    const accepted = await job.external('smtp', async () => timed(await outgoing.send(message)), {
      async verify() {
        const verdict = await outgoing.verify(message.messageId);
        return verdict?.happened ? { happened: true, answer: timed(verdict.answer) } : verdict;
      },
      // A connection that was lost behind the message's last byte may have been in time or not.
      isUnknown: (error) => !isRefusal(error),
    });
    const { code, response, ...times } = accepted;
    await keep({ smtp_code: code, smtp_response: response, ...times });
    return accepted;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await keep({ smtp_code: error.responseCode, smtp_response: error.message, intended });
    const isPermanent = error.responseCode >= firstPermanentCode && error.responseCode <= lastPermanentCode;
    throw isPermanent ? Object.assign(error, { verdict: 'dead' }) : error;
  }
}
