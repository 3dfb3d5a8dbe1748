import { referenceKey, showMailbox } from '../model/envelope.ts';
import { readSubject } from '../model/subject.ts';
import type { Cell } from './copy.ts';
import {
  account,
  campaignCount,
  campaignStart,
  company,
  type Journey,
  journey,
  type Plan,
  render,
  rowId,
  type Sending,
  stepNumber,
} from './plan.ts';
import { randomFor } from './random.ts';
import { campaignNames, countries, industries, steps } from './words.ts';

/** A table's rows of a plan, made while they are written. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  rows(plan: Plan): Iterable<Cell[]>;
}

const numbers = function* (count: number) {
  for (let number = 0; number < count; number++) yield number;
};
const day = 86_400_000;
const from = (plan: Plan, days: number) => new Date(plan.until.getTime() - days * day);

export const oltpTables: readonly TableRows[] = [
  {
    table: 'oltp.companies',
    columns: ['id', 'name', 'website', 'industry', 'employee_count', 'country', 'created', 'updated'],
    *rows(plan) {
      for (const number of numbers(plan.companies)) {
        const { name, domain } = company(plan, number);
        const random = randomFor(plan.seed, 'company details', number);
        const created = from(plan, 150);
        yield [
          rowId(plan, 'company', number),
          name,
          `https://${domain}`,
          random.pick(industries),
          5 + Math.floor(random.delayMs(60)),
          random.pick(countries),
          created,
          created,
        ];
      }
    },
  },
  {
    table: 'oltp.domains',
    columns: ['id', 'name', 'state', 'verification_token', 'spf', 'dkim', 'dmarc', 'created', 'verified'],
    *rows(plan) {
      yield [
        rowId(plan, 'domain', 0),
        plan.domain,
        'verified',
        'plinth-7f3a',
        'pass',
        'pass',
        'quarantine',
        from(plan, 180),
        from(plan, 179),
      ];
      yield [
        rowId(plan, 'domain', 1),
        `mail.${plan.domain}`,
        'pending',
        'plinth-91bc',
        'unknown',
        'unknown',
        'unknown',
        from(plan, 4),
        null,
      ];
    },
  },
  {
    table: 'oltp.email_accounts',
    columns: [
      'id',
      'domain_id',
      'address',
      'display_name',
      'provider',
      'daily_limit',
      'warmup_state',
      'warmup_started',
      'created',
      'updated',
    ],
    *rows(plan) {
      for (const number of numbers(plan.accounts)) {
        const { id, address, name } = account(plan, number);
        const state = number === plan.accounts - 1 ? 'warming' : 'warm';
        yield [
          id,
          rowId(plan, 'domain', 0),
          address,
          name,
          'smtp',
          60 - 10 * number,
          state,
          from(plan, 170),
          from(plan, 175),
          from(plan, 170),
        ];
      }
    },
  },
  {
    table: 'oltp.leads',
    columns: ['id', 'company_id', 'address', 'first_name', 'last_name', 'title', 'status', 'consent', 'custom', 'created', 'updated'],
    *rows(plan) {
      const status = {
        active: 'contacted',
        finished: 'contacted',
        replied: 'replied',
        bounced: 'bounced',
        unsubscribed: 'unsubscribed',
      } as const;
      for (const number of numbers(plan.leads)) {
        const { enrolled, end, lead: who } = journey(plan, number);
        const random = randomFor(plan.seed, 'custom', number);
        const custom = JSON.stringify({ source: random.pick(['fair', 'website', 'referral']), priority: 1 + random.below(3) });
        const consent = end === 'unsubscribed' ? 'opted_out' : random.pick(['legitimate_interest', 'opted_in']);
        const names = [who.firstName, who.lastName, who.title];
        yield [
          who.id,
          rowId(plan, 'company', who.companyNumber),
          who.address,
          ...names,
          status[end],
          consent,
          custom,
          from(plan, 150),
          enrolled,
        ];
      }
    },
  },
  {
    table: 'oltp.campaigns',
    columns: ['id', 'email_account_id', 'name', 'description', 'status', 'created', 'updated', 'scheduled', 'started', 'completed'],
    *rows(plan) {
      for (const number of numbers(campaignCount)) {
        const start = campaignStart(plan, number);
        const isRunning = number === campaignCount - 1;
        const completed = isRunning ? null : new Date(start.getTime() + 24 * day);
        const text = [campaignNames[number], 'Three notes to companies we have not met yet.'];
        const created = new Date(start.getTime() - 2 * day);
        yield [
          rowId(plan, 'campaign', number),
          account(plan, number % plan.accounts).id,
          ...text,
          isRunning ? 'running' : 'completed',
          created,
          start,
          start,
          start,
          completed,
        ];
      }
      const draft = ['Winter ideas', 'Still being written.', 'draft'];
      yield [rowId(plan, 'campaign', campaignCount), null, ...draft, from(plan, 3), from(plan, 1), null, null, null];
    },
  },
  {
    table: 'oltp.campaign_steps',
    columns: ['id', 'campaign_id', 'position', 'delay_hours', 'subject', 'body_template'],
    *rows(plan) {
      for (const campaign of numbers(campaignCount)) {
        for (const [position, step] of steps.entries()) {
          const delay = position === 0 ? 0 : 24 * (1 + 2 * position);
          yield [
            rowId(plan, 'step', stepNumber(campaign, position)),
            rowId(plan, 'campaign', campaign),
            position + 1,
            delay,
            step.subject,
            step.body,
          ];
        }
      }
    },
  },
  {
    table: 'oltp.campaign_leads',
    columns: ['id', 'campaign_id', 'lead_id', 'next_step_id', 'state', 'enrolled', 'next_run', 'finished'],
    *rows(plan) {
      for (const number of numbers(plan.leads)) {
        const { campaign, lead: who, end, enrolled, sendings } = journey(plan, number);
        const last = sendings.at(-1);
        const isActive = end === 'active';
        const next = isActive ? rowId(plan, 'step', stepNumber(campaign, sendings.length)) : null;
        const due = isActive ? new Date(Math.max(plan.until.getTime(), (last?.sent ?? enrolled).getTime() + 3 * day)) : null;
        const ended = isActive ? null : (last?.replied ?? last?.bounced ?? last?.unsubscribed ?? last?.sent);
        yield [rowId(plan, 'enrolment', number), rowId(plan, 'campaign', campaign), who.id, next, end, enrolled, due, ended];
      }
    },
  },
];

const score = (s: Sending) => (s.replied ? 100 : s.clicked ? 50 : s.opened ? 20 : 0);
const status = (s: Sending) =>
  (['complained', 'unsubscribed', 'replied', 'clicked', 'opened', 'bounced', 'delivered'] as const).find((reached) => s[reached]) ?? 'sent';

function* journeys(plan: Plan): Generator<Journey> {
  for (const number of numbers(plan.leads)) {
    const found = journey(plan, number);
    if (found.sendings.length > 0) yield found;
  }
}

export const contentTables: readonly TableRows[] = [
  {
    table: 'content.email_threads',
    columns: ['id', 'subject', 'subject_key', 'last', 'message_count'],
    *rows(plan) {
      for (const { threadId, lead: who, sendings } of journeys(plan)) {
        const subject = readSubject(render(steps[0]?.subject ?? '', who));
        yield [threadId, subject.base, subject.key, sendings.at(-1)?.sent, sendings.length];
      }
    },
  },
  {
    table: 'content.email_references',
    columns: ['id', 'thread_id'],
    *rows(plan) {
      for (const { threadId, sendings } of journeys(plan)) for (const { messageId } of sendings) yield [referenceKey(messageId), threadId];
    },
  },
  {
    table: 'content.email_messages',
    columns: [
      ...[
        'id',
        'thread_id',
        'direction',
        'message_id',
        'in_reply_to',
        'from_address',
        'from_name',
        'to_addresses',
        'subject',
        'content_type',
        'status',
      ],
      ...[
        'engagement_score',
        'content_id',
        'campaign_id',
        'campaign_step_id',
        'email_account_id',
        'lead_id',
        'created',
        'queued',
        'sent',
        'delivered',
      ],
      ...['opened', 'clicked', 'replied', 'bounced', 'complained', 'unsubscribed'],
    ],
    *rows(plan) {
      const senders = [...numbers(plan.accounts)].map((number) => account(plan, number));
      for (const { threadId, lead: who, campaign, account: sender, sendings } of journeys(plan)) {
        const { id: accountId, address, name } = senders[sender] as (typeof senders)[number];
        const to = [showMailbox({ name: `${who.firstName} ${who.lastName}`, address: who.address })];
        for (const [index, s] of sendings.entries()) {
          const step = stepNumber(campaign, s.position);
          const head = [
            s.id,
            threadId,
            'outbound',
            s.messageId,
            sendings[index - 1]?.messageId,
            address,
            name,
            to,
            render(steps[s.position]?.subject ?? '', who),
            'text/plain',
          ];
          const refs = [rowId(plan, 'body', step), rowId(plan, 'campaign', campaign), rowId(plan, 'step', step), accountId, who.id];
          yield [
            ...head,
            status(s),
            score(s),
            ...refs,
            s.sent,
            s.sent,
            s.sent,
            s.delivered,
            s.opened,
            s.clicked,
            s.replied,
            s.bounced,
            s.complained,
            s.unsubscribed,
          ];
        }
      }
    },
  },
];
