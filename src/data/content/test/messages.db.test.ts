import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { TenantSubject } from '../../../foundation/connect/index.ts';
import { uuidv7 } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Content } from '../index.ts';
import { mimeMessage } from './generated-mail.ts';

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
const put = (messages: readonly Buffer[]) =>
  tenancy.run(subject, { tier: 'content', tag: 'test' }, (tx) =>
    content.putMessages(
      tx,
      subject,
      messages.map((raw) => ({ raw, ownerTable: 'test.messages', ownerId: uuidv7(), created: new Date() })),
    ),
  );
const base64 = (bytes: Buffer, width = 76) =>
  bytes
    .toString('base64')
    .match(new RegExp(`.{1,${width}}`, 'g'))
    ?.join('\r\n');
const mixed = (subjectLine: string, attachment: Buffer, width?: number) =>
  Buffer.from(
    [
      `Subject: ${subjectLine}`,
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      `Gr=C3=BC=C3=9Fe an ${subjectLine}, mit einem Anhang, den jeder bekommt, und einer Zei=`,
      'le, die umbrochen wurde.',
      '--b',
      'Content-Type: application/pdf; name=all.pdf',
      'Content-Disposition: attachment',
      'Content-Transfer-Encoding: base64',
      '',
      base64(attachment, width),
      '--b--',
      '',
    ].join('\r\n'),
  );

it('[I2] gives back generated mail bit for bit, whole and in ranges', async () => {
  const messages = fc.sample(mimeMessage, 300);
  const stored = await put(messages);
  for (const [i, raw] of messages.entries()) {
    const id = stored[i]?.raw.id as string;
    expect((await read(id)).equals(raw)).toBe(true);
    const [start, end] = [Math.floor(raw.length / 4), Math.floor(raw.length / 2)];
    const range = await Array.fromAsync(content.get(subject, id, { start, end }));
    expect(Buffer.concat(range).equals(raw.subarray(start, end))).toBe(true);
  }
});

it('[I2] keeps an attachment sent to many once, in whatever lines it was encoded', async () => {
  const attachment = randomBytes(20_000);
  const messages = [mixed('Anna', attachment), mixed('Bert', attachment, 60), mixed('Cleo', attachment, 72)];
  const stored = await put(messages);
  expect(new Set(stored.map((message) => message.attachments[0]?.blobId)).size).toBe(1);
  for (const [i, message] of stored.entries()) {
    expect(message.layout).toBe('recipe');
    expect((await read(message.raw.id)).equals(messages[i] as Buffer)).toBe(true);
    expect((await read(message.bodies[0]?.id as string)).toString()).toMatch(/^Grüße an \w+, .* Zeile, die/);
    expect(message.bodies[0]).toMatchObject({ path: '1', charset: 'utf-8', kind: 'body', rawObjectId: message.raw.id });
    expect(message.attachments[0]).toMatchObject({ path: '2', name: 'all.pdf', disposition: 'attachment', rawBytes: 20_000 });
  }
  const { rows } = await query('select sum(octet_length(f.bytes))::int4 as bytes from content.frames f where f.blob_id = any($1)', [
    stored.map((message) => message.raw.blobId),
  ]);
  expect(rows[0].bytes).toBeLessThan(1_500);
});

it('stores a message again as new objects of the same bytes', async () => {
  const raw = mixed('Twice', randomBytes(500));
  const [first, second, third] = [...(await put([raw, raw])), ...(await put([raw]))];
  expect(second?.raw.blobId).toBe(first?.raw.blobId);
  expect(third?.raw.blobId).toBe(first?.raw.blobId);
  expect(new Set([first?.raw.id, second?.raw.id, third?.raw.id]).size).toBe(3);
});

it('[I2] reads a message that came as an attachment of another one and by itself', async () => {
  const inner = mixed('Inner', randomBytes(700));
  const outer = Buffer.concat([
    Buffer.from('Content-Type: multipart/digest; boundary=o\r\n\r\n--o\r\n\r\n'),
    inner,
    Buffer.from('\r\n--o--\r\n'),
  ]);
  for (const batch of [[inner, outer], [outer]]) {
    const stored = await put(batch);
    const last = stored.at(-1);
    expect(last?.attachments[0]?.contentType).toBe('message/rfc822');
    expect((await read(last?.raw.id as string)).equals(outer)).toBe(true);
    expect((await read(last?.attachments[0]?.id as string)).equals(inner)).toBe(true);
  }
});

it('keeps a message that was put as a stream whole, and takes it as that later', async () => {
  const raw = mixed('Stream', randomBytes(900));
  const object = await content.put(subject, { kind: 'raw' }, raw);
  expect(object.layout).toBe('bytes');
  const [message] = await put([raw]);
  expect(message).toMatchObject({ layout: 'bytes', raw: { blobId: object.blobId } });
  expect((await read(message?.raw.id as string)).equals(raw)).toBe(true);
});

