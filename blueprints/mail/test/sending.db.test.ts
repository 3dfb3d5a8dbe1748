import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { OpenedQueue } from 'plinth/queue';
import type { Tenancy } from 'plinth/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { type Mail, mail } from '../index.ts';
import { asMbox } from './generated-mail.ts';

let platform: TestPlatform;
let tenantId: string;
let stopWorker: () => Promise<void>;
const sql = async (text: string, values: unknown[] = []) => (await platform.databases.oltp.client.query(text, values)).rows;
const campaigns = () => platform.use<Mail>('mail').campaigns;
const logFile = () => join(platform.configuration.dataDir, 'mail-sink', 'accepted.tsv');

beforeAll(async () => {
  platform = await testPlatform({ product: mail, options: { mail: { domainPerMinute: 1_000 } } });
  tenantId = (await platform.use<Tenancy>('tenancy').create({ slug: 'sender' })).id;
  const worker = platform.use<OpenedQueue>('queue').worker();
  worker.start();
  stopWorker = () => worker.stop();
});
afterAll(async () => {
  await stopWorker();
  await rm(logFile(), { force: true });
  await platform[Symbol.asyncDispose]();
});

/** A campaign with that many leads and steps, from an account that may send so much a day. */
async function campaign(name: string, leads: number, steps: number, dailyLimit = 1_000): Promise<string> {
  const [{ id: account }] = await sql(
    `insert into oltp.email_accounts (tenant_id, address, display_name, provider, daily_limit) values ($1, $2, 'Sender', 'smtp', $3) returning id`,
    [tenantId, `${name}@sender.example`, dailyLimit],
  );
  const [{ id }] = await sql('insert into oltp.campaigns (tenant_id, email_account_id, name) values ($1, $2, $3) returning id', [
    tenantId,
    account,
    name,
  ]);
  await sql(
    `insert into oltp.campaign_steps (tenant_id, campaign_id, position, subject, body_template)
     select $1, $2, n, 'Step ' || n || ', {{first_name}}', 'Hello {{first_name}}.' from generate_series(1, $3::int) n`,
    [tenantId, id, steps],
  );
  await sql(
    `with l as (insert into oltp.leads (tenant_id, address, first_name) select $1, n || '@' || $3 || '.example', 'Lead ' || n from generate_series(1, $4::int) n returning id)
     insert into oltp.campaign_leads (tenant_id, campaign_id, lead_id) select $1, $2, l.id from l`,
    [tenantId, id, name, leads],
  );
  return id;
}
const accepted = async (name: string) =>
  (await readFile(logFile(), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line.includes(`@${name}.example\t`))
    .map((line) => line.split('\t'));
const statusOf = async (id: string) => (await sql('select status from oltp.campaigns where id = $1', [id]))[0].status;

test('[M16] a campaign hands over each step to each lead once, and files what it sent', async () => {
  const id = await campaign('plain', 12, 2);
  await campaigns().start(tenantId, id);
  await until(async () => (await statusOf(id)) === 'completed' && (await accepted('plain')).length === 24, { what: 'the campaign to end' });
  const lines = await accepted('plain');
  expect(new Set(lines.map((line) => line[3])).size).toBe(24);
  await until(
    async () =>
      (await sql('select count(*)::int as n from content.email_messages where campaign_id = $1 and lead_id is not null', [id]))[0].n === 24,
    { what: 'the messages to be filed' },
  );
  const [shape] = await sql(
    `select count(distinct thread_id)::int as threads, count(*) filter (where in_reply_to is not null)::int as replies from content.email_messages where campaign_id = $1`,
    [id],
  );
  expect(shape).toEqual({ threads: 12, replies: 12 });
  const details = await sql('select smtp_code, accepted from queue.job_email_sending_details where campaign_id = $1', [id]);
  expect(details).toHaveLength(24);
  expect(details.every((row) => row.smtp_code === 250 && row.accepted)).toBe(true);
});

test('[M17] an account sends no more in a day than it may; the rest waits, and who does not want mail gets none', async () => {
  const id = await campaign('limited', 9, 1, 5);
  await sql(`update oltp.leads set consent = 'opted_out' where address = '1@limited.example'`);
  await campaigns().start(tenantId, id);
  await until(async () => (await sql(`select count(*)::int as n from queue.job_parked where key like '%account-day%'`))[0].n === 3, {
    what: 'three to wait for tomorrow',
  });
  await until(async () => (await accepted('limited')).length === 5, { what: 'five to be sent' });
  expect((await accepted('limited')).map((line) => line[2])).not.toContain('1@limited.example');
  expect(
    (await sql(`select state from oltp.campaign_leads l join oltp.leads d on d.id = l.lead_id where d.address = '1@limited.example'`))[0]
      .state,
  ).toBe('unsubscribed');
});

test('[M16] killed between the two databases, the same jobs are enqueued again', async () => {
  const id = await campaign('killed', 3, 1);
  const before = await sql(
    `update oltp.campaign_leads l set next_step_id = s.id, next_run = now(), sending_job_id = uuidv7() from oltp.campaign_steps s
      where l.campaign_id = $1 and s.campaign_id = $1 returning l.sending_job_id as id`,
    [id],
  );
  await campaigns().start(tenantId, id);
  await until(async () => (await accepted('killed')).length === 3, { what: 'three to be sent' });
  expect((await accepted('killed')).map((line) => line[3]).toSorted()).toEqual(
    before.map((row) => `<${row.id}@sender.example>`).toSorted(),
  );
});

/** A message that somebody wrote, or a machine: header lines above, the rest below. */
const written = (from: string, id: string, head: string, body = 'Hello.') =>
  Buffer.from(
    `From: ${from}\nTo: answers@sender.example\nMessage-ID: <${id}@b.example>\nDate: ${new Date().toUTCString()}\n${head}\n\n${body}\n`,
  );
const reportOf = (type: string, fields: string, original: string) =>
  [
    `Content-Type: multipart/report; report-type=${type}; boundary=r`,
    [
      `Content-Type: message/${type === 'feedback-report' ? type : 'delivery-status'}\n\n${fields}`,
      `Content-Type: text/rfc822-headers\n\nMessage-ID: ${original}`,
    ]
      .map((part) => `--r\n${part}\n`)
      .join(''),
  ] as const;

type Row = Readonly<Record<'id' | 'name' | 'lead', string>>;

/** Counting waits until some seconds are over; a test does not. */
async function counted(campaignId: string, expected: Record<string, number>): Promise<void> {
  const columns = Object.keys(expected).map((name) => `sum(${name}_count)::int as ${name}`);
  const { control } = platform.use<OpenedQueue>('queue');
  let found: unknown;
  const isCounted = async () => {
    await control.promote({ type: 'mail.count' }, { by: 'test' });
    [found] = await sql(`select ${columns.join(', ')} from olap.campaign_analytics where campaign_id = $1`, [campaignId]);
    return isDeepStrictEqual(found, expected);
  };
  await until(isCounted, { what: 'the figures to follow' }).catch(() => expect(found).toEqual(expected));
}

test('[M19] what comes back is told apart, and what it means is on messages, leads, enrolments and figures', async () => {
  const id = await campaign('answers', 6, 1);
  // One more step, far away: who answers is not written to again.
  await sql(
    `insert into oltp.campaign_steps (tenant_id, campaign_id, position, delay_hours, subject, body_template) values ($1, $2, 2, 48, 'Again', 'x')`,
    [tenantId, id],
  );
  await campaigns().start(tenantId, id);
  const filed = await until(
    async () => {
      const rows = await sql(
        `select m.id, '<' || m.message_id || '>' as name, d.address::text as lead from content.email_messages m join oltp.leads d on d.id = m.lead_id
          where m.campaign_id = $1 order by d.address`,
        [id],
      );
      return rows.length === 6 && rows;
    },
    { what: 'six messages to be filed' },
  );
  await counted(id, { sent: 6, replied: 0, bounced: 0, complained: 0, unsubscribed: 0 });
  const read = 'select count(*)::int as n from queue.job_analytics_details where rows_read > 0 and range_end >= range_start';
  await until(async () => (await sql(read))[0].n > 0, { what: 'the job to say what it read' });
  const [reply, bounce, complaint, link, away, wish] = filed as [Row, Row, Row, Row, Row, Row];
  const path = join(platform.configuration.dataDir, 'answers.mbox');
  const failed = `Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822;${bounce.lead}\nAction: failed\nStatus: 5.1.1`;
  await writeFile(
    path,
    asMbox([
      written(reply.lead, 'reply', `Subject: Re: Step 1\nIn-Reply-To: ${reply.name}`),
      written('mailer-daemon@b.example', 'bounce', ...reportOf('delivery-status', failed, bounce.name)),
      written('fbl@b.example', 'complaint', ...reportOf('feedback-report', 'Feedback-Type: abuse', complaint.name)),
      written(link.lead, 'link', `Subject: unsubscribe ${link.id}`),
      written(away.lead, 'away', `In-Reply-To: ${away.name}\nAuto-Submitted: auto-replied`),
      written(wish.lead, 'wish', 'Subject: Step 1', 'Please remove me.'),
      written('somebody@c.example', 'letter', 'Subject: Tea?'),
      written('answers@sender.example', 'own', 'Subject: Tea!'),
    ]),
  );
  const imported = await platform.use<Mail>('mail').import({ path, tenantId, account: 'answers@sender.example', resume: false });
  expect(imported).toMatchObject({ imported: 8 });
  await until(async () => (await sql(`select count(*)::int as n from content.email_messages where kind is not null`))[0].n === 7, {
    what: 'seven messages to be looked at',
  });
  const kinds = await sql(
    `select split_part(message_id, '@', 1) as id, kind from content.email_messages where message_id like '%@b.example' order by 1`,
  );
  expect(Object.fromEntries(kinds.map((row) => [row.id, row.kind]))).toEqual({
    ...{ reply: 'reply', bounce: 'bounce', complaint: 'complaint', link: 'unsubscribe', away: 'automatic', wish: 'unsubscribe' },
    ...{ letter: 'letter', own: null },
  });
  const ends = await sql(
    `select split_part(d.address::text, '@', 1)::int as lead, d.status, d.consent, l.state, m.status as message from oltp.leads d
      join oltp.campaign_leads l on l.lead_id = d.id join content.email_messages m on m.lead_id = d.id where l.campaign_id = $1 order by 1`,
    [id],
  );
  expect(ends).toEqual([
    { lead: 1, status: 'replied', consent: 'unknown', state: 'replied', message: 'replied' },
    { lead: 2, status: 'bounced', consent: 'unknown', state: 'bounced', message: 'bounced' },
    { lead: 3, status: 'unsubscribed', consent: 'opted_out', state: 'unsubscribed', message: 'complained' },
    { lead: 4, status: 'unsubscribed', consent: 'opted_out', state: 'unsubscribed', message: 'unsubscribed' },
    { lead: 5, status: 'contacted', consent: 'unknown', state: 'active', message: 'sent' },
    { lead: 6, status: 'unsubscribed', consent: 'opted_out', state: 'unsubscribed', message: 'sent' },
  ]);
  const details = await sql(`select count(*)::int as n from queue.job_content_details where operation = 'classify' and bytes_before > 0`);
  expect(details).toEqual([{ n: 7 }]);

  await counted(id, { sent: 6, replied: 1, bounced: 1, complained: 1, unsubscribed: 1 });
});

test('[M21] a mailbox that is warmed up writes to those of its tenant, more each day, until it is warm', async () => {
  const { id } = await platform.use<Tenancy>('tenancy').create({ slug: 'warming' });
  await sql(
    `insert into oltp.email_accounts (tenant_id, address, provider, daily_limit) select $1, n || '@warm.example', 'smtp', 1000 from unnest('{new,old,older}'::text[]) n`,
    [id],
  );
  const { warmUp } = platform.use<Mail>('mail');
  await expect(warmUp.set(id, 'nobody@warm.example', true)).rejects.toMatchObject({ code: 'PLINTH_MAIL_UNKNOWN_ACCOUNT' });
  expect(await warmUp.set(id, 'New@warm.example', true)).toEqual({ address: 'new@warm.example', state: 'warming' });
  await warmUp.set(id, 'older@warm.example', true);
  await sql(
    `update oltp.email_accounts set warmup_started = now() - case address when 'new@warm.example' then interval '2 days' else interval '31 days' end
    where tenant_id = $1 and warmup_state = 'warming'`,
    [id],
  );
  const queue = platform.use<OpenedQueue>('queue');
  const planned = async () =>
    (await sql(`select count(*)::int as n from queue.jobs where tenant_id = $1 and job_type = 'mail.warm-up-message'`, [id]))[0].n;
  const plan = await queue.enqueue('mail.warm-up', {}, { tenantId: id });
  await until(async () => (await planned()) === 6, { what: 'the third day to be planned' });
  await until(async () => (await sql('select status from queue.job_results where job_id = $1', [plan.id]))[0]?.status === 'completed', {
    what: 'the plan to end',
  });
  await queue.control.promote({ type: 'mail.warm-up-message' }, { by: 'test' });
  await until(async () => (await accepted('warm')).length === 6, { what: 'six to be sent' });
  const lines = await accepted('warm');
  expect(lines.map((line) => line[2]).toSorted()).toEqual([...Array(3).fill('old@warm.example'), ...Array(3).fill('older@warm.example')]);
  expect(lines.every((line) => line[1] === 'new@warm.example')).toBe(true);
  const states = await sql('select address::text, warmup_state from oltp.email_accounts where tenant_id = $1 order by 1', [id]);
  expect(states.map((row) => row.warmup_state)).toEqual(['warming', 'off', 'warm']);
  await warmUp.set(id, 'new@warm.example', false);
  expect(
    (await sql(`select warmup_state from oltp.email_accounts where tenant_id = $1 and address = 'new@warm.example'`, [id]))[0].warmup_state,
  ).toBe('paused');
});

test('a campaign that cannot be started says why', async () => {
  await expect(campaigns().start(tenantId, 'nonsense')).rejects.toMatchObject({ code: 'PLINTH_MAIL_UNKNOWN_CAMPAIGN' });
  const [{ id }] = await sql(`insert into oltp.campaigns (tenant_id, name) values ($1, 'without account') returning id`, [tenantId]);
  await expect(campaigns().start(tenantId, id)).rejects.toMatchObject({ code: 'PLINTH_MAIL_NO_ACCOUNT' });
});
