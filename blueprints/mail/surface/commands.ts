import { basename } from 'node:path';
import { type CommandDescriptor, Type } from 'plinth/kernel';
import type { Tenancy } from 'plinth/tenancy';
import type { ImportProgress } from '../import/importer.ts';
import type { Mail } from '../mail.ts';

const count = (value: number) => value.toLocaleString('en');

/** `12,400 messages · 850/s · 43 % · 12 s left`; the share and what is left only where the size is known. */
export function progressLine(state: ImportProgress, elapsedMs: number): string {
  const perSecond = state.messages / (elapsedMs / 1000);
  const share = state.totalBytes ? state.readBytes / state.totalBytes : undefined;
  const leftS = share ? (elapsedMs / share - elapsedMs) / 1000 : undefined;
  return [
    `${count(state.messages)} messages`,
    `${count(Math.round(perSecond))}/s`,
    ...(share === undefined ? [] : [`${Math.round(share * 100)} %`]),
    ...(leftS === undefined ? [] : [`${leftS < 90 ? `${Math.ceil(leftS)} s` : `${Math.ceil(leftS / 60)} min`} left`]),
  ].join(' · ');
}

const importMailCommand: CommandDescriptor = {
  name: 'import mail',
  summary: 'import a mailbox into a tenant',
  description:
    'Reads an mbox file, a single message, a folder of .eml files, a maildir, or standard input (-); .gz and .zst as well.\n' +
    'Messages that are there already are skipped; broken ones are set aside with their reason and place and counted.\n' +
    'After an interruption --resume goes on behind what was stored. The source is never changed.\n' +
    'Example: plinth import mail archive.mbox.gz --tenant harbor-and-finch --account team@harbor-and-finch.example',
  needs: 'migrated',
  arguments: [{ name: 'source', meaning: 'mbox file, .eml file, folder, maildir, or - for standard input' }],
  flags: Type.Object({
    tenant: Type.String({ minLength: 1, description: 'slug or id of the tenant' }),
    account: Type.Optional(
      Type.String({ description: 'address of the mailbox the messages belong to; default: made from the name of the source' }),
    ),
    resume: Type.Boolean({ default: false, description: 'go on where an import of the same source was interrupted' }),
  }),
  async run({ args, flags, signal, progress, use }) {
    const path = args.source as string;
    const tenant = await use<Tenancy>('tenancy').find(flags.tenant as string);
    const started = performance.now();
    const summary = await use<Mail>('mail').import({
      path,
      tenantId: tenant.id,
      account: (flags.account as string | undefined) ?? accountFor(path, tenant.slug),
      resume: flags.resume as boolean,
      signal,
      onProgress: (state) => progress(progressLine(state, performance.now() - started)),
    });
    const seconds = (performance.now() - started) / 1000;
    return {
      data: { ...summary, seconds },
      text: [
        `${count(summary.read)} messages read: ${count(summary.imported)} imported, ${count(summary.duplicates)} there already, ${count(summary.quarantined)} set aside.`,
        ...(summary.quarantined > 0 ? ['Those set aside are in content.email_quarantines with their reason and place.'] : []),
        `${seconds.toFixed(1)} s.`,
      ].join('\n'),
    };
  },
};

// A mailbox file does not say whose it is; `.invalid` says that the address is made up.
function accountFor(path: string, slug: string): string {
  const name =
    path === '-'
      ? 'mailbox'
      : basename(path)
          .replace(/\.(mbox|eml|gz|zst)\b/g, '')
          .replace(/[^\w.-]+/g, '-');
  return `${name || 'mailbox'}@${slug}.invalid`;
}

const seedCommand: CommandDescriptor = {
  name: 'seed',
  summary: 'make tenants with demo mail',
  description:
    'Makes tenants with companies, leads, campaigns and the conversations that followed. The same seed gives the same data up to the day.\n' +
    'Tenants that have leads already are refused. Only reserved domains are used.',
  needs: 'migrated',
  flags: Type.Object({
    tenants: Type.Integer({ default: 3, minimum: 1, maximum: 1000, description: 'how many tenants' }),
    scale: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 10_000,
      description: 'size; 1 is 400 leads and about 1,000 messages each',
    }),
    seed: Type.Integer({ default: 1, minimum: 0, description: 'what the data follow from' }),
    prefix: Type.String({ default: '', pattern: '^[a-z0-9-]{0,20}$', description: 'put before the names of the tenants' }),
  }),
  async run({ flags, signal, progress, use }) {
    const { tenants, scale, seed, prefix } = flags as { tenants: number; scale: number; seed: number; prefix: string };
    const made = await use<Mail>('mail').seed({ tenants, scale, seed, prefix, signal, onProgress: progress });
    return {
      data: made,
      table: {
        columns: ['tenant', 'leads', 'sent', 'correspondence'],
        rows: made.tenants.map((tenant) => [tenant.slug, tenant.leads, tenant.sent, tenant.received]),
      },
    };
  },
};

