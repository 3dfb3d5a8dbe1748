import type { Connect } from 'plinth/connect';
import type { Content } from 'plinth/content';
import type { Job, JobKind, Queue } from 'plinth/queue';
import { referenceKey } from '../model/envelope.ts';
import { type Reading, readMessage } from '../model/reading.ts';
import {
  endEnrolments,
  findAnswered,
  findLeadByAddress,
  findReceived,
  markAnswered,
  markLead,
  putKind,
} from '../sql/queries/queries.gen.ts';
import type { Counting } from './counting.ts';

export interface ClassifyDeps {
  readonly connect: Connect;
  readonly content: Content;
  readonly queue: Queue;
  readonly counting: Counting;
}

export interface Classify {
  readonly messageId: string;
}

/** What becomes of the message that another one is about. */
const markOf = {
  letter: 'replied',
  bounce: 'bounced',
  complaint: 'complained',
  unsubscribe: 'unsubscribed',
  automatic: undefined,
} as const;
type Mark = NonNullable<(typeof markOf)[Reading['kind']]>;

// Reports and the first lines of a letter stand in there; an attachment behind them says nothing.
const readBytes = 256 * 1024;

/** The kind of job that looks at a received message: what it is, and what it means for campaigns and leads. */
export function openClassifying(deps: ClassifyDeps): JobKind<Classify> {
  return deps.queue.define<Classify>({
    name: 'mail.classify',
    queue: 'email-processing',
    details: 'queue.job_content_details',
    handler: (job) => classify(deps, job),
  });
}

/**
 * Everything it writes is the same again when it runs again, and what it finds out is on the message last: a message with a kind has been
 * dealt with.
 */
async function classify({ content, counting }: ClassifyDeps, job: Job<Classify>): Promise<unknown> {
  const { tenantId, payload } = job;
  const found = await job.run('content', (tx) => findReceived.first(tx, { tenant_id: tenantId, id: payload.messageId }));
  if (found?.direction !== 'inbound') return { skipped: found ? 'the tenant wrote it' : 'the message is gone' };
  const end = Math.min(readBytes, found.raw_bytes);
  const bytes = await Array.fromAsync(content.get({ tenantId }, found.object_id, { start: 0, end }));
  const reading = readMessage(Buffer.concat(bytes));

  const isAboutOurs = reading.about.length > 0 || reading.aboutId !== undefined;
  const answered = isAboutOurs
    ? await job.run('content', (tx) =>
        findAnswered.first(tx, {
          tenant_id: tenantId,
          id: reading.aboutId ?? null,
          message_ids: reading.about,
          keys: reading.about.map(referenceKey),
        }),
      )
    : undefined;
  const mark = markOf[reading.kind];
  if (mark) {
    await markLeads(job, mark, { reading, fromAddress: found.from_address }, answered);
    if (answered) {
      await job.run('content', (tx) => markAnswered.run(tx, { tenant_id: tenantId, id: answered.id, mark, at: found.dated }));
      await counting.soon(tenantId);
    }
  }
  const kind = reading.kind === 'letter' && answered ? 'reply' : reading.kind;
  await job.run('content', (tx) => putKind.run(tx, { tenant_id: tenantId, id: found.id, kind }));
  await job.details({ content_id: found.object_id, operation: 'classify', bytes_before: end });
  return { kind, ...(answered && { answers: answered.id }) };
}

/**
 * Who cannot be reached is known by the report, who wants no mail by the message that was answered, else by who asked. A letter that answers
 * nothing of ours says nothing about a lead, nor does a bounce that is not for good.
 */
async function markLeads(
  job: Job<Classify>,
  mark: Mark,
  { reading, fromAddress }: { readonly reading: Reading; readonly fromAddress: string },
  answered: { readonly campaign_id: string | null; readonly lead_id: string | null } | undefined,
): Promise<void> {
  const { tenantId } = job;
  await job.run('oltp', async (tx) => {
    const leads = new Set<string>();
    const addresses = mark === 'bounced' ? reading.unreachable : mark === 'unsubscribed' && !answered ? [fromAddress] : [];
    for (const address of addresses) {
      const lead = await findLeadByAddress.first(tx, { tenant_id: tenantId, address });
      if (lead) leads.add(lead.id);
    }
    if (answered?.lead_id && (mark !== 'bounced' || addresses.length > 0)) leads.add(answered.lead_id);
    for (const lead of leads) {
      await markLead.run(tx, { tenant_id: tenantId, id: lead, mark });
      await endEnrolments.run(tx, { tenant_id: tenantId, lead_id: lead, mark, campaign_id: answered?.campaign_id ?? null });
    }
  });
}
