import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { spawnScript, testPasswords } from '../../../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import { tiers } from '../../../../kernel/index.ts';
import type { Tenancy } from '../../../tenancy/index.ts';
import type { Anonymizer, Privacy } from '../../index.ts';
import { classify, fill, tables } from './people.ts';

const count = 600;
let source: TestPlatform;
let target: TestPlatform;
let anonymizer: Anonymizer;

beforeAll(async () => {
  [source, target] = [await testPlatform(), await testPlatform()];
  for (const { databases } of [source, target]) await databases.oltp.client.query(tables);
  const { id } = await source.use<Tenancy>('tenancy').create({ slug: 'shop' });
  await fill(source.databases.oltp.client, id, count);
  const privacy = source.use<Privacy>('privacy');
  await classify(privacy);
  anonymizer = privacy.anonymizer;
});
afterAll(async () => {
  await source?.[Symbol.asyncDispose]();
  await target?.[Symbol.asyncDispose]();
});

const from = async (text: string) => (await source.databases.oltp.client.query(text)).rows;
const into = async (text: string) => (await target.databases.oltp.client.query(text)).rows;
const targets = () => ({ oltp: target.databases.oltp.url });
const copied = async () => Number((await into('select count(*) as n from shop.people'))[0].n);

it('[I26] leaves the target as it was when it is killed', async () => {
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, source.databases[tier].url]));
  const options = JSON.stringify({ platform: { onBoot: 'verify' }, cluster: { engine: 'attached', ...urls }, access: testPasswords });
  await using child = spawnScript(new URL('anonymize-child.ts', import.meta.url), {
    args: [options, target.databases.oltp.url],
    cwd: tmpdir(),
  });
  // All is there but the commit.
  await child.line(/looking for leftovers/);
  await child.kill9();
  expect(await copied()).toBe(0);
  expect(await into(`select conname from pg_constraint where conname = 'letters_recipient_fk'`)).toHaveLength(1);
});

it('[I25] copies everything and nobody: no value survives, joins count the same, keys and references hold', {
  timeout: 120_000,
}, async () => {
  const report = await anonymizer.anonymize({ targets: targets() });
  expect(report.tables).toContainEqual({
    tier: 'oltp',
    table: 'shop.people',
    rows: count,
    masked: expect.arrayContaining(['email', 'name', 'national']),
  });
  expect(await copied()).toBe(count);

  const originals = await from(
    'select email, name, phone, national from shop.people union all select upper(email), name, phone, national from shop.people',
  );
  const everything = (
    await into(
      `select string_agg(r, ' ') as text from (select to_jsonb(t)::text as r from shop.people t union all select to_jsonb(t)::text from shop.letters t union all select to_jsonb(t)::text from shop.logins t) x`,
    )
  )[0].text as string;
  const survived = originals.flatMap((row) => Object.values<string>(row)).filter((value) => everything.includes(value));
  expect(survived).toEqual([]);

  const joins = [
    'select count(*) as n from shop.people p join shop.letters l on l.recipient = p.email',
    'select count(*) as n from shop.people p join shop.logins l on lower(l.mail) = lower(p.email)',
    'select count(*) as n from shop.people p join shop.orders o on o.tenant_id = p.tenant_id and o.person_id = p.id',
    'select count(distinct email) as n from shop.people',
    'select count(distinct national) as n from shop.people',
  ];
  for (const join of joins) expect(await into(join)).toEqual(await from(join));
  expect(await into('select sum(total) as n from shop.orders')).toEqual(await from('select sum(total) as n from shop.orders'));
  // Triggers of the target neither ran nor stay off.
  expect(await into(`select note from shop.people where note = 'touched'`)).toEqual([]);
  expect(await into(`select tgenabled from pg_trigger where tgname = 'people_stamp'`)).toEqual([{ tgenabled: 'O' }]);
  expect(await into(`select convalidated from pg_constraint where conname in ('letters_recipient_fk', 'orders_person_id_fk')`)).toEqual([
    { convalidated: true },
    { convalidated: true },
  ]);
  await into(`insert into shop.people (tenant_id, email, name) select tenant_id, 'new@x.org', 'New' from shop.people limit 1`);
  expect(report.leftovers).toEqual([]);
  expect(report.anonymity).toMatchObject([{ table: 'shop.people', columns: ['born', 'income'], k: expect.any(Number) }]);
});

it('[I27] gives the same person the same pseudonym with the same seed, and another one without', async () => {
  const emails = async () => (await into('select email from shop.people order by id')).map(({ email }) => email).slice(0, count);
  const seed = Buffer.alloc(32, 7);
  const random = await emails();
  await anonymizer.anonymize({ targets: targets(), seed, isReplacing: true });
  const first = await emails();
  expect(first).not.toEqual(random);
  await anonymizer.anonymize({ targets: targets(), seed, isReplacing: true });
  expect(await emails()).toEqual(first);
});

it('[I28] finds values that stand in words nobody classified', async () => {
  await from(`update shop.people set note = 'write to ' || name || ' again' where id % 10 = 0`);
  const { leftovers } = await anonymizer.anonymize({ targets: targets(), isReplacing: true });
  expect(leftovers).toContainEqual({ tier: 'oltp', from: 'shop.people.name', found: 'shop.people.note', values: count / 10 });
});

it('[I29] changes nothing when the target is the source, has rows, or lacks something', async () => {
  await expect(anonymizer.anonymize({ targets: { oltp: source.databases.oltp.url }, isReplacing: true })).rejects.toMatchObject({
    code: 'PLINTH_PRIVACY_SAME_DATABASE',
  });
  await expect(anonymizer.anonymize({ targets: targets() })).rejects.toMatchObject({
    code: 'PLINTH_PRIVACY_TARGET_NOT_EMPTY',
    message: expect.stringContaining('shop.people'),
  });
  await into('alter table shop.logins drop column address');
  await expect(anonymizer.anonymize({ targets: targets(), isReplacing: true })).rejects.toMatchObject({
    code: 'PLINTH_PRIVACY_TARGET_DIFFERS',
    message: expect.stringContaining('shop.logins.address'),
  });
  expect(await copied()).toBe(count);
});
