import type { Connect } from 'plinth/connect';
import type { Content } from 'plinth/content';
import type { Job } from 'plinth/queue';
import { readCandidate } from '../import/candidate.ts';
import { receive } from '../import/received.ts';
import { storeFresh } from '../import/store-batch.ts';
import { render } from '../model/template.ts';
import type { Counting } from '../processing/counting.ts';
import { contactLead, findSending, markSentMessage, putSendingDetails } from '../sql/queries/queries.gen.ts';
import { compose } from './compose.ts';
import type { SendStep } from './messages.ts';
import { type Accepted, isRefusal, type Outgoing, type OutgoingMessage } from './outgoing.ts';

export interface SendDeps {
  readonly connect: Connect;
  readonly content: Content;
  readonly outgoing: Outgoing;
  readonly counting: Counting;
}

const pausedCheckMs = 10 * 60_000;
const [firstPermanentCode, lastPermanentCode] = [550, 559];

/**
 * Sends one message of a campaign: composed from the rows as they are now, handed over once, filed with the tenant's mail.
 * Who does not want to be written to any more, or whose campaign was ended, gets nothing; a paused campaign is looked at again later.
 */
export async function sendStep(deps: SendDeps, job: Job<SendStep>): Promise<unknown> {
  const { tenantId, payload } = job;
  const found = await job.run('oltp', (tx) =>
    findSending.first(tx, {
      tenant_id: tenantId,
      enrolment_id: payload.enrolmentId,
      step_id: payload.stepId,
      account_id: payload.accountId,
    }),
  );
  if (!found) return { skipped: 'the enrolment, its lead, step or account is gone' };
  if (found.campaign_status === 'paused') job.snooze(pausedCheckMs);
  if (found.campaign_status === 'archived') return { skipped: 'the campaign is archived' };
  if (found.consent === 'opted_out' || found.lead_status === 'unsubscribed') return { skipped: 'the lead does not want mail' };
  if (found.lead_status === 'bounced') return { skipped: 'mail to the lead comes back' };
  if (found.state === 'replied') return { skipped: 'the lead has answered' };

  const fields = {
    first_name: found.first_name,
    last_name: found.last_name,
    title: found.title,
    company: found.company,
    custom: found.custom as Record<string, unknown>,
  };
  const subject = render(found.subject, fields);
  const body = render(found.body_template, fields);
  for (const unknown of new Set([...subject.unknown, ...body.unknown]))
    job.log.warn(`the template names {{${unknown}}}, which the lead has not`);
  const message = await compose({
    messageId: payload.messageId,
    from: { name: found.display_name, address: found.account_address },
    to: { name: `${found.first_name} ${found.last_name}`.trim(), address: found.address },
    subject: subject.text,
    text: body.text,
    date: job.due,
    references: payload.references,
    unsubscribeId: job.id,
  });

  const accepted = await handOver(deps, job, message);
  await file(deps, job, found.account_address, message);
  await job.run('oltp', (tx) => contactLead.run(tx, { tenant_id: tenantId, id: payload.leadId }));
  await deps.counting.soon(tenantId);
  return accepted;
}

/** Once, whatever happens to this process; what the server said is kept beside the job. */
async function handOver({ outgoing }: SendDeps, job: Job<SendStep>, message: OutgoingMessage): Promise<Accepted> {
  const { payload } = job;
  const keep = (answer: Partial<Accepted>) =>
    job.run('queue', (tx) =>
      putSendingDetails.run(tx, {
        tenant_id: job.tenantId,
        job_id: job.id,
        campaign_id: payload.campaignId,
        campaign_lead_id: payload.enrolmentId,
        email_account_id: payload.accountId,
        message_id: message.messageId,
        recipient_domain: payload.recipientDomain,
        smtp_code: answer.code ?? null,
        smtp_response: answer.response ?? null,
      }),
    );
  try {
    const accepted = await job.external('smtp', () => outgoing.send(message), {
      verify: () => outgoing.verify(message.messageId),
      // A connection that was lost behind the message's last byte may have been in time or not.
      isUnknown: (error) => !isRefusal(error),
    });
    await keep(accepted);
    return accepted;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await keep({ code: error.responseCode, response: error.message });
    const isPermanent = error.responseCode >= firstPermanentCode && error.responseCode <= lastPermanentCode;
    throw isPermanent ? Object.assign(error, { verdict: 'dead' }) : error;
  }
}

/** Puts what was sent among the tenant's mail, in its conversation. A second run finds it there. */
async function file({ connect, content }: SendDeps, job: Job<SendStep>, accountAddress: string, message: OutgoingMessage): Promise<void> {
  const { tenantId, payload } = job;
  const collector = receive();
  await collector.add(message.raw);
  await using received = await collector.finish();
  const entry = {
    message: received,
    file: undefined,
    start: 0,
    end: received.sizeBytes,
    position: { offsetBytes: 0, lastFile: undefined },
    dated: job.due,
  };
  const candidate = readCandidate(entry, job.due);
  if ('reason' in candidate) throw new Error(`a message of ours cannot be read: ${candidate.detail}`);
  await connect.transaction({ tier: 'content', as: { tenantId }, tag: 'mail.file', signal: job.signal }, async (tx) => {
    const run = { id: job.id, tenantId, accountId: payload.accountId, accountAddress };
    await storeFresh(tx, content, run, [{ ...candidate, id: job.id, rawObjectId: undefined }]);
    await markSentMessage.run(tx, {
      tenant_id: tenantId,
      raw_sha256: received.sha256,
      campaign_id: payload.campaignId,
      campaign_step_id: payload.stepId,
      lead_id: payload.leadId,
      queued: job.due,
    });
  });
}