it('[I7] removes a message with its parts and leaves what others need', async () => {
  const attachment = randomBytes(4_000);
  const [one, two] = await put([mixed('One', attachment), mixed('Two', attachment)]);
  await content.remove(subject, one?.raw.id as string);
  for (const id of [one?.raw.id, one?.bodies[0]?.id, one?.attachments[0]?.id]) {
    await expect(content.stat(subject, id as string)).rejects.toMatchObject({ code: 'PLINTH_CONTENT_UNKNOWN_OBJECT' });
  }
  expect((await read(two?.attachments[0]?.id as string)).equals(attachment)).toBe(true);
  // Without the object the blob stays: the message is made from it.
  await content.remove(subject, two?.attachments[0]?.id as string);
  expect((await read(two?.raw.id as string)).includes(Buffer.from('all.pdf'))).toBe(true);
  await content.remove(subject, two?.raw.id as string);
  const { rowCount } = await query('select from content.blobs where id = any($1)', [
    [one?.raw.blobId, two?.raw.blobId, two?.attachments[0]?.blobId],
  ]);
  expect(rowCount).toBe(0);
});

it('[I3] takes overlapping batches at the same time', async () => {
  const pool = Array.from({ length: 40 }, (_, i) => mixed(`Person ${i}`, randomBytes(300)));
  const batches = Array.from({ length: 12 }, (_, i) => pool.toSpliced(i * 3, 3).toSorted(() => (i % 2) - 0.5));
  const stored = await Promise.all(batches.map(put));
  for (const [i, batch] of batches.entries()) {
    for (const [j, raw] of batch.entries()) expect((await read(stored[i]?.[j]?.raw.id as string)).equals(raw)).toBe(true);
  }
  expect(new Set(stored.flat().map((message) => message.raw.blobId)).size).toBe(40);
});

it('is all or nothing with the transaction of the caller', async () => {
  const raw = mixed('Rolled back', randomBytes(100));
  const failing = tenancy.run(subject, { tier: 'content', tag: 'test' }, async (tx) => {
    await content.putMessages(tx, subject, [{ raw, ownerTable: 'a.b', ownerId: uuidv7(), created: new Date() }]);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const before = await query('select count(*)::int4 as n from content.blobs');
  await put([]);
  await put([raw]);
  const after = await query('select count(*)::int4 as n from content.blobs');
  expect(after.rows[0].n - before.rows[0].n).toBe(3);
});

it('leaves a transaction usable when a savepoint around it is rolled back', async () => {
  const good = mixed('Good', randomBytes(3_000));
  const stored = await tenancy.run(subject, { tier: 'content', tag: 'test' }, async (tx) => {
    const bad = { raw: mixed('Bad', randomBytes(3_000)), ownerTable: 'a.b', ownerId: uuidv7(), created: new Date(-8.64e15) };
    await expect(tx.savepoint(() => content.putMessages(tx, subject, [bad]))).rejects.toThrow();
    return content.putMessages(tx, subject, [{ ...bad, raw: good, created: new Date() }]);
  });
  expect((await read(stored[0]?.raw.id as string)).equals(good)).toBe(true);
});

it('counts each byte once in the savings', async () => {
  const tenant = { tenantId: (await tenancy.create({ slug: 'savings' })).id };
  const attachment = randomBytes(10_000);
  const messages = [mixed('A', attachment), mixed('B', attachment)];
  await tenancy.run(tenant, { tier: 'content', tag: 'test' }, (tx) =>
    content.putMessages(
      tx,
      tenant,
      messages.map((raw) => ({ raw, ownerTable: 'a.b', ownerId: uuidv7(), created: new Date() })),
    ),
  );
  const savings = await content.savings(tenant);
  const { rows } = await query(
    'select sum(raw_bytes)::int4 as raw, sum(octet_length(bytes))::int4 as stored from content.frames where tenant_id = $1',
    [tenant.tenantId],
  );
  expect(savings).toMatchObject({
    objects: 6,
    blobs: 5,
    rawBytes: messages.reduce((sum, raw) => sum + raw.length, 0),
    uniqueBytes: rows[0].raw,
    storedBytes: rows[0].stored,
  });
  expect(await content.heaviest(tenant)).toMatchObject({ mostShared: [{ name: 'all.pdf', references: 2, rawBytes: 10_000 }] });
  expect(savings.byKind.find((kind) => kind.kind === 'attachment')).toMatchObject({ objects: 2, rawBytes: 20_000, uniqueBytes: 10_000 });
  expect(savings.diskBytes).toBeGreaterThan(savings.storedBytes);
  expect((await content.savings()).rawBytes).toBeGreaterThan(savings.rawBytes);
});
