import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectTo, spawnScript, testPasswords } from '../../../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Content } from '../../../../data/content/index.ts';
import type { Holds } from '../../../../foundation/partition/index.ts';
import { defineOptions, type Manifest, Type, tiers } from '../../../../kernel/index.ts';
import { isGenuine } from '../../../tenancy/index.ts';
import type { Privacy, Subjects } from '../../index.ts';
import { findBytes as findBytesSince } from './byte-search.ts';
import { analyze, makeShop, putPerson, traces } from './shop.ts';

let hold: string | undefined;
const holds: Holds = { holdOn: async ({ table }) => (table === 'shop.mails' ? hold : undefined) };
const lawyer: Manifest = {
  name: 'lawyer',
  layer: 'product',
  requires: ['privacy'],
  tiers: [],
  options: defineOptions('lawyer', Type.Object({})),
  open: async () => ({ async [Symbol.asyncDispose]() {} }),
  fills: { 'partition.Holds': () => holds },
};

const masterKey = randomBytes(32).toString('base64');
let platform: TestPlatform;
let subjects: Subjects;
let tenantId: string;

beforeAll(async () => {
  platform = await testPlatform({ isApart: true, product: lawyer, options: { crypto: { key: masterKey } } });
  subjects = platform.use<Privacy>('privacy').subjects;
  ({ tenantId } = await makeShop(platform));
});
afterAll(() => platform?.[Symbol.asyncDispose]());

/** Of people who were put here by this file: what was not written since it began has nothing of them. */
const began = new Date(Date.now() - 5_000);
const findBytes = (found: TestPlatform, needles: Readonly<Record<string, Buffer | string>>) => findBytesSince(found, needles, began);

const query = (tier: (typeof tiers)[number], text: string, values: unknown[] = []) => platform.databases[tier].client.query(text, values);
const purpose = 'letter 17';

it('[I10] leaves no byte of a person in any tier, and everything of all others', { timeout: 120_000 }, async () => {
  for (let i = 0; i < 8; i++) await putPerson(platform, tenantId);
  const [person, other] = [await putPerson(platform, tenantId), await putPerson(platform, tenantId)];
  await analyze(platform);
  const [theirs, others] = [await traces(platform, person), await traces(platform, other)];
  const names = (found: readonly string[]) => new Set(found.map((line) => line.replace(/ in .*/, '')));
  expect(names(await findBytes(platform, theirs))).toEqual(new Set(Object.keys(theirs)));

  const certificate = await subjects.erase({ identifier: person.email.toUpperCase(), purpose });

  expect(await findBytes(platform, theirs)).toEqual([]);
  expect(names(await findBytes(platform, others))).toEqual(new Set(Object.keys(others)));
  expect(certificate.places.map(({ place, method, count }) => `${method} ${count} ${place}`).sort()).toEqual([
    'anonymise 1 olap:shop.visits',
    'anonymise 1 oltp:shop.invoices',
    'delete 1 oltp:shop.customers',
    'delete 1 oltp:shop.wishes',
    'delete 1 queue:shop.mails',
    'delete 2 objects',
    'delete 2 oltp:shop.orders',
  ]);
  expect(certificate.places.find(({ place }) => place === 'oltp:shop.orders')?.tables).toEqual({
    'oltp:shop.orders_2024': 'rewritten',
    'oltp:shop.orders_2025': 'rewritten',
  });
  expect(isGenuine(certificate)).toBe(true);
  expect(isGenuine(await subjects.certificate(certificate.request))).toBe(true);
  expect(isGenuine(Object.assign({ ...certificate }, { purpose: 'another' }))).toBe(false);
  const { rows } = await query('oltp', 'select sealed_identifier, sealed_person, state from privacy.requests where id = $1', [
    certificate.request,
  ]);
  expect(rows).toEqual([{ sealed_identifier: null, sealed_person: null, state: 'completed' }]);
  expect(JSON.stringify(await subjects.requests())).not.toContain(person.email);
  expect((await query('oltp', 'select cents from shop.invoices where customer = $1', [person.customerId])).rows).toEqual([{ cents: 4711 }]);
});

it('[I11] goes on after a kill, and after the next one, and ends with nothing left', { timeout: 120_000 }, async () => {
  const person = await putPerson(platform, tenantId);
  await analyze(platform);
  const theirs = await traces(platform, person);
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, platform.databases[tier].url]));
  const options = {
    platform: { onBoot: 'verify' },
    cluster: { engine: 'attached', ...urls },
    access: testPasswords,
    crypto: { key: masterKey },
  };
  // Before the first row goes, among the rows, and among the files.
  for (const step of [/^erasing from content/, /^deleting from oltp:shop\.customers/, /^rewriting oltp:shop\.orders/]) {
    await retryWhileBusy(async () => {
      await using child = spawnScript(new URL('erase-child.ts', import.meta.url), {
        args: [JSON.stringify(options), person.email],
        cwd: tmpdir(),
      });
      await child.line(step);
      await child.kill9();
    });
    const [begun] = await subjects.requests();
    expect(begun).toMatchObject({ state: 'running', identifierKind: 'email' });
  }
  const [begun] = await subjects.requests();

  // The lead of a killed process is free once the server has noticed.
  const certificate = await retryWhileBusy(() => subjects.erase({ identifier: person.email, purpose }));

  expect(certificate.request).toBe(begun?.id);
  expect(await findBytes(platform, theirs)).toEqual([]);
  expect(certificate.places.map(({ method, count, place }) => `${method} ${count} ${place}`)).toContain('delete 2 oltp:shop.orders');
  expect(certificate.places.flatMap(({ tables }) => Object.values(tables)).every((purged) => purged === 'rewritten')).toBe(true);
});

