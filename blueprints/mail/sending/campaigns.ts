import type { Connect } from 'plinth/connect';
import { isUuid } from 'plinth/kernel';
import type { Job, JobKind, Queue } from 'plinth/queue';
import { mailErrors } from '../errors.ts';
import {
  completeCampaign,
  countEnrolments,
  dropUnwanted,
  enrolFirstSteps,
  findCampaign,
  listCampaigns,
  moveOn,
  pauseCampaign,
  startCampaign,
  takeDue,
} from '../sql/queries/queries.gen.ts';
import { type DeliverDeps, sendingDetails } from './deliver.ts';
import { sendingLimits } from './limits.ts';
import { domainOf, messageIdOf, type SendStep } from './messages.ts';
import { sendStep } from './send-step.ts';

export interface CampaignDeps extends DeliverDeps {
  readonly connect: Connect;
  readonly queue: Queue;
  /** Most messages to one domain in a minute, of all tenants. */
  readonly domainPerMinute: number;
}

/** Sending campaigns: enrolments that are due become jobs, one for each message. */
export interface Campaigns {
  /** In the order in which they were made. */
  list(tenantId: string): Promise<readonly ListedCampaign[]>;
  /** Begins or goes on. @throws PLINTH_MAIL_UNKNOWN_CAMPAIGN, PLINTH_MAIL_NO_ACCOUNT */
  start(tenantId: string, campaignId: string): Promise<CampaignState>;
  /** What was handed over already is sent; nothing else until it is started again. @throws PLINTH_MAIL_UNKNOWN_CAMPAIGN */
  pause(tenantId: string, campaignId: string): Promise<CampaignState>;
}

export interface CampaignState {
  readonly name: string;
  readonly status: string;
  /** Leads that something is still to be sent to. */
  readonly openCount: number;
  readonly leadCount: number;
  /** Null when nothing is planned. */
  readonly nextRun: Date | null;
}

export interface ListedCampaign extends CampaignState {
  readonly id: string;
  readonly accountAddress: string | null;
}

const batchSize = 500;
/** How long nothing is looked at where the next message is far off; somebody may change the plan. */
const longestWaitMs = 60 * 60_000;

interface Advance {
  readonly campaignId: string;
}

export function openCampaigns(deps: CampaignDeps): Campaigns {
  const { connect, queue, domainPerMinute } = deps;
  const send = queue.define<SendStep>({
    name: 'mail.send',
    queue: 'email-sending',
    maxAttempts: 12,
    limits: (payload) => sendingLimits(payload, domainPerMinute),
    details: sendingDetails,
    handler: (job) => sendStep(deps, job),
  });
  const advance: JobKind<Advance> = queue.define<Advance>({
    name: 'mail.advance-campaign',
    queue: 'email-processing',
    unique: { until: 'started' },
    handler: (job) => advanceCampaign(job),
  });

  async function advanceCampaign(job: Job<Advance>): Promise<unknown> {
    const { tenantId } = job;
    const { campaignId } = job.payload;
    const campaign = { tenant_id: tenantId, campaign_id: campaignId };
    const found = await job.run('oltp', (tx) => findCampaign.first(tx, { tenant_id: tenantId, id: campaignId }));
    if (found?.status !== 'running' || !found.email_account_id || found.account_address === null)
      return { skipped: `the campaign is ${found?.status ?? 'gone'}` };
    const account = { id: found.email_account_id, address: found.account_address, dailyLimit: found.daily_limit ?? 0 };

    const due = await job.run('oltp', async (tx) => {
      await enrolFirstSteps.run(tx, campaign);
      await dropUnwanted.run(tx, campaign);
      return takeDue.all(tx, { ...campaign, most: batchSize });
    });
    if (due.length > 0) {
      const items = due.map((one) => ({
        id: one.job_id,
        tenantId,
        payload: {
          campaignId,
          enrolmentId: one.id,
          stepId: one.step_id,
          leadId: one.lead_id,
          accountId: account.id,
          recipientDomain: domainOf(one.address),
          dailyLimit: account.dailyLimit,
          messageId: messageIdOf(one.job_id, account.address),
          references: one.message_ids,
        },
      }));
      await queue.enqueueMany(send, items);
      await job.run('oltp', (tx) =>
        moveOn.run(tx, {
          tenant_id: tenantId,
          ids: due.map((one) => one.id),
          job_ids: due.map((one) => one.job_id),
          message_ids: items.map((item) => item.payload.messageId),
        }),
      );
    }
    const { next_run } = await job.run('oltp', async (tx) => {
      await completeCampaign.run(tx, { tenant_id: tenantId, id: campaignId });
      return countEnrolments.one(tx, campaign);
    });
    if (next_run) {
      const waitMs = Math.min(longestWaitMs, Math.max(0, next_run.getTime() - Date.now()));
      await queue.enqueue(advance, { campaignId }, { tenantId, due: new Date(Date.now() + waitMs) });
    }
    return { enqueued: due.length };
  }

  const stateOf = (tenantId: string, campaignId: string): Promise<CampaignState> =>
    connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'mail.campaign', isReadOnly: true }, async (tx) => {
      const found = isUuid(campaignId) && (await findCampaign.first(tx, { tenant_id: tenantId, id: campaignId }));
      if (!found) throw mailErrors.UNKNOWN_CAMPAIGN({ campaignId });
      const counts = await countEnrolments.one(tx, { tenant_id: tenantId, campaign_id: campaignId });
      return { name: found.name, status: found.status, openCount: counts.open, leadCount: counts.all, nextRun: counts.next_run };
    });

  return {
    list: (tenantId) =>
      connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'mail.campaigns', isReadOnly: true }, async (tx) =>
        (await listCampaigns.all(tx, { tenant_id: tenantId })).map((row) => ({
          id: row.id,
          name: row.name,
          status: row.status,
          accountAddress: row.account_address,
          openCount: row.open,
          leadCount: row.leads,
          nextRun: row.next_run,
        })),
      ),
    async start(tenantId, campaignId) {
      await stateOf(tenantId, campaignId);
      await connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'mail.campaign' }, async (tx) => {
        const found = await findCampaign.one(tx, { tenant_id: tenantId, id: campaignId });
        if (!found.email_account_id || found.provider === 'imported') throw mailErrors.NO_ACCOUNT({ campaign: found.name });
        const started = await startCampaign.first(tx, { tenant_id: tenantId, id: campaignId });
        if (!started) throw mailErrors.CAMPAIGN_ENDED({ campaign: found.name, status: found.status });
      });
      await queue.enqueue(advance, { campaignId }, { tenantId });
      return stateOf(tenantId, campaignId);
    },
    async pause(tenantId, campaignId) {
      await stateOf(tenantId, campaignId);
      await connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'mail.campaign' }, (tx) =>
        pauseCampaign.run(tx, { tenant_id: tenantId, id: campaignId }),
      );
      return stateOf(tenantId, campaignId);
    },
  };
}
