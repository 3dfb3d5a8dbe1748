import { idFor, type Random, randomFor } from './random.ts';
import { campaignNames, companyForms, companyWords, firstNames, lastNames, steps, tenantNames, titles } from './words.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Everything that decides what a tenant's demo data are; each row follows from it and its number. */
export interface Plan {
  readonly seed: number;
  readonly slug: string;
  readonly name: string;
  readonly domain: string;
  /** The end of the story: nothing happens later. */
  readonly until: Date;
  readonly companies: number;
  readonly leads: number;
  readonly accounts: number;
}

/** Numbers that keep ids of one time apart. */
export const kinds = {
  company: 1,
  account: 2,
  domain: 3,
  lead: 4,
  campaign: 5,
  step: 6,
  enrolment: 7,
  message: 8,
  thread: 9,
  body: 10,
  plan: 11,
} as const;

export function planTenant(index: number, request: { seed: number; scale: number; until: Date; prefix: string }): Plan {
  const round = Math.floor(index / tenantNames.length);
  const name = `${tenantNames[index % tenantNames.length]}${round > 0 ? ` ${round + 1}` : ''}`;
  const slug = `${request.prefix}${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  return {
    seed: request.seed + index,
    slug,
    name,
    domain: `${slug}.example`,
    until: request.until,
    companies: Math.max(5, Math.round(40 * request.scale)),
    leads: Math.max(25, Math.round(400 * request.scale)),
    accounts: 3,
  };
}

/** The id of row `number`; campaigns, steps and the like lie at the beginning of the story, in order. */
export function rowId(plan: Plan, kind: keyof typeof kinds, number: number): string {
  return idFor(plan.until.getTime() - 200 * dayMs + Math.floor(number / 1000), kinds[kind], number);
}

export const campaignCount = campaignNames.length;
export const stepNumber = (campaign: number, position: number) => campaign * steps.length + position;

/** The last campaign still runs; the ones before ended one after the other. */
export function campaignStart(plan: Plan, campaign: number): Date {
  return new Date(plan.until.getTime() - (14 + (campaignCount - 1 - campaign) * 25) * dayMs);
}

interface Company {
  readonly name: string;
  readonly domain: string;
}

// Every lead asks for its company's domain: the one thing worth remembering.
const companies = new WeakMap<Plan, Company[]>();

export function company(plan: Plan, number: number): Company {
  const known = companies.get(plan) ?? [];
  companies.set(plan, known);
  known[number] ??= makeCompany(plan, number);
  return known[number];
}

function makeCompany(plan: Plan, number: number): Company {
  const random = randomFor(plan.seed, 'company', number);
  // Names repeat beyond some dozens; a number keeps them apart, as it does in life.
  const name = `${random.pick(companyWords)} ${random.pick(companyForms)} ${number < 12 ? 'ABCDEFGHIJKL'[number] : number}`;
  return { name, domain: `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example` };
}

export interface Lead {
  readonly id: string;
  readonly companyNumber: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly address: string;
  readonly title: string;
}

export function lead(plan: Plan, number: number): Lead {
  const random = randomFor(plan.seed, 'lead', number);
  const companyNumber = random.below(plan.companies);
  const firstName = random.pick(firstNames);
  const lastName = random.pick(lastNames);
  const address = `${firstName}.${lastName}.${number}@${company(plan, companyNumber).domain}`.toLowerCase();
  return { id: rowId(plan, 'lead', number), companyNumber, firstName, lastName, address, title: random.pick(titles) };
}

export function account(plan: Plan, number: number) {
  const random = randomFor(plan.seed, 'account', number);
  const firstName = random.pick(firstNames);
  return {
    id: rowId(plan, 'account', number),
    address: `${firstName}${number}@${plan.domain}`.toLowerCase(),
    name: `${firstName} from ${plan.name}`,
  };
}

/** The people of a tenant, one for each role. */
export function members(plan: Plan) {
  const random = randomFor(plan.seed, 'members');
  const first = random.below(firstNames.length);
  return (['owner', 'admin', 'member'] as const).map((role, index) => {
    const firstName = firstNames[(first + index) % firstNames.length] as string;
    const lastName = random.pick(lastNames);
    return { role, name: `${firstName} ${lastName}`, email: `${firstName}.${lastName}@${plan.domain}`.toLowerCase() };
  });
}

/** One message to a lead and what became of it. */
export interface Sending {
  readonly id: string;
  readonly messageId: string;
  readonly position: number;
  readonly sent: Date;
  readonly delivered?: Date;
  readonly opened?: Date;
  readonly clicked?: Date;
  readonly replied?: Date;
  readonly bounced?: Date;
  readonly complained?: Date;
  readonly unsubscribed?: Date;
}

/** A lead's way through its campaign. */
export interface Journey {
  readonly lead: Lead;
  readonly campaign: number;
  readonly account: number;
  readonly threadId: string;
  readonly enrolled: Date;
  readonly sendings: readonly Sending[];
  readonly end: 'active' | 'finished' | 'replied' | 'bounced' | 'unsubscribed';
}

export function journey(plan: Plan, number: number): Journey {
  const random = randomFor(plan.seed, 'journey', number);
  const campaign = number % campaignCount;
  const appeal = 0.7 + 0.15 * campaign;
  const enrolled = workingHour(new Date(campaignStart(plan, campaign).getTime() + random.below(12) * dayMs), random);
  const sendings: Sending[] = [];
  let end: Journey['end'] = 'active';
  let at = enrolled;
  for (let position = 0; position < steps.length && at <= plan.until; position++) {
    const sending = send(plan, number, position, at, appeal, random);
    sendings.push(sending);
    if (sending.bounced) end = 'bounced';
    else if (sending.unsubscribed || sending.complained) end = 'unsubscribed';
    else if (sending.replied) end = 'replied';
    else if (position === steps.length - 1) end = 'finished';
    if (end !== 'active') break;
    at = workingHour(new Date(at.getTime() + (3 + 2 * position) * dayMs), random);
  }
  return {
    lead: lead(plan, number),
    campaign,
    account: campaign % plan.accounts,
    threadId: rowId(plan, 'thread', number),
    enrolled,
    sendings,
    end,
  };
}

function send(plan: Plan, number: number, position: number, sent: Date, appeal: number, random: Random): Sending {
  const id = idFor(sent.getTime(), kinds.message, number * steps.length + position);
  const base = { id, messageId: `${id}@${plan.domain}`, position, sent };
  const after = (date: Date, medianMs: number) => new Date(date.getTime() + 1000 + Math.floor(random.delayMs(medianMs)));
  const known = (date: Date | undefined) => (date && date <= plan.until ? date : undefined);
  if (position === 0 && random.chance(0.03)) return withKnown(base, { bounced: known(after(sent, 20_000)) });
  const delivered = after(sent, 4_000);
  const isOpened = random.chance(0.42 * appeal);
  const opened = isOpened ? after(delivered, 3 * hourMs) : undefined;
  const clicked = opened && random.chance(0.18) ? after(opened, 60_000) : undefined;
  const replied = opened && random.chance(0.14) ? after(opened, 2 * hourMs) : undefined;
  const unsubscribed = opened && !replied && random.chance(0.012) ? after(opened, 120_000) : undefined;
  const complained = opened && !replied && !unsubscribed && random.chance(0.003) ? after(opened, 300_000) : undefined;
  return withKnown(base, {
    delivered: known(delivered),
    opened: known(opened),
    clicked: known(clicked),
    replied: known(replied),
    unsubscribed: known(unsubscribed),
    complained: known(complained),
  });
}

function withKnown(base: Pick<Sending, 'id' | 'messageId' | 'position' | 'sent'>, reached: Record<string, Date | undefined>): Sending {
  return { ...base, ...Object.fromEntries(Object.entries(reached).filter(([, date]) => date !== undefined)) };
}

// Campaign mail goes out on working days, mostly before noon.
const hours = [7, 8, 8, 9, 9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 16, 17];

function workingHour(date: Date, random: Random): Date {
  const day = new Date(date);
  day.setUTCHours(random.pick(hours), random.below(60), random.below(60), random.below(1000));
  const weekday = day.getUTCDay();
  return new Date(day.getTime() + (weekday === 6 ? 2 : weekday === 0 ? 1 : 0) * dayMs);
}

/** Fills in a template's placeholders. */
export function render(template: string, { firstName }: Pick<Lead, 'firstName'>): string {
  return template.replaceAll('{{first_name}}', firstName);
}
