import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { Connect, TenantSubject } from '../../../foundation/connect/index.ts';
import { uuidv7 } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import { codecs } from '../codecs/index.ts';
import type { Content } from '../index.ts';
import { openContent } from '../index.ts';

const frameBytes = 8 * 1024 * 1024;
const mebibyte = 1024 * 1024;
let platform: TestPlatform;
let content: Content;
let tenancy: Tenancy;
let subject: TenantSubject;

beforeAll(async () => {
  platform = await testPlatform();
  content = platform.use('content');
  tenancy = platform.use('tenancy');
  subject = { tenantId: (await tenancy.create({ slug: 'alpha' })).id };
});
afterAll(() => platform[Symbol.asyncDispose]());

const read = async (id: string, range?: { start: number; end: number }, as = subject) =>
  Buffer.concat(await Array.fromAsync(content.get(as, id, range)));
const query = (text: string, values: unknown[] = []) => platform.databases.content.client.query(text, values);
const count = async (table: string, where = 'true') =>
  (await query(`select count(*)::int4 as count from content.${table} where tenant_id = $1 and ${where}`, [subject.tenantId])).rows[0].count;

/** Compresses well and is new each time. */
const textBytes = (length: number) => Buffer.alloc(length, randomBytes(2_000).toString('hex'));

describe('round trips', () => {
  it.each([0, 1, 127, 128, 1_023, 1_024, frameBytes - 1, frameBytes, frameBytes + 1, 25 * mebibyte])(
    '[I1] gives back %i bytes',
    async (length) => {
      for (const bytes of [textBytes(length), length <= 1_024 || length === frameBytes + 1 ? randomBytes(length) : undefined]) {
        if (!bytes) continue;
        const object = await content.put(subject, { kind: 'file' }, bytes);
        expect(object.rawBytes).toBe(length);
        expect((await read(object.id)).equals(bytes)).toBe(true);
        const [start, end] = [Math.floor(length / 3), Math.ceil((length * 2) / 3)];
        expect((await read(object.id, { start, end })).equals(bytes.subarray(start, end))).toBe(true);
      }
    },
  );

  it.each(codecs.map((codec) => codec.name as 'zstd'))(
    '[I1] gives back what %s encoded, whatever the option says later',
    async (algorithm) => {
      const deps = { connect: platform.use<Connect>('connect'), tenancy, clock: { now: () => new Date() } as never, log: console as never };
      const bytes = textBytes(300_000);
      await using other = await openContent(deps, { algorithm, maxObjectBytes: mebibyte });
      const object = await other.put(subject, { kind: 'file' }, bytes);
      expect((await read(object.id)).equals(bytes)).toBe(true);
      const { rows } = await query(
        'select a.name from content.frames f join content.compression_algorithms a on a.id = f.algorithm_id where blob_id = $1',
        [object.blobId],
      );
      expect(rows).toEqual([{ name: algorithm }]);
    },
  );

  it('keeps what does not become a fifth smaller as it is', async () => {
    const object = await content.put(subject, { kind: 'file' }, randomBytes(5_000));
    const { rows } = await query('select algorithm_id, octet_length(bytes) as length from content.frames where blob_id = $1', [
      object.blobId,
    ]);
    expect(rows).toEqual([{ algorithm_id: 0, length: 5_000 }]);
  });

  it('takes chunks of any size from a stream and reads them in frames', async () => {
    const bytes = textBytes(20 * mebibyte);
    const chunks = async function* () {
      for (let i = 0, step = 1; i < bytes.length; i += step, step = (step * 7) % 900_001)
        yield bytes.subarray(i, Math.min(bytes.length, i + step));
    };
    const object = await content.put(subject, { kind: 'export' }, chunks());
    const read = await Array.fromAsync(content.get(subject, object.id));
    expect(read.map((chunk) => chunk.length)).toEqual([frameBytes, frameBytes, 4 * mebibyte]);
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
  });

  it('remembers what is known of an object', async () => {
    const init = {
      kind: 'attachment',
      ownerTable: 'oltp.leads',
      ownerId: uuidv7(),
      name: 'über.pdf',
      contentType: 'application/pdf',
    } as const;
    const created = new Date('2001-02-03T04:05:06Z');
    const object = await content.put(subject, { ...init, created, charset: 'utf-8' }, Buffer.from('x'));
    expect(await content.stat(subject, object.id)).toEqual(object);
    expect(object).toMatchObject({ ...init, created, charset: 'utf-8', rawBytes: 1, layout: 'bytes' });
    expect(await content.list(subject, { ownerId: init.ownerId })).toEqual([object]);
  });

  it('lists in order of putting, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await content.put(subject, { kind: 'preview' }, Buffer.from(`preview ${i}`))).id);
    const first = await content.list(subject, { kind: 'preview', limit: 3 });
    const second = await content.list(subject, { kind: 'preview', limit: 3, after: first[2]?.id as string });
    expect([...first, ...second].map((object) => object.id)).toEqual(ids);
  });
});

