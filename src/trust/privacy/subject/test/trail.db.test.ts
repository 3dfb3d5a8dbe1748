import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Audit } from '../../../audit/index.ts';
import type { Tenancy } from '../../../tenancy/index.ts';
import type { Privacy } from '../../index.ts';
import { findBytes } from './byte-search.ts';
import { makeShop, putPerson, type TestPerson, traces } from './shop.ts';

let platform: TestPlatform;
let audit: Audit;
let tenantId: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-trail-'));
  const options = { crypto: { key: randomBytes(32).toString('base64') }, audit: { anchorDir: join(folder, 'anchors') } };
  platform = await testPlatform({ options });
  audit = platform.use<Audit>('audit');
  ({ tenantId } = await makeShop(platform));
  // As somebody tracks tables who has classified one column only.
  for (const table of ['customers', 'orders', 'wishes', 'invoices', 'complaints', 'mails', 'visits'])
    await query(
      `select tenancy.protect('shop.${table}'), audit.track('shop.${table}', classified => '{"placed": {"level": "internal"}, "cents": {"level": "public"}}')`,
    );
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const query = async (text: string, values: unknown[] = []) =>
  (await platform.databases.oltp.client.query(text, values)).rows as Record<string, unknown>[];

/** Somebody whose rows were made and changed, told of in the trail, sealed, and in the copy for the long term. */
async function putKnown(tenant: string): Promise<TestPerson> {
  const person = await putPerson(platform, tenant);
  await query('update shop.customers set name = $2 where id = $1', [person.customerId, `${person.name} now`]);
  await query('update shop.invoices set cents = 815 where customer = $1', [person.customerId]);
  const read = {
    kind: 'access',
    action: 'read',
    success: true,
    tenantId: tenant,
    target: { type: 'table', id: 'shop.customers' },
  } as const;
  await audit.record({ ...read, keys: [person.customerId] });
  await until(async () => {
    await audit.longTerm.feed();
    await audit.chain.seal();
    return (await audit.chain.status()).every(({ unsealedEvents }) => unsealedEvents === 0);
  });
  return person;
}

const inTrail = async (needles: Readonly<Record<string, Buffer | string>>) =>
  (await findBytes(platform, needles)).filter((found) => / in (audit\.|pg_toast)/.test(found));
const findings = async () => (await audit.chain.verify()).findings;

it('[I10] an erased person is in the trail as facts: no byte of theirs, counted on the certificate, and the proof holds', async () => {
  const person = await putKnown(tenantId);
  const theirs = await traces(platform, person);
  expect(await inTrail(theirs)).toEqual([]);
  // What somebody has called public is there, so it is looked for in the right place.
  expect(await inTrail({ cents: '"new":[815]' })).toMatchObject([expect.stringContaining('audit.events')]);

  const { subjects } = platform.use<Privacy>('privacy');
  await subjects.export({ identifier: person.email, purpose: 'letter 4' }, join(folder, 'export'));
  const told = (await readFile(join(folder, 'export', 'audit', 'oltp', 'shop.customers.jsonl'), 'utf8')).trim().split('\n');
  expect(told.map((line) => JSON.parse(line))).toMatchObject([
    { action: 'insert', columns: ['email', 'name', 'phone'] },
    { action: 'update', columns: ['name'] },
    { action: 'read', kind: 'access', columns: [] },
  ]);

  const certificate = await subjects.erase({ identifier: person.email, purpose: 'letter 5' });
  const kept = certificate.places.filter(({ store }) => store === 'audit').map(({ method, count, place }) => `${method} ${count} ${place}`);
  expect(kept.toSorted()).toEqual(
    [
      'keep 1 events about oltp:shop.orders',
      'keep 1 events about oltp:shop.wishes',
      'keep 1 events about olap:shop.visits',
      'keep 1 events about queue:shop.mails',
      'keep 3 events about oltp:shop.invoices',
      'keep 3 events about oltp:shop.customers',
    ].toSorted(),
  );
  expect(await findBytes(platform, theirs)).toEqual([]);
  expect(await findings()).toEqual([]);
  const history = await audit.history({ table: 'shop.customers', key: [person.customerId] });
  expect(history.versions.map(({ action }) => action)).toEqual(['insert', 'update', 'delete']);
});

it('[I10] of an erased tenant the trail keeps hashes whose key is gone with its bytes', async () => {
  const { id } = await platform.use<Tenancy>('tenancy').create({ slug: 'leaving' });
  const person = await putKnown(id);
  const [key] = (await query('select inner_block from audit.hash_keys where tenant_id = $1', [id])) as [{ inner_block: Buffer }];
  const theirs = { ...(await traces(platform, person)), key: key.inner_block };
  expect(await inTrail(theirs)).toEqual(['key in audit.hash_keys']);

  const certificate = await platform.use<Tenancy>('tenancy').lifecycle.erase('leaving', { confirm: 'leaving' });

  expect(certificate).toMatchObject({ removed: { audit: { keysOfHashes: 1 } }, keptSchemas: expect.arrayContaining(['audit']) });
  expect(await inTrail(theirs)).toEqual([]);
  expect(await findings()).toEqual([]);
  const deleted = await query(
    "select changes from audit.events where target_id = 'shop.customers' and action = 'delete' and tenant_id = $1",
    [id],
  );
  expect(deleted).toMatchObject([{ changes: { email: { old: [null] } } }]);
});
