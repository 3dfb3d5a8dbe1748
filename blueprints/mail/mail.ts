import { join } from 'node:path';
import type { Connect } from 'plinth/connect';
import type { Content } from 'plinth/content';
import type { Partition } from 'plinth/partition';
import type { Queue } from 'plinth/queue';
import type { IsolationProbe, Tenancy } from 'plinth/tenancy';
import { type ImportRequest, type ImportSummary, importMail } from './import/importer.ts';
import { mailProbe } from './isolation-probe.ts';
import type { MailOptions } from './options.ts';
import { openClassifying } from './processing/classify.ts';
import { openCounting } from './processing/counting.ts';
import { type SeedRequest, type SeedSummary, seedMail } from './seed/seed.ts';
import { type Campaigns, openCampaigns } from './sending/campaigns.ts';
import { openOutgoing } from './sending/outgoing.ts';
import { openRecords } from './sending/records.ts';
import { openWarmUp, type WarmUp } from './sending/warm-up.ts';
import { type Threads, threadsOf } from './threads.ts';

export interface MailDeps {
  readonly connect: Connect;
  readonly partition: Partition;
  readonly tenancy: Tenancy;
  readonly content: Content;
  readonly queue: Queue;
  /** Where the sink keeps its log. */
  readonly dataDir: string;
}

/** The mail product of a platform. */
export interface Mail extends AsyncDisposable {
  /** Conversations, for reading. */
  readonly threads: Threads;
  readonly campaigns: Campaigns;
  /** How the reputation of new mailboxes is built. */
  readonly warmUp: WarmUp;
  /** How tenancy tries the isolation of what is read through `threads`. */
  readonly isolationProbe: IsolationProbe;
  /** Imports a mailbox; see importMail. */
  import(request: ImportRequest): Promise<ImportSummary>;
  /** Makes tenants with demo data; see seedMail. */
  seed(request: SeedRequest): Promise<SeedSummary>;
  /** The small demo, if the platform has no tenant yet: what was made in a line, or undefined. */
  seedIfEmpty(watch: { readonly signal: AbortSignal; onProgress(line: string): void }): Promise<string | undefined>;
}

export function openMail(deps: MailDeps, options: MailOptions): Mail {
  const threads = threadsOf(deps);
  const counting = openCounting(deps);
  const importing = { ...deps, counting, classify: openClassifying({ ...deps, counting }) };
  const outgoing = openOutgoing(options.smtpUrl, join(deps.dataDir, 'mail-sink'));
  const sending = { ...deps, outgoing, counting, records: openRecords(deps), domainPerMinute: options.domainPerMinute };
  const campaigns = openCampaigns(sending);
  const warmUp = openWarmUp(sending);
  return {
    threads,
    campaigns,
    warmUp,
    isolationProbe: mailProbe({ threads }),
    import: (request) => importMail(importing, request),
    seed: (request) => seedMail(importing, request),
    async seedIfEmpty({ signal, onProgress }) {
      const tenants = await deps.tenancy.list();
      if (tenants.some((tenant) => tenant.slug !== 'system')) return undefined;
      const made = await seedMail(importing, { tenants: 3, scale: 1, seed: 1, signal, onProgress });
      const messages = made.tenants.reduce((sum, tenant) => sum + tenant.sent + tenant.received, 0);
      return `${made.tenants.length} tenants, ${messages.toLocaleString('en')} messages (${made.tenants.map((tenant) => tenant.slug).join(', ')})`;
    },
    [Symbol.asyncDispose]: () => outgoing[Symbol.asyncDispose](),
  };
}
