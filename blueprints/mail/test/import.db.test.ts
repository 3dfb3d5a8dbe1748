import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Content } from 'plinth/content';
import type { RouteStream } from 'plinth/kernel';
import type { Queue } from 'plinth/queue';
import type { Tenancy } from 'plinth/tenancy';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { type Mail, mail } from '../index.ts';
import { mailRoutes } from '../surface/routes.ts';
import { mailState, settledState } from './checksum.ts';
import { asMbox, generateMail, sha256Of } from './generated-mail.ts';

let platform: TestPlatform;
let folder: string;
let tenants = 0;
const messages = [...generateMail(240)];
const mbox = asMbox(messages.map((message) => message.raw));

beforeAll(async () => {
  platform = await testPlatform({ product: mail });
  folder = await mkdtemp(join(tmpdir(), 'plinth-mail-test-'));
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const product = () => platform.use<Mail>('mail');
const newTenant = async () => (await platform.use<Tenancy>('tenancy').create({ slug: `t${++tenants}` })).id;
const account = 'box@example.com';

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}
const state = (tenantId: string, facts: number) => settledState(platform, tenantId, facts);

test('[M1] [M2] every message, attachment and thread of a mailbox, each raw message bit for bit', async () => {
  const tenantId = await newTenant();
  const summary = await product().import({ path: await file('all.mbox', mbox), tenantId, account, resume: false });
  expect(summary).toMatchObject({ read: 240, imported: 240, duplicates: 0, quarantined: 0 });

  const { client } = platform.databases.content;
  const { rows } = await client.query('select id, raw_sha256, thread_id from content.email_messages where tenant_id = $1', [tenantId]);
  const threadOf = new Map(rows.map((row) => [row.raw_sha256.toString('hex'), row.thread_id]));
  expect(rows).toHaveLength(240);
  expect(new Set(threadOf.values()).size).toBe(new Set(messages.map((message) => message.conversation)).size);
  for (const message of messages) {
    const first = messages.find((other) => other.conversation === message.conversation);
    expect(threadOf.get(sha256Of(message.raw))).toBe(threadOf.get(sha256Of(first?.raw as Buffer)));
  }
  const parts = await client.query(`select count(*)::int from content.content_objects where tenant_id = $1 and role = 'attachment'`, [
    tenantId,
  ]);
  expect(parts.rows[0].count).toBe(messages.reduce((sum, message) => sum + message.attachments, 0));
  for (const row of rows) {
    const raw = Buffer.concat(await Array.fromAsync(await product().threads.source(tenantId, row.id)));
    expect(sha256Of(raw)).toBe(row.raw_sha256.toString('hex'));
  }
});

test('[M5] a second import changes nothing, in whatever form the mail comes', async () => {
  const tenantId = await newTenant();
  await product().import({ path: await file('first.mbox', mbox), tenantId, account, resume: false });
  const before = await state(tenantId, 240);
  const emls = join(folder, 'emls');
  await mkdir(join(emls, 'cur'), { recursive: true });
  for (const [n, { raw }] of messages.entries()) await writeFile(join(emls, n % 2 ? `${n}.eml` : `cur/${n}:2,S`), raw);
  const forms = [await file('again.mbox', mbox), await file('a.gz', gzipSync(mbox)), await file('a.zst', zstdCompressSync(mbox)), emls];
  for (const path of forms) {
    expect(await product().import({ path, tenantId, account, resume: false })).toMatchObject({ read: 240, imported: 0, duplicates: 240 });
  }
  const input = Readable.from([mbox.subarray(0, 1000), mbox.subarray(1000)]);
  expect(await product().import({ path: '-', input, tenantId, account, resume: false })).toMatchObject({ read: 240, imported: 0 });
  expect(await state(tenantId, 240)).toEqual(before);
  expect(before.orphans).toEqual([{ count: '0' }]);
});

test('[M6] broken messages are set aside with reason and place, and the rest comes through', async () => {
  const tenantId = await newTenant();
  const good = messages.slice(0, 3).map((message) => message.raw);
  const broken = [Buffer.from(''), Buffer.from('\x01\x02 no header at all\n'), Buffer.from('\njust a body\n')];
  const bytes = asMbox([good[0], broken[0], good[1], broken[1], broken[2], good[2], good[2]] as Buffer[]);
  const path = await file('broken.mbox', bytes);
  const expected = { read: 7, imported: 3, duplicates: 1, quarantined: 3 };
  expect(await product().import({ path, tenantId, account, resume: false })).toMatchObject(expected);
  const { rows } = await platform.databases.content.client.query(
    'select reason, start_byte, end_byte from content.email_quarantines where tenant_id = $1 order by start_byte',
    [tenantId],
  );
  expect(rows.map((row) => row.reason)).toEqual(['empty', 'no_header', 'no_header']);
  expect(rows.map((row) => bytes.subarray(Number(row.start_byte), Number(row.end_byte)).toString())).toEqual(broken.map(String));
  expect(await product().import({ path, tenantId, account, resume: false })).toMatchObject({ imported: 0, quarantined: 3 });
  expect((await mailState(platform, tenantId)).quarantines).toHaveLength(3);
});

test('[M5] a truncated gzip: what was read stays, the whole file completes it to the same result', async () => {
  const [undisturbed, cut] = [await newTenant(), await newTenant()];
  await product().import({ path: await file('whole.mbox', mbox), tenantId: undisturbed, account, resume: false });
  const whole = gzipSync(mbox);
  const path = await file('cut.gz', whole.subarray(0, whole.length * 0.9));
  await expect(product().import({ path, tenantId: cut, account, resume: false })).rejects.toMatchObject({
    code: 'PLINTH_MAIL_SOURCE_DAMAGED',
    message: expect.stringContaining('--resume'),
  });
  const partial = (await mailState(platform, cut)).messages?.length ?? 0;
  expect(partial).toBeGreaterThan(0);
  expect(partial).toBeLessThan(240);
  await appendFile(path, whole.subarray(whole.length * 0.9));
  expect(await product().import({ path, tenantId: cut, account, resume: true })).toMatchObject({ read: 240, imported: 240, duplicates: 0 });
  expect(await state(cut, 240)).toEqual(await state(undisturbed, 240));
  await expect(product().import({ path, tenantId: cut, account, resume: true })).rejects.toMatchObject({
    code: 'PLINTH_MAIL_NOTHING_TO_RESUME',
  });
});

test('[M6] what cannot be read, is no mail or is another file: coded errors with the remedy', async () => {
  const tenantId = await newTenant();
  const run = (path: string, resume = false) => product().import({ path, tenantId, account, resume });
  await expect(run(join(folder, 'missing'))).rejects.toMatchObject({ code: 'PLINTH_MAIL_SOURCE_UNREADABLE' });
  await mkdir(join(folder, 'empty'));
  await expect(run(join(folder, 'empty'))).rejects.toMatchObject({ code: 'PLINTH_MAIL_NOTHING_TO_IMPORT' });
  await expect(product().import({ path: 'x', tenantId, account: 'nobody', resume: false })).rejects.toMatchObject({
    code: 'PLINTH_MAIL_BAD_ADDRESS',
  });
  const whole = gzipSync(mbox);
  const path = await file('swapped.gz', whole.subarray(0, whole.length / 2));
  await expect(run(path)).rejects.toMatchObject({ code: 'PLINTH_MAIL_SOURCE_DAMAGED' });
  await writeFile(path, asMbox([messages[7]?.raw as Buffer]));
  await expect(run(path, true)).rejects.toMatchObject({ code: 'PLINTH_MAIL_SOURCE_CHANGED' });
  expect(await run(await file('nothing.mbox', Buffer.alloc(0)))).toMatchObject({ read: 0 });
});

test('[M7] a message above the memory limit is stored as a stream, one above the object limit set aside', async () => {
  const tenantId = await newTenant();
  const large = (mebibytes: number) =>
    Buffer.concat([
      Buffer.from(`Subject: ${mebibytes}\nMessage-ID: <${mebibytes}@example.com>\n\n`),
      Buffer.alloc(mebibytes * 1024 * 1024, 'line of text\n'),
      Buffer.from('\n'),
    ]);
  const bytes = asMbox([large(18), large(30), messages[0]?.raw as Buffer]);
  const path = await file('large.mbox', bytes);
  expect(await product().import({ path, tenantId, account, resume: false })).toMatchObject({ read: 3, imported: 2, quarantined: 1 });
  const { quarantines, orphans } = await mailState(platform, tenantId);
  expect(quarantines).toMatchObject([{ reason: 'too_large' }]);
  expect(orphans).toEqual([{ count: '0' }]);
  const { rows } = await platform.databases.content.client.query(
    `select o.object_id, m.raw_sha256 from content.content_objects o join content.email_messages m on m.tenant_id = o.tenant_id and m.id = o.email_message_id
      where o.tenant_id = $1 and m.subject = '18'`,
    [tenantId],
  );
  const chunks = platform.use<Content>('content').get({ tenantId }, rows[0].object_id);
  expect(sha256Of(Buffer.concat(await Array.fromAsync(chunks)))).toBe(rows[0].raw_sha256.toString('hex'));
  expect(await product().import({ path, tenantId, account, resume: false })).toMatchObject({ imported: 0, duplicates: 2, quarantined: 1 });
  expect((await mailState(platform, tenantId)).orphans).toEqual([{ count: '0' }]);
});

test('[M8] two imports into a tenant at the same time leave every message once', async () => {
  const [together, alone] = [await newTenant(), await newTenant()];
  const path = await file('twice.mbox', mbox);
  const both = await Promise.all([1, 2].map(() => product().import({ path, tenantId: together, account, resume: false })));
  expect(both.map((summary) => summary.imported).reduce((a, b) => a + b)).toBe(240);
  await product().import({ path, tenantId: alone, account, resume: false });
  const [a, b] = [await state(together, 240), await state(alone, 240)];
  expect(a.messages).toEqual(b.messages);
  expect(a.threads).toEqual(b.threads);
});

test('[M18] killed between its messages and their jobs, whoever imports next enqueues them, once', async () => {
  const [killed, whole] = [await newTenant(), await newTenant()];
  const path = await file('owing.mbox', mbox);
  const queue = platform.use<Queue>('queue');
  const jobs = async (tenantId: string) =>
    (
      await platform.databases.queue.client.query(
        `select count(*)::int as jobs, count(distinct payload ->> 'messageId')::int as messages from queue.jobs where tenant_id = $1 and job_type = 'mail.classify'`,
        [tenantId],
      )
    ).rows[0];
  const cut = vi.spyOn(queue, 'enqueueMany').mockRejectedValueOnce(new Error('cut'));
  await expect(product().import({ path, tenantId: killed, account, resume: false })).rejects.toThrow('cut');
  cut.mockRestore();
  expect(await jobs(killed)).toEqual({ jobs: 0, messages: 0 });
  // Not resumed: the messages of the first run are duplicates now, and are not forgotten.
  await product().import({ path, tenantId: killed, account, resume: false });
  await product().import({ path, tenantId: whole, account, resume: false });
  expect(await jobs(whole)).toEqual({ jobs: 240, messages: 240 });
  expect(await jobs(killed)).toEqual(await jobs(whole));
  await product().import({ path, tenantId: killed, account, resume: false });
  expect(await jobs(killed)).toEqual(await jobs(whole));
});

test('[M9] another tenant sees nothing of it', async () => {
  const [mine, other] = [await newTenant(), await newTenant()];
  await product().import({ path: await file('mine.mbox', mbox), tenantId: mine, account, resume: false });
  expect((await product().threads.list(other, {})).threads).toEqual([]);
  const [thread] = (await product().threads.list(mine, { limit: 1 })).threads;
  const { messages: found } = await product().threads.read(mine, thread?.id ?? '');
  await expect(product().threads.read(other, thread?.id ?? '')).rejects.toMatchObject({ code: 'PLINTH_MAIL_UNKNOWN_THREAD' });
  await expect(product().threads.source(other, found[0]?.id ?? '')).rejects.toMatchObject({ code: 'PLINTH_MAIL_UNKNOWN_MESSAGE' });
});

test('threads: pages without gaps, search, texts as people read them', async () => {
  const tenantId = await newTenant();
  await product().import({ path: await file('pages.mbox', mbox), tenantId, account, resume: false });
  const { threads } = product();
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await threads.list(tenantId, { limit: 7, ...(cursor && { cursor }) });
    ids.push(...page.threads.map((thread) => thread.id));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(new Set(ids).size).toBe(48);
  expect(ids).toHaveLength(48);
  await expect(threads.list(tenantId, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'PLINTH_MAIL_BAD_CURSOR' });
  const [found] = (await threads.list(tenantId, { search: 'TOPIC 0' })).threads;
  expect(found).toMatchObject({ subject: 'Topic 0', messageCount: 5, hasAttachments: true });
  expect(found?.participants).toContain('Jürgen 1');
  const { messages: read } = await threads.read(tenantId, found?.id ?? '');
  expect(read.map((message) => message.text.trim())).toEqual([
    'Plain words, number 0.',
    'Eight bits without a charset: Grüße',
    'Unknown charset ä',
    'NUL \0 inside, and 🍵',
    'text 4',
  ]);
  const { handler } = mailRoutes.find((route) => route.path.endsWith('/source')) as (typeof mailRoutes)[number];
  const params = { tenant: tenantId, id: read[0]?.id ?? '' };
  const staff = { name: 'ann', role: 'viewer' };
  const ask = () =>
    handler({ params, query: {}, body: undefined, account: staff, signal: new AbortController().signal, use: platform.use });
  // Staff read mail under a grant only, and what they read is on record.
  await expect(ask()).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
  const { breakGlass } = platform.use<Tenancy>('tenancy');
  const { id: userId } = await breakGlass.addStaff({ account: staff.name });
  await breakGlass.open({ staff: staff.name, tenant: tenantId, reason: 'a customer misses a message', minutes: 5 });
  const { stream, contentType } = (await ask()) as RouteStream;
  expect(contentType).toBe('text/plain');
  expect(Buffer.concat(await Array.fromAsync(stream))).toEqual(messages[0]?.raw);
  const seen = await platform.databases.oltp.client.query(
    "select target_id from audit.events where kind = 'access' and user_id = $1 and purpose = 'a customer misses a message'",
    [userId],
  );
  expect(seen.rowCount).toBeGreaterThan(0);
  expect(read[4]?.attachments.map((part) => part.name)).toEqual(['a.pdf', 'winmail.dat']);
});