describe('refusals', () => {
  it.each([
    { start: -1, end: 1 },
    { start: 2, end: 1 },
    { start: 0, end: 4 },
    { start: 0.5, end: 1 },
  ])('refuses the range %j of three bytes', async (range) => {
    const { id } = await content.put(subject, { kind: 'file' }, Buffer.from('abc'));
    await expect(read(id, range)).rejects.toMatchObject({ code: 'PLINTH_CONTENT_INVALID_RANGE' });
  });

  it.each([uuidv7(), 'no uuid', ''])('does not know the object %j', async (id) => {
    const unknown = { code: 'PLINTH_CONTENT_UNKNOWN_OBJECT' };
    await expect(content.stat(subject, id)).rejects.toMatchObject(unknown);
    await expect(read(id)).rejects.toMatchObject(unknown);
    await expect(content.remove(subject, id)).rejects.toMatchObject(unknown);
  });

  it.each([
    { kind: 'picture' },
    { kind: 'file', ownerTable: 'a.b' },
    { kind: 'file', ownerTable: 'a.b', ownerId: '7' },
    { kind: 'file', name: 'a\0b' },
  ])('refuses an object %j and stores nothing', async (init) => {
    const before = await count('blobs');
    await expect(content.put(subject, init as never, randomBytes(10))).rejects.toMatchObject({ code: 'PLINTH_CONTENT_INVALID_OBJECT' });
    expect(await count('blobs')).toBe(before);
  });

  it('[I6] refuses what is too large as soon as that is known, and leaves nothing', async () => {
    const before = await count('blobs');
    let given = 0;
    const endless = async function* () {
      for (;;) {
        given++;
        yield Buffer.alloc(mebibyte, given);
      }
    };
    await expect(content.put(subject, { kind: 'file' }, endless())).rejects.toMatchObject({ code: 'PLINTH_CONTENT_TOO_LARGE' });
    expect(given).toBe(26);
    expect(await count('blobs')).toBe(before);
    const message = { raw: Buffer.alloc(26 * mebibyte), ownerTable: 'a.b', ownerId: uuidv7(), created: new Date() };
    const put = tenancy.run(subject, { tier: 'content', tag: 'test' }, (tx) => content.putMessages(tx, subject, [message]));
    await expect(put).rejects.toMatchObject({ code: 'PLINTH_CONTENT_TOO_LARGE' });
  });
});

describe('sharing', () => {
  it('[I3] keeps the same bytes once, put a hundred times at once', async () => {
    const bytes = randomBytes(40_000);
    const objects = await Promise.all(Array.from({ length: 100 }, () => content.put(subject, { kind: 'attachment' }, bytes)));
    expect(new Set(objects.map((object) => object.id)).size).toBe(100);
    expect(new Set(objects.map((object) => object.blobId)).size).toBe(1);
    expect(await count('blobs', `id = '${objects[0]?.blobId}'`)).toBe(1);
    expect(await count('frames', `blob_id = '${objects[0]?.blobId}'`)).toBe(1);
  });

  it('[I3] keeps a large stream once, uploaded several times at once', async () => {
    const bytes = textBytes(frameBytes + 5_000);
    const objects = await Promise.all(Array.from({ length: 4 }, () => content.put(subject, { kind: 'file' }, bytes)));
    expect(new Set(objects.map((object) => object.blobId)).size).toBe(1);
    expect(await count('blobs', 'sha256 is null')).toBe(0);
    expect((await read(objects[3]?.id as string)).equals(bytes)).toBe(true);
  });

  it('[I5] never crosses tenants: neither bytes nor the fact that they are known', async () => {
    const other = { tenantId: (await tenancy.create({ slug: 'beta' })).id };
    const bytes = randomBytes(2_000);
    const mine = await content.put(subject, { kind: 'file' }, bytes);
    const theirs = await content.put(other, { kind: 'file' }, bytes);
    expect(theirs.blobId).not.toBe(mine.blobId);
    await expect(read(mine.id, undefined, other)).rejects.toMatchObject({ code: 'PLINTH_CONTENT_UNKNOWN_OBJECT' });
    await expect(content.remove(other, mine.id)).rejects.toMatchObject({ code: 'PLINTH_CONTENT_UNKNOWN_OBJECT' });
    expect((await content.list(other)).map((object) => object.id)).toEqual([theirs.id]);
    expect((await content.savings(other)).objects).toBe(1);
    expect((await read(mine.id)).equals(bytes)).toBe(true);
  });

  it('[I7] keeps bytes until the last object of them is removed', async () => {
    const bytes = textBytes(frameBytes + 1);
    const [one, two] = [await content.put(subject, { kind: 'file' }, bytes), await content.put(subject, { kind: 'body' }, bytes)];
    await content.remove(subject, one.id);
    expect((await read(two.id)).equals(bytes)).toBe(true);
    await content.remove(subject, two.id);
    expect(await count('blobs', `id = '${one.blobId}'`)).toBe(0);
    expect(await count('frames', `blob_id = '${one.blobId}'`)).toBe(0);
  });

  it('[I7] loses nothing when puts race the removal of the last object', async () => {
    const bytes = randomBytes(3_000);
    let { id } = await content.put(subject, { kind: 'file' }, bytes);
    for (let round = 0; round < 30; round++) {
      const [, next] = await Promise.all([content.remove(subject, id), content.put(subject, { kind: 'file' }, bytes)]);
      expect((await read(next.id)).equals(bytes)).toBe(true);
      id = next.id;
    }
  });

  it('goes with its tenant', async () => {
    const { id: tenantId } = await tenancy.create({ slug: 'gamma' });
    await content.put({ tenantId }, { kind: 'file' }, textBytes(9_000));
    await query('delete from tenancy.tenants where id = $1', [tenantId]);
    for (const table of ['objects', 'blobs', 'frames']) {
      expect((await query(`select from content.${table} where tenant_id = $1`, [tenantId])).rowCount).toBe(0);
    }
  });
});

it('[I9] has a codec for each algorithm of the registry, and each algorithm in use stays in it', async () => {
  const { rows } = await query('select id::int4, name from content.compression_algorithms order by id');
  expect(rows).toEqual(codecs.map(({ id, name }) => ({ id, name })));
  await content.put(subject, { kind: 'file' }, textBytes(5_000));
  await expect(query("delete from content.compression_algorithms where name = 'zstd'")).rejects.toMatchObject({ code: '23503' });
});
