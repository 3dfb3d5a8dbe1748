import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { TenantSubject } from '../../../foundation/connect/index.ts';
import { hasCode, uuidv7 } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Content } from '../index.ts';

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

const read = async (id: string) => Buffer.concat(await Array.fromAsync(content.get(subject, id)));
const query = (text: string, values: unknown[] = []) => platform.databases.content.client.query(text, values);
const damaged = (blobId: string, frame: number) => ({ code: 'PLINTH_CONTENT_DAMAGED', details: { blobId, frame } });
const putMessages = (messages: readonly Buffer[]) =>
  tenancy.run(subject, { tier: 'content', tag: 'test' }, (tx) =>
    content.putMessages(
      tx,
      subject,
      messages.map((raw) => ({ raw, ownerTable: 'test.messages', ownerId: uuidv7(), created: new Date() })),
    ),
  );

const flip = async (blobId: string, frame: number, bit: number) =>
  query(
    'update content.frames set bytes = set_bit(bytes, $3 % (octet_length(bytes) * 8), 1 - get_bit(bytes, $3 % (octet_length(bytes) * 8))) where blob_id = $1 and frame_number = $2',
    [blobId, frame, bit],
  );

it('[I4] finds a flipped bit in each of 100 frames', async () => {
  let found = 0;
  for (let i = 0; i < 100; i++) {
    const bytes = i % 2 === 0 ? randomBytes(500 + i * 50) : Buffer.from(`compressible ${i} `.repeat(60 + i));
    const object = await content.put(subject, { kind: 'file' }, bytes);
    await flip(object.blobId, 0, i * 7_919);
    await read(object.id).catch((error) => {
      if (hasCode(error, 'PLINTH_CONTENT_DAMAGED')) found++;
    });
  }
  expect(found).toBe(100);
});

it('[I4] gives the good frames before a damaged one, never a wrong byte, and names the frame', async () => {
  const bytes = randomBytes(20 * 1024 * 1024);
  const object = await content.put(subject, { kind: 'file' }, bytes);
  await flip(object.blobId, 2, 12_345);
  const got: Buffer[] = [];
  const reading = async () => {
    for await (const chunk of content.get(subject, object.id)) got.push(Buffer.from(chunk));
  };
  await expect(reading()).rejects.toMatchObject(damaged(object.blobId, 2));
  expect(bytes.subarray(0, Buffer.concat(got).length).equals(Buffer.concat(got))).toBe(true);
  const range = Array.fromAsync(content.get(subject, object.id, { start: 5, end: 9_000_000 }));
  expect(Buffer.concat(await range).equals(bytes.subarray(5, 9_000_000))).toBe(true);
});

it.each([
  ['a missing frame', 'delete from content.frames where blob_id = $1 and frame_number = 1', 1],
  ['a missing last frame', 'delete from content.frames where blob_id = $1 and frame_number = 2', 2],
  ['frames in another order', 'update content.frames set frame_number = 3 where blob_id = $1 and frame_number = 0', 0],
  ['a wrong length', 'update content.frames set raw_bytes = raw_bytes - 1 where blob_id = $1 and frame_number = 0', 3],
])('[I4] finds %s', async (_, sql, frame) => {
  const object = await content.put(subject, { kind: 'file' }, Buffer.alloc(17 * 1024 * 1024, randomBytes(2_000).toString('hex')));
  await query(sql, [object.blobId]);
  await expect(read(object.id)).rejects.toMatchObject(damaged(object.blobId, frame));
});

it('[I4] finds a frame that was exchanged for a good one of other bytes, by the hash of the whole', async () => {
  const [one, two] = [
    await content.put(subject, { kind: 'file' }, randomBytes(300)),
    await content.put(subject, { kind: 'file' }, randomBytes(300)),
  ];
  await query(
    'update content.frames f set bytes = g.bytes, crc32 = g.crc32 from content.frames g where f.blob_id = $1 and g.blob_id = $2',
    [one.blobId, two.blobId],
  );
  await expect(read(one.id)).rejects.toMatchObject({ code: 'PLINTH_CONTENT_DAMAGED' });
});

it('fails only the blob whose algorithm a newer version wrote, and says so', async () => {
  const object = await content.put(subject, { kind: 'file' }, randomBytes(100));
  await query("insert into content.compression_algorithms (id, name, description) values (77, 'future', 'x')");
  await query('update content.frames set algorithm_id = 77 where blob_id = $1', [object.blobId]);
  await expect(read(object.id)).rejects.toMatchObject({ code: 'PLINTH_CONTENT_UNKNOWN_ALGORITHM', details: { algorithmId: 77 } });
});

it('[I8] repairs a blob that a read found damaged, when the same bytes are put again', async () => {
  const bytes = randomBytes(2_000);
  const object = await content.put(subject, { kind: 'file' }, bytes);
  await flip(object.blobId, 0, 99);
  await expect(read(object.id)).rejects.toMatchObject(damaged(object.blobId, 0));
  const again = await content.put(subject, { kind: 'file' }, bytes);
  expect(again.blobId).toBe(object.blobId);
  expect((await read(object.id)).equals(bytes)).toBe(true);
  expect((await query('select from content.blobs where id = $1 and damaged is null', [object.blobId])).rowCount).toBe(1);
});

it('[I8] repairs a large blob from the frames of the upload', async () => {
  const bytes = randomBytes(9 * 1024 * 1024);
  const object = await content.put(subject, { kind: 'file' }, bytes);
  await query('delete from content.frames where blob_id = $1 and frame_number = 1', [object.blobId]);
  await expect(read(object.id)).rejects.toMatchObject(damaged(object.blobId, 1));
  await content.put(subject, { kind: 'file' }, bytes);
  expect((await read(object.id)).equals(bytes)).toBe(true);
  expect((await query('select from content.blobs where sha256 is null')).rowCount).toBe(0);
});

it('[I8] compares bytes with a blob that was not verified for 30 days, and repairs what differs', async () => {
  const bytes = randomBytes(2_000);
  const object = await content.put(subject, { kind: 'file' }, bytes);
  await flip(object.blobId, 0, 5);
  await content.put(subject, { kind: 'file' }, bytes);
  await query("update content.blobs set verified = now() - interval '31 days' where id = $1", [object.blobId]);
  await content.put(subject, { kind: 'file' }, bytes);
  expect((await read(object.id)).equals(bytes)).toBe(true);
});

it('[I8] repairs a message and its parts', async () => {
  const attachment = randomBytes(3_000);
  const raw = Buffer.from(
    `Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n${attachment
      .toString('base64')
      .match(/.{1,76}/g)
      ?.join('\r\n')}\r\n`,
  );
  const [message] = await putMessages([raw]);
  const part = message?.attachments[0];
  await flip(part?.blobId as string, 0, 1);
  await expect(read(message?.raw.id as string)).rejects.toMatchObject(damaged(part?.blobId as string, 0));
  await query('delete from content.blob_parts where blob_id = $1', [message?.raw.blobId]);
  await expect(read(message?.raw.id as string)).rejects.toMatchObject(damaged(message?.raw.blobId as string, 1));
  await putMessages([raw]);
  expect((await read(message?.raw.id as string)).equals(raw)).toBe(true);
  expect((await read(part?.id as string)).equals(attachment)).toBe(true);
});
