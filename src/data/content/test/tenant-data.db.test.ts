import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import { uuidv7 } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Content } from '../index.ts';
import { mimeMessage } from './generated-mail.ts';

let here: TestPlatform;
let there: TestPlatform;
let folder: string;

beforeAll(async () => {
  // Four databases on one side, one on the other: where a table is, is the platform's own affair.
  [here, there] = [await testPlatform({ isApart: true }), await testPlatform()];
  folder = await mkdtemp(join(tmpdir(), 'plinth-content-move-'));
});
afterAll(async () => {
  await here?.[Symbol.asyncDispose]();
  await there?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const hashOf = async (platform: TestPlatform, tenantId: string, id: string) => {
  const digest = createHash('sha256');
  for await (const chunk of platform.use<Content>('content').get({ tenantId }, id)) digest.update(chunk);
  return digest.digest('hex');
};

/** A tenant with what content keeps in different ways: empty, small, shared, in frames, as a recipe. */
async function fill(slug: string) {
  const tenancy = here.use<Tenancy>('tenancy');
  const content = here.use<Content>('content');
  const { id: tenantId } = await tenancy.create({ slug });
  const small = randomBytes(5_000);
  const objects = [
    await content.put({ tenantId }, { kind: 'file', name: 'empty' }, Buffer.alloc(0)),
    await content.put({ tenantId }, { kind: 'file', name: 'small' }, small),
    await content.put({ tenantId }, { kind: 'export', name: 'the same' }, small),
    await content.put({ tenantId }, { kind: 'file', name: 'large' }, Buffer.concat([randomBytes(9_000_000), Buffer.alloc(9_000_000, 7)])),
  ];
  const messages = fc.sample(mimeMessage, 40).map((raw) => ({ raw, ownerTable: 'a.b', ownerId: uuidv7(), created: new Date() }));
  const stored = await tenancy.run({ tenantId }, { tier: 'content', tag: 'test' }, (tx) => content.putMessages(tx, { tenantId }, messages));
  const ids = [...objects, ...stored.flatMap(({ raw, bodies, attachments }) => [raw, ...bodies, ...attachments])].map(({ id }) => id);
  const hashes = new Map<string, string>();
  for (const id of ids) hashes.set(id, await hashOf(here, tenantId, id));
  return { tenantId, hashes };
}

it('[I1] a tenant that moved to another platform has every object bit for bit', async () => {
  const { tenantId, hashes } = await fill('moving');
  const target = join(folder, 'moving');
  const manifest = await here.use<Tenancy>('tenancy').lifecycle.export('moving', { folder: target });
  const [data] = manifest.data.filter(({ by }) => by === 'content');
  expect(data?.counts).toMatchObject({ objects: hashes.size });
  await there.use<Tenancy>('tenancy').lifecycle.import({ folder: target });
  for (const [id, hash] of hashes) expect(await hashOf(there, tenantId, id)).toBe(hash);
  const [before, after] = [
    await here.use<Content>('content').savings({ tenantId }),
    await there.use<Content>('content').savings({ tenantId }),
  ];
  expect({ ...after, diskBytes: 0 }).toEqual({ ...before, diskBytes: 0 });
  // Erased here, it is whole there.
  await here.use<Tenancy>('tenancy').lifecycle.erase('moving', { confirm: 'moving' });
  expect((await here.databases.content.client.query('select count(*)::int as n from content.blobs')).rows[0].n).toBe(0);
  for (const [id, hash] of hashes) expect(await hashOf(there, tenantId, id)).toBe(hash);
});

it('[I4] bytes that were damaged before the export are found before the tenant is let in', async () => {
  const { tenantId } = await fill('damaged');
  await here.databases.content.client.query(
    `update content.frames set bytes = set_byte(bytes, 9, get_byte(bytes, 9) # 1) where tenant_id = $1 and octet_length(bytes) > 4000`,
    [tenantId],
  );
  const target = join(folder, 'damaged');
  await here.use<Tenancy>('tenancy').lifecycle.export('damaged', { folder: target });
  const imported = there.use<Tenancy>('tenancy').lifecycle.import({ folder: target });
  await expect(imported).rejects.toMatchObject({ code: 'PLINTH_CONTENT_DAMAGED' });
  expect(await there.use<Tenancy>('tenancy').find('damaged')).toMatchObject({ state: 'provisioning' });
  await there.use<Tenancy>('tenancy').lifecycle.erase('damaged', { confirm: 'damaged' });
});
