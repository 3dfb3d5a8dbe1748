import type { Job } from 'plinth/queue';
import { render } from '../model/template.ts';
import { compose } from './compose.ts';
import { type DeliverDeps, deliver } from './deliver.ts';
import type { SendStep } from './messages.ts';

const pausedCheckMs = 10 * 60_000;

/**
 * Sends one message of a campaign: composed from the rows as they are now, handed over once, filed with the tenant's mail.
 * Who does not want to be written to any more, or whose campaign was ended, gets nothing; a paused campaign is looked at again later.
 */
export async function sendStep(deps: DeliverDeps, job: Job<SendStep>): Promise<unknown> {
  const { tenantId, payload } = job;
  const found = await deps.records.find(tenantId, payload);
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
  const accepted = await deliver(deps, job, {
    ...{ id: job.id, tenantId, queued: job.due, message },
    ...{ accountId: payload.accountId, accountAddress: found.account_address, recipientDomain: payload.recipientDomain },
    place: payload,
  });
  await deps.records.contacted(tenantId, payload.leadId);
  return accepted;
}