const campaignFlags = Type.Object({ tenant: Type.String({ minLength: 1, description: 'slug or id of the tenant' }) });

const shown = (state: { readonly status: string; readonly openCount: number; readonly leadCount: number; readonly nextRun: Date | null }) =>
  `${state.status}, ${count(state.openCount)} of ${count(state.leadCount)} leads still to be written to` +
  `${state.nextRun ? `, the next at ${state.nextRun.toISOString()}` : ''}.`;

const listCampaignsCommand: CommandDescriptor = {
  name: 'mail campaigns',
  summary: 'campaigns of a tenant and how far they are',
  needs: 'migrated',
  flags: campaignFlags,
  async run({ flags, use }) {
    const tenant = await use<Tenancy>('tenancy').find(flags.tenant as string);
    const campaigns = await use<Mail>('mail').campaigns.list(tenant.id);
    return {
      data: campaigns,
      table: {
        columns: ['id', 'campaign', 'status', 'from', 'leads', 'open', 'next'],
        rows: campaigns.map((one) => [
          one.id,
          one.name,
          one.status,
          one.accountAddress ?? '–',
          one.leadCount,
          one.openCount,
          one.nextRun?.toISOString() ?? '–',
        ]),
      },
    };
  },
};

const startCampaignCommand: CommandDescriptor = {
  name: 'mail start',
  summary: 'begin or go on with sending a campaign',
  description:
    'Each message is a job of the queue email-sending; workers ("plinth up" or "plinth worker --pools email") hand it to the mail server.\n' +
    'Without --mail-smtp-url that is a sink, which delivers nothing. Daily limits of accounts and the pace per domain hold over all processes.',
  needs: 'migrated',
  arguments: [{ name: 'campaign', meaning: 'id of the campaign, see plinth mail campaigns' }],
  flags: campaignFlags,
  async run({ args, flags, use }) {
    const tenant = await use<Tenancy>('tenancy').find(flags.tenant as string);
    const state = await use<Mail>('mail').campaigns.start(tenant.id, args.campaign as string);
    return { data: state, text: `${state.name}: ${shown(state)}` };
  },
};

const pauseCampaignCommand: CommandDescriptor = {
  name: 'mail pause',
  summary: 'stop sending a campaign until it is started again',
  needs: 'migrated',
  arguments: [{ name: 'campaign', meaning: 'id of the campaign, see plinth mail campaigns' }],
  flags: campaignFlags,
  async run({ args, flags, use }) {
    const tenant = await use<Tenancy>('tenancy').find(flags.tenant as string);
    const state = await use<Mail>('mail').campaigns.pause(tenant.id, args.campaign as string);
    return { data: state, text: `${state.name}: ${shown(state)}` };
  },
};

const warmUpCommand: CommandDescriptor = {
  name: 'mail warm-up',
  summary: 'build the reputation of a mailbox',
  description:
    'From the next day on, at 06:00 UTC, the mailbox sends a growing number of messages to the other mailboxes of its tenant, at most half of what it\n' +
    'may send, for thirty days. With --off it rests until it is turned on again; what was sent counts on.',
  needs: 'migrated',
  arguments: [{ name: 'address', meaning: 'address of the mailbox' }],
  flags: Type.Object({
    ...campaignFlags.properties,
    off: Type.Boolean({ default: false, description: 'let it rest' }),
  }),
  async run({ args, flags, use }) {
    const tenant = await use<Tenancy>('tenancy').find(flags.tenant as string);
    const set = await use<Mail>('mail').warmUp.set(tenant.id, args.address as string, flags.off !== true);
    return { data: set, text: `${set.address}: ${set.state}` };
  },
};

export const mailCommands: readonly CommandDescriptor[] = [
  importMailCommand,
  seedCommand,
  listCampaignsCommand,
  startCampaignCommand,
  pauseCampaignCommand,
  warmUpCommand,
];
