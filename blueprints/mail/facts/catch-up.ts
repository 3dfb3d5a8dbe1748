import { setTimeout as sleep } from 'node:timers/promises';
import type { Connect, Transaction } from 'plinth/connect';
import type { Partition } from 'plinth/partition';
import {
  countCampaigns,
  countLeads,
  countMailboxes,
  countSteps,
  findFacts,
  findPosition,
  putFacts,
  putPosition,
} from '../sql/queries/queries.gen.ts';
import type { EmailFact, FactFeed } from './fact-feed.ts';
import { monthsOf } from './months.ts';

/** Where a fact is counted. */
type Place = Pick<EmailFact, 'emailAccountId' | 'campaignId' | 'campaignStepId' | 'leadId' | 'occurred'>;

const pauseMs = 50;

/** What a call wrote. */
export interface CaughtUp {
  readonly facts: number;
  /** Rows that were counted anew. */
  readonly figures: number;
  /** The times that the facts are counted at. */
  readonly first: Date | undefined;
  readonly last: Date | undefined;
  /** Whether there is more that cannot be read yet. */
  readonly isComplete: boolean;
}

/**
 * Writes what a feed brings into the analytics until it brings nothing more. For what the feed cannot bring yet it waits up to `waitMs`; a
 * later call brings it otherwise.
 *
 * Facts, the figures they touch and the feed's position change in one transaction, and figures are counted anew from the
 * facts instead of being added to: stopped anywhere and repeated any number of times, the figures are the same.
 */
export async function catchUp(
  { connect, partition }: { readonly connect: Connect; readonly partition: Partition },
  feed: FactFeed,
  tenantId: string,
  { signal, waitMs = 0 }: { readonly signal?: AbortSignal | undefined; readonly waitMs?: number } = {},
): Promise<CaughtUp> {
  const makeMonths = monthsOf(partition);
  const latest = performance.now() + waitMs;
  let facts = 0;
  let figures = 0;
  let times: readonly number[] = [];
  for (;;) {
    const more = await connect.transaction(
      { tier: 'olap', as: { tenantId }, tag: 'mail.facts', priority: 'batch', deadlineMs: 120_000, ...(signal && { signal }) },
      async (tx) => {
        const kept = await findPosition.first(tx, { tenant_id: tenantId, feed: feed.name });
        const next = await feed.read(tenantId, kept?.position, signal);
        if (!next || next === 'later') return next;
        const counted = await writeFacts(tx, tenantId, next.facts, makeMonths);
        await putPosition.run(tx, { tenant_id: tenantId, feed: feed.name, position: next.position });
        return { figures: counted, times: next.facts.map(({ occurred }) => occurred.getTime()) };
      },
    );
    if (typeof more === 'object') {
      facts += more.times.length;
      figures += more.figures;
      times = [Math.min(...times, ...more.times), Math.max(...times, ...more.times)];
    } else if (more === undefined || performance.now() >= latest) {
      const [first, last] = times.map((time) => new Date(time));
      return { facts, figures, first, last, isComplete: more === undefined };
    } else await sleep(pauseMs, undefined, { ...(signal && { signal }) });
  }
}

async function writeFacts(
  tx: Transaction,
  tenantId: string,
  facts: readonly EmailFact[],
  makeMonths: (places: readonly Place[]) => Promise<void>,
): Promise<number> {
  // A message that moved is missing from where it was counted before, so those places are counted again as well.
  const before = await findFacts.all(tx, { tenant_id: tenantId, ids: facts.map((fact) => fact.id) });
  const rows = facts.map((fact) => ({
    id: fact.id,
    direction: fact.direction,
    email_account_id: fact.emailAccountId,
    campaign_id: fact.campaignId,
    campaign_step_id: fact.campaignStepId,
    lead_id: fact.leadId,
    occurred: fact.occurred,
    sent: fact.sent,
    delivered: fact.delivered,
    opened: fact.opened,
    clicked: fact.clicked,
    replied: fact.replied,
    bounced: fact.bounced,
    complained: fact.complained,
    unsubscribed: fact.unsubscribed,
  }));
  const earlier = before.map((row) => ({
    emailAccountId: row.email_account_id,
    campaignId: row.campaign_id,
    campaignStepId: row.campaign_step_id,
    leadId: row.lead_id,
    occurred: row.occurred,
  }));
  const places: readonly Place[] = [...earlier, ...facts];
  // Before anything is written: partitions are made on another connection, and must not wait for this one.
  await makeMonths(places);
  await putFacts.run(tx, { tenant_id: tenantId, rows: JSON.stringify(rows) });
  return countAnew(tx, tenantId, places);
}

async function countAnew(tx: Transaction, tenantId: string, places: readonly Place[]): Promise<number> {
  const days = distinct(places, (p) => p.emailAccountId && [p.emailAccountId, p.occurred.toISOString().slice(0, 10)]);
  const hours = distinct(places, (p) => p.campaignId && [p.campaignId, `${p.occurred.toISOString().slice(0, 13)}:00:00Z`]);
  const steps = distinct(places, (p) => p.campaignId && p.campaignStepId && [p.campaignId, p.campaignStepId]);
  const leads = distinct(places, (p) => p.leadId && [p.leadId]);
  const first = (keys: string[][]) => keys.map(([key]) => key as string);
  const second = (keys: string[][]) => keys.map(([, key]) => key as string);
  if (days.length > 0) await countMailboxes.run(tx, { tenant_id: tenantId, account_ids: first(days), days: second(days) });
  if (hours.length > 0) {
    await countCampaigns.run(tx, { tenant_id: tenantId, campaign_ids: first(hours), hours: second(hours).map((hour) => new Date(hour)) });
  }
  if (steps.length > 0) await countSteps.run(tx, { tenant_id: tenantId, campaign_ids: first(steps), step_ids: second(steps) });
  if (leads.length > 0) await countLeads.run(tx, { tenant_id: tenantId, lead_ids: first(leads) });
  return days.length + hours.length + steps.length + leads.length;
}

/** The different keys of places that have one, in an order that does not depend on theirs. */
function distinct(places: readonly Place[], keyOf: (place: Place) => readonly string[] | null | '' | undefined): string[][] {
  const keys = new Set(places.flatMap((place) => keyOf(place)?.toString() ?? []).filter((key) => key !== ''));
  return [...keys].sort().map((key) => key.split(','));
}
