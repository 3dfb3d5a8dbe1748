import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import { defineOptions, type Manifest, type RouteStream, Type, uuidv7 } from '../../../kernel/index.ts';
import type { AuditEntry, Tenancy } from '../../../trust/tenancy/index.ts';
import type { Content } from '../index.ts';
import { contentCommands } from '../surface/commands.ts';
import { contentRoutes } from '../surface/routes.ts';

let platform: TestPlatform;
let folder: string;

const seen: AuditEntry[] = [];
/** Keeps the trail of what was read under a grant. */
const recorder: Manifest = {
  name: 'recorder',
  layer: 'product',
  requires: ['tenancy'],
  tiers: [],
  options: defineOptions('recorder', Type.Object({})),
  open: async () => ({ async [Symbol.asyncDispose]() {} }),
  fills: { 'tenancy.AuditSink': () => ({ record: async (entry: AuditEntry) => void seen.push(entry) }) },
};

beforeAll(async () => {
  platform = await testPlatform({ product: recorder });
  await platform.use<Tenancy>('tenancy').create({ slug: 'alpha' });
  folder = await mkdtemp(join(tmpdir(), 'plinth-content-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await platform[Symbol.asyncDispose]();
});

const command = (name: string, args: Record<string, string>, flags: Record<string, unknown> = {}) => {
  const found = contentCommands.find((descriptor) => descriptor.name === `content ${name}`);
  const signal = new AbortController().signal;
  const input = { args, flags: { tenant: 'alpha', limit: 100, ...flags }, signal, progress: () => {}, use: platform.use };
  return (found as NonNullable<typeof found>).run(input as never);
};
const route = (path: string, params: Record<string, string>, query = {}) => {
  const found = contentRoutes.find((descriptor) => descriptor.path === path);
  const account = { name: 'ann', role: 'viewer' };
  return (found as NonNullable<typeof found>).handler({ params, query, account, use: platform.use } as never);
};
const bytesOf = async (stream: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(stream));

it('puts a file, lists it, gives it and a range of it back, removes it', async () => {
  const bytes = randomBytes(5_000);
  await writeFile(join(folder, 'report.bin'), bytes);
  const { text: id = '' } = await command('put', { file: join(folder, 'report.bin') }, { type: 'application/x-report' });
  const listed = await command('ls', {}, { kind: 'file' });
  expect(listed.table?.rows[0]?.slice(0, 5)).toEqual([id, 'file', 5_000, 'application/x-report', 'report.bin']);
  const whole = await command('get', { id });
  expect((await bytesOf(whole.bytes as AsyncIterable<Uint8Array>)).equals(bytes)).toBe(true);
  const range = await command('get', { id }, { range: '10-20' });
  expect((await bytesOf(range.bytes as AsyncIterable<Uint8Array>)).equals(bytes.subarray(10, 20))).toBe(true);
  expect((await command('stat', { id })).data).toMatchObject({ id, rawBytes: 5_000, name: 'report.bin' });
  await expect(command('get', { id }, { raw: true })).rejects.toMatchObject({ code: 'PLINTH_CONTENT_INVALID_OBJECT' });
  await command('remove', { id });
  await expect(command('stat', { id })).rejects.toMatchObject({ code: 'PLINTH_CONTENT_UNKNOWN_OBJECT' });
});

it('stands in the usage of a tenant with the bytes it keeps, and with its own work', async () => {
  const [tenancy, content] = [platform.use<Tenancy>('tenancy'), platform.use<Content>('content')];
  const { id: tenantId } = await tenancy.create({ slug: 'measured' });
  const bytes = randomBytes(7_000);
  for (const name of ['one', 'the same']) await content.put({ tenantId }, { kind: 'file', name }, bytes);
  await tenancy.usage.flush();
  tenancy.measureReading.start();
  try {
    const latest = async () => (await tenancy.usage.hours(tenantId, 2)).at(-1);
    const hour = await until(async () => (await latest())?.measures['content.bytes'] && latest(), { what: 'the figure' });
    expect(hour).toMatchObject({ measures: { 'content.bytes': 7_000 } });
    expect((await tenancy.usage.totals(2)).find(({ tenant }) => tenant.id === tenantId)?.queries).toBeGreaterThan(1);
  } finally {
    await tenancy.measureReading.stop();
  }
});

it('gives the raw message of a part, and every object as a download without a type', async () => {
  const tenancy = platform.use<Tenancy>('tenancy');
  const subject = { tenantId: (await tenancy.find('alpha')).id };
  const raw = Buffer.from(`Content-Type: text/html; charset=utf-8\r\n\r\n<script>alert(1)</script>${'x'.repeat(100)}\r\n`);
  const [message] = await tenancy.run(subject, { tier: 'content', tag: 'test' }, (tx) =>
    platform.use<Content>('content').putMessages(tx, subject, [{ raw, ownerTable: 'a.b', ownerId: uuidv7(), created: new Date() }]),
  );
  const id = message?.bodies[0]?.id as string;
  const rawOfPart = await command('get', { id }, { raw: true });
  expect((await bytesOf(rawOfPart.bytes as AsyncIterable<Uint8Array>)).equals(raw)).toBe(true);
  const address = ['/content/:tenant/objects/:id/bytes', { tenant: 'alpha', id }] as const;
  await expect(route(...address)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
  await tenancy.breakGlass.addStaff({ account: 'ann' });
  const grant = await tenancy.breakGlass.open({ staff: 'ann', tenant: 'alpha', reason: 'ticket 4711: a lost part', minutes: 5 });
  seen.length = 0;
  const download = (await route('/content/:tenant/objects/:id/bytes', { tenant: 'alpha', id })) as RouteStream;
  expect(download).toMatchObject({ contentType: 'application/octet-stream', fileName: id });
  expect((await bytesOf(download.stream)).toString()).toMatch(/^<script>/);
  expect(seen.map(({ action, keys }) => ({ action, keys }))).toContainEqual({ action: 'tenancy.break-glass.access', keys: [id] });
  await expect(route('/content/:tenant/objects/:id/bytes', { tenant: 'alpha', id: uuidv7() })).rejects.toMatchObject({ httpStatus: 404 });
  await tenancy.breakGlass.end(grant.id, 'test');
  await expect(route(...address)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
});

it('reports the savings of one tenant and of all', async () => {
  const one = await route('/content/savings', {}, { tenant: 'alpha' });
  const all = (await route('/content/savings', {})) as { storedBytes: number };
  expect(one).toMatchObject({ byKind: expect.any(Array) });
  await expect(route('/content/:tenant/heaviest', { tenant: 'alpha' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
  const tenancy = platform.use<Tenancy>('tenancy');
  await tenancy.breakGlass.addStaff({ account: 'ann' });
  const grant = await tenancy.breakGlass.open({ staff: 'ann', tenant: 'alpha', reason: 'ticket 4712: disk is full', minutes: 5 });
  expect(await route('/content/:tenant/heaviest', { tenant: 'alpha' })).toMatchObject({ largest: expect.any(Array), mostShared: [] });
  await tenancy.breakGlass.end(grant.id, 'test');
  expect(all.storedBytes).toBeGreaterThanOrEqual((one as typeof all).storedBytes);
  expect((await command('savings', {})).table?.rows.at(-1)?.[0]).toBe('on disk');
});

it('[I10] refuses bytes beyond the tenant’s storage, with the figures; what was removed makes room', async () => {
  const [tenancy, content] = [platform.use<Tenancy>('tenancy'), platform.use<Content>('content')];
  const { id: tenantId } = await tenancy.create({ slug: 'small' });
  await tenancy.policies.set(tenantId, 'tenancy.storageBytes', 10_000, 'ann');
  const put = (bytes: number) => content.put({ tenantId }, { kind: 'file' }, randomBytes(bytes));
  const first = await put(6_000);
  const refusal = { code: 'PLINTH_CONTENT_QUOTA_REACHED', httpStatus: 413 };
  const details = { limit: 'storageBytes', most: 10_000, current: 6_000, given: 5_000 };
  await expect(put(5_000)).rejects.toMatchObject({ ...refusal, details });
  await put(4_000);
  const raw = Buffer.from('Subject: hello\r\n\r\nOne more.');
  const message = { raw, ownerTable: 'shop.mails', ownerId: uuidv7(), created: new Date() };
  const putMessage = () =>
    tenancy.run({ tenantId }, { tier: 'content', tag: 'test' }, (tx) => content.putMessages(tx, { tenantId }, [message]));
  await expect(putMessage()).rejects.toMatchObject(refusal);
  await content.remove({ tenantId }, first.id);
  await putMessage();
  // Of many that come together, as many as there is room for.
  const { id: crowded } = await tenancy.create({ slug: 'crowded' });
  await tenancy.policies.set(crowded, 'tenancy.storageBytes', 10_000, 'ann');
  const together = Array.from({ length: 6 }, () => content.put({ tenantId: crowded }, { kind: 'file' }, randomBytes(3_000)));
  expect((await Promise.allSettled(together)).filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  // Others of the platform have no limit.
  const { id: other } = await tenancy.create({ slug: 'large' });
  await content.put({ tenantId: other }, { kind: 'file' }, randomBytes(20_000));
});
