import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { spawnScript, testPasswords, until } from '../../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { Connect, TenantSubject } from '../../../foundation/connect/index.ts';
import { silentLog, tiers } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import { type Content, stagingSweep, sweepAbandonedUploads } from '../index.ts';

const frameBytes = 8 * 1024 * 1024;
let platform: TestPlatform;
let content: Content;
let subject: TenantSubject;

beforeAll(async () => {
  platform = await testPlatform();
  content = platform.use('content');
  subject = { tenantId: (await platform.use<Tenancy>('tenancy').create({ slug: 'alpha' })).id };
});
afterAll(() => platform[Symbol.asyncDispose]());

const query = (text: string, values: unknown[] = []) => platform.databases.content.client.query(text, values);
const uploads = async () => (await query('select id from content.blobs where sha256 is null')).rows.map((row: { id: string }) => row.id);
const age = (minutes: number) => query(`update content.blobs set stored = now() - interval '${minutes} minutes' where sha256 is null`);

it.each([
  ['after some frames', 3],
  ['before it is published', 2],
])('[I6] leaves no object when its process is killed %s, and nothing at all after the sweep', async (_, frames) => {
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, platform.databases[tier].url]));
  const options = JSON.stringify({ platform: { onBoot: 'verify' }, cluster: { engine: 'attached', ...urls }, access: testPasswords });
  await using child = spawnScript(new URL('upload-child.ts', import.meta.url), {
    args: [options, subject.tenantId, String(frames)],
    cwd: tmpdir(),
  });
  await child.line(/^staged$/);
  await child.kill9();
  expect(await uploads()).toHaveLength(1);
  expect(await content.list(subject)).toEqual([]);
  const connect = platform.use<Connect>('connect');
  await age(59);
  expect(await sweepAbandonedUploads(connect)).toBe(0);
  await age(61);
  expect(await sweepAbandonedUploads(connect)).toBe(1);
  expect((await query('select from content.frames')).rowCount).toBe(0);
  // The same bytes can be put as if nothing had been.
  const again = await content.put(subject, { kind: 'file' }, Buffer.concat([Buffer.alloc(frameBytes, 1), Buffer.alloc(frameBytes, 2)]));
  await content.remove(subject, again.id);
});

it('[I6] leaves nothing when the stream fails', async () => {
  const failing = async function* () {
    yield Buffer.alloc(2 * frameBytes + 5, 7);
    throw new Error('the line went dead');
  };
  await expect(content.put(subject, { kind: 'file' }, failing())).rejects.toThrow('the line went dead');
  expect(await uploads()).toEqual([]);
});

it('[I6] refuses to go on with an upload that was swept meanwhile', async () => {
  const slow = async function* () {
    yield Buffer.alloc(2 * frameBytes, 3);
    await age(61);
    await sweepAbandonedUploads(platform.use('connect'));
    yield Buffer.alloc(frameBytes, 4);
  };
  await expect(content.put(subject, { kind: 'file' }, slow())).rejects.toMatchObject({ code: 'PLINTH_CONTENT_UPLOAD_EXPIRED' });
  expect((await query('select from content.frames')).rowCount).toBe(0);
});

it('sweeps by itself while the platform runs', async () => {
  await query("insert into content.blobs (tenant_id, id, layout, stored) values ($1, uuidv7(), 'bytes', now() - interval '2 hours')", [
    subject.tenantId,
  ]);
  const clock = { now: () => new Date(), monotonicMs: () => 0, sleep: () => new Promise<void>(() => {}) };
  const abortable = {
    ...clock,
    sleep: (_: number, signal?: AbortSignal) => new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve())),
  };
  const service = stagingSweep({ connect: platform.use('connect'), clock: abortable, log: silentLog });
  service.start();
  await until(async () => (await uploads()).length === 0);
  await service.stop();
});
