import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nilUuid, tiers } from 'plinth/kernel';
import type { Queue } from 'plinth/queue';
import type { Tenancy } from 'plinth/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnScript, testPasswords, until } from '../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { type Mail, mail } from '../index.ts';
import { openSink, type Sink } from '../sending/sink.ts';

/** A campaign as large as one likes; the specification speaks of 10,000. */
const leads = Number(process.env.PLINTH_TEST_LEADS ?? 150);
const steps = 2;
// The last tenth has to wait for another day.
const dailyLimit = Math.floor(leads * steps * 0.9);
const kills = 2;
const slots = 20;

let platform: TestPlatform;
let sink: Sink;
let folder: string;
const mailOptions = () => ({ smtpUrl: `smtp://127.0.0.1:${sink.port}`, domainPerMinute: 1_000_000 });
const sql = async (text: string, values: unknown[] = []) => (await platform.databases.queue.client.query(text, values)).rows;
const accepted = async () =>
  (await readFile(sink.logFile, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[3] ?? '');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-mail-campaign-'));
  // A mail server of its own: it knows what it took, whatever becomes of those who sent it, and answers no questions about it.
  sink = await openSink(folder);
  platform = await testPlatform({ product: mail, options: { mail: mailOptions(), queue: { slots } } });
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await sink?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function makeCampaign(tenantId: string): Promise<string> {
  const [{ id }] = await sql(
    `with account as (
       insert into oltp.email_accounts (tenant_id, address, provider, daily_limit) values ($1, 'sender@a.example', 'smtp', $2) returning id
     ), campaign as (
       insert into oltp.campaigns (tenant_id, email_account_id, name) select $1, id, 'large' from account returning id
     ), step as (
       insert into oltp.campaign_steps (tenant_id, campaign_id, position, subject, body_template)
       select $1, id, n, 'Step ' || n, 'Hello {{first_name}}.' from campaign, generate_series(1, $3::int) n
     ), lead as (
       insert into oltp.leads (tenant_id, address, first_name) select $1, n || '@d' || n % 10 || '.example', 'Lead ' || n from generate_series(1, $4::int) n returning id
     ), enrolled as (
       insert into oltp.campaign_leads (tenant_id, campaign_id, lead_id) select $1, campaign.id, lead.id from campaign, lead
     )
     select id from campaign`,
    [tenantId, dailyLimit, steps, leads],
  );
  return id;
}

/** What the rescuer would see when the lease of the killed worker has run out. */
async function rescue(): Promise<void> {
  await sql(`update queue.job_leases set expires = clock_timestamp() - interval '1 s'`);
  await sql('select queue.rescue($1, 1000)', [nilUuid]);
}

test('[M16] [M17] [M20] killed again and again: no message is lost, none leaves twice, no account sends more than it may', async () => {
  const { id: tenantId } = await platform.use<Tenancy>('tenancy').create({ slug: 'large' });
  const day = new Date().getUTCDate();
  await platform.use<Mail>('mail').campaigns.start(tenantId, await makeCampaign(tenantId));
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, platform.databases[tier].url]));
  const options = {
    cluster: { engine: 'attached', ...urls },
    access: testPasswords,
    platform: { onBoot: 'verify' },
    mail: mailOptions(),
    queue: { slots },
  };
  for (let kill = 1; kill <= kills; kill++) {
    await using child = spawnScript(new URL('./sending-child.ts', import.meta.url), { args: [JSON.stringify({ folder, options })] });
    await child.line(/^sending/);
    const enough = (dailyLimit * kill) / (kills + 2);
    await until(async () => (await accepted()).length >= enough, { what: `${enough} messages to be accepted` });
    await child.kill9();
    await rescue();
  }
  const worker = platform.use<Queue>('queue').worker();
  worker.start();
  const total = leads * steps;
  const states = async () => {
    const rows = await sql(`select state, count(*)::int as jobs from queue.job_states where job_type = 'mail.send' group by state`);
    return Object.fromEntries(rows.map((row) => [row.state, row.jobs])) as Record<string, number>;
  };
  await until(
    async () => {
      const { completed = 0, dead = 0, parked = 0 } = await states();
      const [{ n }] = await sql('select sum(cardinality(message_ids))::int as n from oltp.campaign_leads where tenant_id = $1', [tenantId]);
      return completed + dead + parked === total && n === total;
    },
    { what: 'every message to be sent, parked for another day, or given up' },
  );
  await worker.stop();

  const messages = await accepted();
  expect(new Set(messages).size).toBe(messages.length);
  const planned = await sql(`select unnest(message_ids) as name from oltp.campaign_leads where tenant_id = $1`, [tenantId]);
  expect(new Set(planned.map(({ name }) => name)).size).toBe(total);
  const known = new Set(messages);
  const { completed = 0, dead = 0, parked = 0 } = await states();
  // Of those whose process was killed between the server's answer and the record of it nobody knows: somebody has to decide.
  const given = await sql(`select '<' || job_id || '@a.example>' as name, errors from queue.dead_letter_jobs where job_type = 'mail.send'`);
  expect(given).toHaveLength(dead);
  for (const { errors } of given) expect(JSON.stringify(errors)).toContain('PLINTH_QUEUE_EFFECT_UNKNOWN');
  expect(dead).toBeLessThanOrEqual(kills * slots);
  const leftBehind = given.filter(({ name }) => known.has(name)).length;
  expect(messages.length).toBe(completed + leftBehind);
  if (new Date().getUTCDate() === day) {
    expect(messages.length).toBeLessThanOrEqual(dailyLimit);
    expect(parked).toBeGreaterThanOrEqual(total - dailyLimit);
  }
  const answered = await sql(`select count(*)::int as n from queue.job_email_sending_details where smtp_code = 250`);
  expect(answered[0].n).toBe(completed);
  const filed = await sql(`select count(*)::int as n from content.email_messages where tenant_id = $1`, [tenantId]);
  expect(filed[0].n).toBe(completed);
});