async function retryWhileBusy<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      // A child says it in what it printed.
      const { code, message } = error as { code?: string; message: string };
      if (!`${code} ${message}`.includes('PLINTH_PRIVACY_BUSY') || tries === 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

it('[I12] erases nothing while a legal hold is in the way, says why, and goes on when it is released', async () => {
  const person = await putPerson(platform, tenantId);
  hold = 'matter 2026-7: everything sent in spring';
  const plan = await subjects.plan({ identifier: person.email });
  expect(plan.filter((place) => place.hold)).toMatchObject([{ place: 'queue:shop.mails', hold: expect.stringContaining('matter 2026-7') }]);
  const refused = await subjects.erase({ identifier: person.email, purpose }).catch((error) => error);
  expect(refused).toMatchObject({ code: 'PLINTH_PRIVACY_HELD', message: expect.stringContaining('matter 2026-7') });
  const [waiting] = await subjects.requests();
  expect(waiting).toMatchObject({ state: 'held', heldBy: expect.stringContaining('matter 2026-7') });
  expect((await query('oltp', 'select from shop.customers where id = $1', [person.customerId])).rowCount).toBe(1);
  hold = undefined;
  const certificate = await subjects.resume(waiting?.id ?? '');
  expect(certificate.request).toBe(waiting?.id);
  expect((await query('oltp', 'select from shop.customers where id = $1', [person.customerId])).rowCount).toBe(0);
});

it('[I13] says so when somebody goes on writing what is erased', async () => {
  await query(
    'queue',
    `create function shop.again() returns trigger language plpgsql as
    $$ begin insert into shop.mails (tenant_id, recipient, body) values (old.tenant_id, old.recipient, 'again'); return null; end $$`,
  );
  await query('queue', 'create trigger mails_again after delete on shop.mails for each row execute function shop.again()');
  const person = await putPerson(platform, tenantId);
  await expect(subjects.erase({ identifier: person.email, purpose })).rejects.toMatchObject({
    code: 'PLINTH_PRIVACY_NOT_GONE',
    message: expect.stringContaining('queue:shop.mails'),
  });
  await query('queue', 'drop trigger mails_again on shop.mails');
  await subjects.erase({ identifier: person.email, purpose });
  expect((await query('queue', 'select from shop.mails where recipient = $1', [person.email])).rowCount).toBe(0);
});

it('[I14] waits for whoever may still see the rows before it rewrites their files', async () => {
  const person = await putPerson(platform, tenantId);
  const theirs = await traces(platform, person);
  await using reader = await connectTo(platform.databases.oltp.endpoint, 'a long report');
  await reader.query('begin isolation level repeatable read');
  await reader.query('select from shop.customers');
  const lines: string[] = [];
  let isDone = false;
  const erasing = subjects.erase({ identifier: person.email, purpose, onProgress: (line) => void lines.push(line) }).finally(() => {
    isDone = true;
  });
  await expect.poll(() => lines.some((line) => line.startsWith('deleting from oltp:shop.customers')), { timeout: 20_000 }).toBe(true);
  await expect.poll(async () => (await query('oltp', 'select from shop.customers where id = $1', [person.customerId])).rowCount).toBe(0);
  expect(isDone).toBe(false);
  expect((await reader.query('select from shop.customers where id = $1', [person.customerId])).rowCount).toBe(1);
  await reader.query('commit');
  await erasing;
  expect(await findBytes(platform, theirs)).toEqual([]);
});

it('[I15] removes a file that others have too from the person only, and says so', async () => {
  const content = platform.use<Content>('content');
  const [person, other] = [await putPerson(platform, tenantId), await putPerson(platform, tenantId)];
  const brochure = randomBytes(2_000);
  const put = (ownerId: string) => content.put({ tenantId }, { kind: 'file', ownerTable: 'shop.customers', ownerId }, brochure);
  const [own, shared] = [await put(person.customerId), await put(other.customerId)];
  const certificate = await subjects.erase({ identifier: person.email, purpose });
  expect(certificate.places).toContainEqual(
    expect.objectContaining({ store: 'content', method: 'keep', count: 1, place: 'bytes that others have too' }),
  );
  await expect(content.stat({ tenantId }, own.id)).rejects.toMatchObject({ code: 'PLINTH_CONTENT_UNKNOWN_OBJECT' });
  expect(Buffer.concat(await Array.fromAsync(content.get({ tenantId }, shared.id)))).toEqual(brochure);
});
