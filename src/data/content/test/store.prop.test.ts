import { createHash, randomBytes } from 'node:crypto';
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

beforeAll(async () => {
  platform = await testPlatform();
  content = platform.use('content');
  tenancy = platform.use('tenancy');
});
afterAll(() => platform[Symbol.asyncDispose]());

interface Entry {
  readonly id: string;
  readonly bytes: Buffer;
  /** Removed with this one. */
  readonly partIds: readonly string[];
}

/** Few contents of each size, so that they collide; some need several frames. */
const contents = [0, 1, 1_023, 1_024, 70_000, 8 * 1024 * 1024 + 3].flatMap((length) =>
  [1, 2].map((fill) => Buffer.alloc(length, createHash('sha256').update(`${length} ${fill}`).digest())),
);

type Step =
  | { readonly do: 'put'; readonly content: number }
  | { readonly do: 'put messages'; readonly messages: readonly Buffer[] }
  | { readonly do: 'remove' | 'read range'; readonly which: number; readonly from: number; readonly length: number }
  | { readonly do: 'damage and put again'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(contents.length - 1).map((content) => ({ do: 'put', content }) as const) },
  {
    weight: 3,
    arbitrary: fc.array(mimeMessage, { minLength: 1, maxLength: 4 }).map((messages) => ({ do: 'put messages', messages }) as const),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('remove', 'read range'), fc.nat(), fc.nat(), fc.nat())
      .map(([what, which, from, length]) => ({ do: what, which, from, length }) as Step),
  },
  { weight: 1, arbitrary: fc.nat().map((which) => ({ do: 'damage and put again', which }) as const) },
);

const read = async (subject: TenantSubject, id: string, range?: { start: number; end: number }) =>
  Buffer.concat(await Array.fromAsync(content.get(subject, id, range)));

it('[I1] [I7] behaves as a map of bytes would, and keeps nothing that no object needs', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const subject = { tenantId: (await tenancy.create({ slug: `run-${run++}` })).id };
      const model = new Map<string, Entry>();
      const any = (which: number) => [...model.values()][which % Math.max(1, model.size)];
      for (const action of steps) await perform(subject, model, any, action);
      for (const { id, bytes } of model.values()) expect((await read(subject, id)).equals(bytes)).toBe(true);
      for (const { id } of model.values()) await content.remove(subject, id).catch(() => {});
      const { client } = platform.databases.content;
      for (const table of ['objects', 'blobs', 'frames', 'blob_parts']) {
        expect((await client.query(`select from content.${table} where tenant_id = $1`, [subject.tenantId])).rowCount).toBe(0);
      }
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

it('[I7] a message that is put again as a file, because it was damaged, leaves no part behind that nobody needs', async () => {
  const subject = { tenantId: (await tenancy.create({ slug: 'loose' })).id };
  const { client } = platform.databases.content;
  for (const size of [300, 3_000_000]) {
    const body = randomBytes(size).toString('base64').replace(/.{76}/g, '$&\r\n');
    const head = 'From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n';
    const raw = Buffer.from(`${head}${body}\r\n`);
    const message = { raw, ownerTable: 'a.b', ownerId: uuidv7(), created: new Date() };
    const [stored] = await tenancy.run(subject, { tier: 'content', tag: 'test' }, (tx) => content.putMessages(tx, subject, [message]));
    const { blobId } = await content.stat(subject, stored?.raw.id ?? '');
    expect((await client.query('select from content.blob_parts where blob_id = $1', [blobId])).rowCount).toBe(1);
    await content.remove(subject, stored?.attachments[0]?.id ?? '');
    await client.query('update content.blobs set damaged = now() where id = $1', [blobId]);
    const again = await content.put(subject, { kind: 'file' }, raw);
    expect((await client.query('select id from content.blobs where tenant_id = $1', [subject.tenantId])).rows).toEqual([{ id: blobId }]);
    expect((await read(subject, again.id)).equals(raw)).toBe(true);
    await content.remove(subject, again.id);
    await content.remove(subject, stored?.raw.id ?? '');
  }
});

async function perform(subject: TenantSubject, model: Map<string, Entry>, any: (which: number) => Entry | undefined, action: Step) {
  const { client } = platform.databases.content;
  if (action.do === 'put') {
    const bytes = contents[action.content] as Buffer;
    const { id } = await content.put(subject, { kind: 'file' }, bytes);
    model.set(id, { id, bytes, partIds: [] });
    return;
  }
  if (action.do === 'put messages') {
    const messages = action.messages.map((raw) => ({ raw, ownerTable: 'a.b', ownerId: uuidv7(), created: new Date() }));
    const stored = await tenancy.run(subject, { tier: 'content', tag: 'test' }, (tx) => content.putMessages(tx, subject, messages));
    for (const [i, message] of stored.entries()) {
      const parts = [...message.bodies, ...message.attachments];
      for (const part of parts) model.set(part.id, { id: part.id, bytes: await read(subject, part.id), partIds: [] });
      model.set(message.raw.id, { id: message.raw.id, bytes: action.messages[i] as Buffer, partIds: parts.map((part) => part.id) });
    }
    return;
  }
  const entry = any(action.which);
  if (!entry) return;
  const { id, bytes } = entry;
  if (action.do === 'remove') {
    await content.remove(subject, id);
    for (const gone of [id, ...entry.partIds]) model.delete(gone);
  } else if (action.do === 'read range') {
    const start = action.from % (bytes.length + 1);
    const end = start + (action.length % (bytes.length - start + 1));
    expect((await read(subject, id, { start, end })).equals(bytes.subarray(start, end))).toBe(true);
  } else {
    const { blobId } = await content.stat(subject, id);
    await client.query("update content.frames set bytes = bytes || 'x' where blob_id = $1", [blobId]);
    await client.query('update content.blobs set damaged = now() where id = $1', [blobId]);
    const again = await content.put(subject, { kind: 'file' }, bytes);
    model.set(again.id, { id: again.id, bytes, partIds: [] });
  }
}
