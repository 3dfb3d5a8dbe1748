import type { Connect } from 'plinth/connect';
import type { Job, JobKind, Queue } from 'plinth/queue';
import { mailErrors } from '../errors.ts';
import { warmUpLetter, warmUpMessages } from '../model/warm-up.ts';
import { jobIdFrom } from '../processing/job-ids.ts';
import { endWarmUp, findPair, listSendingAccounts, setWarmUp } from '../sql/queries/queries.gen.ts';
import { compose } from './compose.ts';
import { type DeliverDeps, deliver, sendingDetails } from './deliver.ts';
import { sendingLimits } from './limits.ts';
import { domainOf, messageIdOf } from './messages.ts';

/** One message between two mailboxes of a tenant. */
interface WarmUpMessage {
  readonly accountId: string;
  readonly toAccountId: string;
  readonly dailyLimit: number;
  readonly recipientDomain: string;
  readonly number: number;
}

export interface WarmUp {
  /** Begins, goes on or rests. @throws PLINTH_MAIL_UNKNOWN_ACCOUNT */
  set(tenantId: string, address: string, isOn: boolean): Promise<{ readonly address: string; readonly state: string }>;
}

const spreadMs = 8 * 3_600_000;
const dayMs = 86_400_000;

/**
 * New mailboxes are trusted little: each day they send some more messages than the day before, to the tenant's own other mailboxes, by the way
 * that campaigns take and within the same limits.
 */
export function openWarmUp(
  deps: DeliverDeps & { readonly connect: Connect; readonly queue: Queue; readonly domainPerMinute: number },
): WarmUp {
  const { connect, queue } = deps;
  const send = queue.define<WarmUpMessage>({
    name: 'mail.warm-up-message',
    queue: 'warmup',
    band: 'low',
    maxAttempts: 5,
    limits: (payload) => sendingLimits(payload, deps.domainPerMinute),
    details: sendingDetails,
    handler: (job) => sendOne(deps, job),
  });
  queue.define<object>({ name: 'mail.warm-up', queue: 'warmup', handler: (job) => planDay(queue, send, job) });
  return {
    set: (tenantId, address, isOn) =>
      connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'mail.warm-up' }, async (tx) => {
        const [row] = await setWarmUp.all(tx, { tenant_id: tenantId, address, state: isOn ? 'warming' : 'paused' });
        if (!row) throw mailErrors.UNKNOWN_ACCOUNT({ address });
        return row;
      }),
  };
}

/** The day's messages of each mailbox, spread over eight hours. Their ids follow from this job's: run again, it enqueues the same ones. */
async function planDay(queue: Queue, send: JobKind<WarmUpMessage>, job: Job<object>): Promise<unknown> {
  const { tenantId } = job;
  const accounts = await job.run('oltp', (tx) => listSendingAccounts.all(tx, { tenant_id: tenantId }));
  let planned = 0;
  for (const account of accounts) {
    if (account.warmup_state !== 'warming' || !account.warmup_started) continue;
    const others = accounts.filter(({ id }) => id !== account.id);
    const count = warmUpMessages(Math.floor((job.due.getTime() - account.warmup_started.getTime()) / dayMs), account.daily_limit);
    if (count === undefined) await job.run('oltp', (tx) => endWarmUp.run(tx, { tenant_id: tenantId, id: account.id }));
    else if (others.length === 0) job.log.warn('a mailbox has no other one of its tenant to write to', { accountId: account.id });
    else {
      const items = Array.from({ length: count }, (_, number) => {
        const to = others[number % others.length] as (typeof others)[number];
        return {
          id: jobIdFrom(job.id, `${account.id} ${number}`),
          tenantId,
          due: new Date(job.due.getTime() + (spreadMs / count) * number),
          payload: {
            ...{ accountId: account.id, toAccountId: to.id, dailyLimit: account.daily_limit },
            ...{ recipientDomain: domainOf(to.address), number },
          },
        };
      });
      await queue.enqueueMany(send, items);
      planned += count;
    }
  }
  return { planned };
}

async function sendOne(deps: DeliverDeps, job: Job<WarmUpMessage>): Promise<unknown> {
  const { tenantId, payload } = job;
  const pair = await job.run('oltp', (tx) =>
    findPair.first(tx, { tenant_id: tenantId, from_id: payload.accountId, to_id: payload.toAccountId }),
  );
  if (pair?.warmup_state !== 'warming') return { skipped: `the mailbox is ${pair?.warmup_state ?? 'gone'}` };
  const { subject, text } = warmUpLetter(payload.number);
  const message = await compose({
    messageId: messageIdOf(job.id, pair.from_address),
    from: { name: pair.from_name, address: pair.from_address },
    to: { name: pair.to_name, address: pair.to_address },
    ...{ subject, text, date: job.due, references: [] },
  });
  return deliver(deps, job, {
    ...{ id: job.id, tenantId, queued: job.due, message },
    ...{ accountId: payload.accountId, accountAddress: pair.from_address, recipientDomain: payload.recipientDomain },
  });
}
