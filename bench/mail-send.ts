import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connect } from 'plinth/connect';
import { configure, definePlatform, openPlatform } from 'plinth/platform';
import type { Queue } from 'plinth/queue';
import type { Tenancy } from 'plinth/tenancy';
import { type Mail, mail } from '../blueprints/mail/index.ts';
import { serverFolder } from '../tests/support/server-folder.ts';
import type { Bench, BenchResult } from './bench.ts';
import { cpuMeter } from './server-cpu.ts';

// As many as one account may send in a day.
const leads = Number(process.env.PLINTH_BENCH_LEADS ?? (import.meta.main ? process.argv[2] : undefined) ?? 10_000);
const slots = Number(process.env.PLINTH_BENCH_SLOTS ?? 100);
const domains = 500;
const barPerSecond = 300;
const newline = 10;
const mostWaitMs = 600_000;

const makeCampaign = `
  with account as (
    insert into oltp.email_accounts (tenant_id, address, display_name, provider, daily_limit) values ($1, 'bench@sender.example', 'Ben Bench', 'smtp', 10000) returning id
  ), campaign as (
    insert into oltp.campaigns (tenant_id, email_account_id, name) select $1, id, 'bench' from account returning id
  ), step as (
    insert into oltp.campaign_steps (tenant_id, campaign_id, position, subject, body_template)
    select $1, id, 1, 'A word about {{company}}, {{first_name}}', 'Hello {{first_name}},' || E'\\n\\n' || repeat('This is a line as letters have it. ', 20) from campaign
  ), lead as (
    insert into oltp.leads (tenant_id, address, first_name) select $1, n || '@d' || n % $3::int || '.example', 'Lead ' || n from generate_series(1, $2::int) n returning id
  ), enrolled as (
    insert into oltp.campaign_leads (tenant_id, campaign_id, lead_id) select $1, campaign.id, lead.id from campaign, lead
  )
  select id from campaign`;

/** One campaign, one message for each lead, by a worker in this process to the sink in this process: every limit, effect and row included. */
async function run(): Promise<BenchResult> {
  const folder = await serverFolder('plinth-bench-send-');
  try {
    const options = { cluster: { port: 0 }, queue: { slots, maxSlots: slots }, mail: { domainPerMinute: 1_000_000 } };
    const configuration = configure(definePlatform({ name: 'bench', product: mail, options }), { folder });
    await using platform = await openPlatform(configuration, { level: 'migrated' });
    const { id: tenantId } = await platform.use<Tenancy>('tenancy').create({ slug: 'bench' });
    const campaignId = await platform.use<Connect>('connect').transaction({ tier: 'oltp', as: { tenantId }, tag: 'bench' }, async (tx) => {
      const { rows } = await tx.query({ text: makeCampaign, values: [tenantId, leads, domains] });
      return String(rows[0]?.id);
    });
    const { campaigns } = platform.use<Mail>('mail');
    const logFile = join(configuration.dataDir, 'mail-sink', 'accepted.tsv');
    const log = () => readFile(logFile).catch(() => Buffer.alloc(0));
    await campaigns.start(tenantId, campaignId);
    const worker = platform.use<Queue>('queue').worker();
    const cpu = await cpuMeter(platform.use<Connect>('connect'));
    const before = await cpu();
    const started = performance.now();
    worker.start();
    let count = 0;
    while (count < leads && performance.now() - started < mostWaitMs) {
      await delay(200);
      count = 0;
      for (const byte of await log()) if (byte === newline) count++;
    }
    const seconds = (performance.now() - started) / 1000;
    await worker.stop();
    const after = await cpu();
    const perMessage = (ms: number) => Math.round((ms / Math.max(1, count)) * 100) / 100;
    const messages = (await log())
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[3] ?? '');
    const perSecond = Math.round(count / seconds);
    const columns = ['leads', 'accepted', 'accepted twice', 'seconds', 'messages/s', 'CPU ms/message here', 'of the server'];
    const twice = messages.length - new Set(messages).size;
    return {
      columns,
      rows: [
        [
          leads,
          messages.length,
          twice,
          Math.round(seconds * 10) / 10,
          perSecond,
          perMessage(after.here - before.here),
          perMessage(after.server - before.server),
        ],
      ],
      ratios: { [`messages/s of ${barPerSecond}`]: perSecond / barPerSecond, 'leads with one message': new Set(messages).size / leads },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const bench: Bench = {
  name: 'mail-send',
  claim: `A campaign leaves at ${barPerSecond} messages a second or more on two cores, each message once, with what it was and what the server said on record.`,
  run,
};

export default bench;

if (import.meta.main) {
  const { columns, rows, ratios } = await run();
  console.log([columns, ...rows].map((row) => row.join('\t')).join('\n'));
  console.log(ratios);
}
