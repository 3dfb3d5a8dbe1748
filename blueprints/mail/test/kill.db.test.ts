import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tiers } from 'plinth/kernel';
import type { Tenancy } from 'plinth/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnScript, testPasswords } from '../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { type Mail, mail } from '../index.ts';
import { settledState } from './checksum.ts';
import { asMbox, generateMail } from './generated-mail.ts';

let platform: TestPlatform;
let folder: string;
let path: string;
const total = 800;
const account = 'box@example.com';
const child = new URL('./importing-child.ts', import.meta.url);

beforeAll(async () => {
  platform = await testPlatform({ product: mail });
  folder = await mkdtemp(join(tmpdir(), 'plinth-mail-kill-'));
  path = join(folder, 'all.mbox');
  await writeFile(path, asMbox([...generateMail(total)].map((message) => message.raw)));
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const product = () => platform.use<Mail>('mail');
const tenant = (slug: string) => platform.use<Tenancy>('tenancy').create({ slug });
const spawnImport = (options: object, request: object, at = folder) =>
  spawnScript(child, { args: [JSON.stringify({ folder: at, options }), JSON.stringify({ path, account, ...request })] });

const settled = (tenantId: string) => settledState(platform, tenantId, total);

const jobsOf = async (tenantId: string) =>
  (
    await platform.databases.queue.client.query(
      `select count(*)::int as jobs, count(distinct payload ->> 'messageId')::int as messages from queue.jobs where tenant_id = $1 and job_type = 'mail.classify'`,
      [tenantId],
    )
  ).rows[0];

test('[M5] [M18] killed at random again and again, then resumed: the same as undisturbed', async () => {
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, platform.databases[tier].url]));
  const options = { cluster: { engine: 'attached', ...urls }, access: testPasswords, platform: { onBoot: 'verify' } };
  const { id: disturbed } = await tenant('disturbed');
  for (let round = 0; round < 2; round++) {
    await using running = spawnImport(options, { slug: 'disturbed', resume: round > 0 });
    await running.line(round === 0 ? /^stored 200/ : /^stored/, 60_000);
    await delay(Math.random() * 150);
    await running.kill9();
  }
  const summary = await product().import({ path, tenantId: disturbed, account, resume: true });
  expect(summary).toMatchObject({ read: total, imported: total, duplicates: 0, quarantined: 0 });
  const { id: undisturbed } = await tenant('undisturbed');
  await product().import({ path, tenantId: undisturbed, account, resume: false });
  expect(await settled(disturbed)).toEqual(await settled(undisturbed));
  for (const tenantId of [disturbed, undisturbed]) expect(await jobsOf(tenantId)).toEqual({ jobs: total, messages: total });
});

test('[M5] the server killed under it: a coded error with the remedy, and resumed to the end', async () => {
  const at = await mkdtemp(join(folder, 'server-'));
  const options = { cluster: { engine: 'embedded', port: 0 } };
  {
    await using running = spawnImport(options, { slug: 'crashed', resume: false }, at);
    await running.line(/^ready/, 120_000);
    // Looked for beforehand: the import does not wait.
    const pid = await serverPid(at);
    await running.line(/^stored 200/, 60_000);
    process.kill(pid, 'SIGKILL');
    expect(await running.line(/^(failed|done)/, 60_000)).toMatch(/^failed PLINTH_MAIL_INTERRUPTED .*--resume/);
    await running.exit();
  }
  await using resumed = spawnImport(options, { slug: 'crashed', resume: true }, at);
  const done = await resumed.line(/^(failed|done)/, 120_000);
  expect(done).toMatch(/^done/);
  expect(JSON.parse(done.slice(5))).toMatchObject({ read: total, imported: total, duplicates: 0, quarantined: 0 });
  await resumed.exit();
});

async function serverPid(at: string): Promise<number> {
  const files = await readdir(at, { recursive: true });
  const file = files.find((name) => name.endsWith('postmaster.pid')) ?? '';
  return Number((await readFile(join(at, file), 'utf8')).split('\n')[0]);
}
