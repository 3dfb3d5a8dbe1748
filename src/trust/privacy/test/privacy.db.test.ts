import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import type { Audit } from '../../audit/index.ts';
import type { Privacy, ScanResult } from '../model/types.ts';

let platform: TestPlatform;
let privacy: Privacy;
const sql = async (text: string, values: unknown[] = []) => (await platform.databases.oltp.client.query(text, values)).rows;
const only = { schema: 'shop' };
const reasonOf = (found: ScanResult, column: string) => found.findings.find(({ place }) => place.column === column)?.reason;

const owner = (...statements: readonly string[]) =>
  platform.use<Connect>('connect').transaction({ tier: 'oltp', as: 'owner', tag: 'test' }, async (tx) => {
    for (const text of statements) await tx.query({ text });
  });

beforeAll(async () => {
  platform = await testPlatform({ options: { privacy: { sampleTimeoutMs: 4_000 } } });
  privacy = platform.use<Privacy>('privacy');
  await owner(
    'create schema shop',
    `create table shop.clients (tenant_id uuid not null, id bigint, note text, contact text, "odd ""name" text, tags text[], extra jsonb, born date, order_number text,
        email_verified boolean, primary key (tenant_id, id))`,
    "select tenancy.protect('shop.clients')",
    `insert into shop.clients select '00000000-0000-0000-0000-000000000000', n, 'the parcel of order ' || n || ' was left with somebody in the house next door',
          'person' || n || '@example.org', case when n % 3 = 0 then 'someone' || n || '@example.com' else 'nothing' || n end, array['vip', 'caller' || n || '@example.net'],
          jsonb_build_object('plan', 'a', 'backup', jsonb_build_object('mobile', '+1 202 555 01' || lpad((n % 100)::text, 2, '0'))), date '1990-01-01' - n,
          (4000000000000000 + n)::text, true from generate_series(1, 3000) n`,
    'create view shop.client_contacts with (security_invoker) as select id, contact, note as remark from shop.clients',
    'analyze shop.clients',
  );
});
afterAll(() => platform?.[Symbol.asyncDispose]());

test('[I4] a scan finds by values what names do not say, in rows that row security hides, and shows no value', async () => {
  const found = await privacy.scan({ only });
  expect(Object.fromEntries(found.findings.map(({ place, category }) => [place.column, category]))).toEqual({
    contact: 'email',
    'odd "name': 'email',
    tags: 'email',
    extra: 'phone',
    born: 'birth-date',
  });
  expect(found.unread).toEqual([]);
  expect(found.rowCount).toBe(1_000);
  expect(reasonOf(found, 'contact')).toMatch(/^\d+ of \d+ different values are e-mail addresses$/);
  expect(reasonOf(found, 'extra')).toMatch(/^key "mobile": named "mobile"/);
  expect(JSON.stringify(found)).not.toMatch(/person\d|202 555/);
  const rows = await sql(
    "select column_name, classification_level, source from privacy.data_classification where schema_name = 'shop' order by 1",
  );
  expect(rows.length).toBe(5);
  expect(rows.every(({ source }) => source === 'auto')).toBe(true);
});

test('[I5] a decision wins over findings, and nothing turns it back', async () => {
  const place = await privacy.registry.find('shop.clients.contact');
  const decided = await privacy.registry.classify({ place, level: 'internal', reason: 'addresses of our own test accounts' });
  expect(decided).toMatchObject({ level: 'internal', source: 'manual', confidence: 1, sensitivity: 3 });
  const again = await privacy.scan({ only });
  expect(again).toMatchObject({ writtenCount: 0, removedCount: 0 });
  expect((await privacy.registry.ofTable(place)).contact).toMatchObject({ level: 'internal', source: 'manual' });
  await expect(sql("update privacy.data_classification set source = 'auto' where column_name = 'contact'")).rejects.toThrow(
    'is a decision and stays',
  );
  const [confirmed] = await privacy.registry.confirm(await privacy.registry.find('shop.clients.tags'));
  expect(confirmed).toMatchObject({ category: 'email', source: 'manual', level: 'confidential' });
});

test('[I5] a decision about a table holds for its columns, a decision about a column before it', async () => {
  const table = await privacy.registry.find('shop.clients');
  await privacy.registry.classify({ place: table, level: 'restricted', retentionYears: 3, reason: 'all of it' });
  const held = await privacy.registry.ofTable(table);
  expect(held.born?.level).toBe('restricted');
  expect(held.order_number?.level).toBe('restricted');
  expect(held.contact?.level).toBe('internal');
  await privacy.registry.forget(table);
  expect((await privacy.registry.ofTable(table)).order_number).toBeUndefined();
  await expect(privacy.registry.forget(table)).rejects.toMatchObject({ code: 'PLINTH_PRIVACY_NOT_DECIDED' });
});

test('[I6] the classification of a column follows into views, and into what the audit keeps', async () => {
  const map = await privacy.map();
  const view = map.find(({ place }) => place.table === 'client_contacts');
  expect(view?.columns.find(({ name }) => name === 'contact')).toMatchObject({
    classification: { level: 'internal' },
    from: { table: 'clients' },
  });
  expect(view?.columns.find(({ name }) => name === 'remark')?.classification).toBeUndefined();
  const audit = platform.use<Audit>('audit');
  const tracked = await audit.track({ table: 'shop.clients' });
  expect(tracked.undecided).toEqual(['email_verified', 'note', 'order_number']);
  expect(tracked.concealed.filter((name) => !tracked.undecided.includes(name))).toEqual(['born', 'extra', 'odd "name', 'tags']);
  await privacy.registry.classify({ place: await privacy.registry.find('shop.clients.note'), level: 'confidential', reason: 'free text' });
  const now = (await audit.tracked()).find(({ table }) => table === 'shop.clients');
  expect(now).toMatchObject({ concealed: expect.arrayContaining(['note']), undecided: ['email_verified', 'order_number'] });
});

test('[I7] a new column that looks personal fails the check until it is scanned or decided about', async () => {
  expect((await privacy.check({ only })).unclassified).toEqual([]);
  await owner('alter table shop.clients add column passport_number text, add column email_count int, add column primary_key text');
  const { unclassified } = await privacy.check({ only });
  expect(unclassified.map(({ place }) => place.column)).toEqual(['passport_number']);
  expect((await privacy.check({ only, isStrict: true })).undecided.map(({ column }) => column)).toEqual([
    'order_number',
    'passport_number',
    'primary_key',
  ]);
  await sql(`select privacy.classify('oltp', 'shop.clients', '{"passport_number": "passport", "left_over": "internal"}')`);
  const after = await privacy.check({ only });
  expect(after.unclassified).toEqual([]);
  expect(after.gone.map(({ column }) => column)).toEqual(['left_over']);
});

test('[I7] what the platform itself keeps is classified', async () => {
  expect((await privacy.check()).unclassified.filter(({ place }) => place.schema !== 'shop')).toEqual([]);
});

test('[I8] findings that are no more are removed, with their tables too', async () => {
  await owner('create table shop.people (id int, email text)');
  await privacy.scan();
  expect(await privacy.registry.list({ table: 'people' })).toHaveLength(1);
  await owner('alter table shop.people rename column email to colour');
  await privacy.scan({ only: { table: 'people' } });
  expect(await privacy.registry.list({ table: 'people' })).toEqual([]);
  await owner('alter table shop.people rename column colour to email');
  await privacy.scan();
  await owner('drop table shop.people');
  await privacy.scan();
  expect(await privacy.registry.list({ table: 'people' })).toEqual([]);
  expect((await privacy.registry.list({ schema: 'shop' })).length).toBeGreaterThan(3);
});

test('[I4] a table that is locked is judged by its names and said to be unread; the others are read', async () => {
  await owner(
    'create table shop.locked (id int, email text, contact text)',
    "insert into shop.locked values (1, 'a@example.org', 'b@example.org')",
  );
  await using other = await lockOther();
  const found = await privacy.scan({ only });
  await other.release();
  expect(found.unread).toMatchObject([{ place: { table: 'locked' } }]);
  expect(found.findings.filter(({ place }) => place.table === 'locked').map(({ place }) => place.column)).toEqual(['email']);
  expect(found.rowCount).toBe(1_000);
});

async function lockOther() {
  const session = await platform.use<Connect>('connect').session({ tier: 'oltp', tag: 'test.lock' });
  await session.query({ text: 'begin; lock table shop.locked in access exclusive mode' });
  return { release: () => session.query({ text: 'rollback' }), [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
}

test('[I4] a table that belongs to somebody else is said to be unread', async () => {
  await sql("create table shop.foreign_one (contact text); insert into shop.foreign_one values ('c@example.org')");
  const { unread } = await privacy.scan({ only });
  expect(unread).toMatchObject([{ place: { table: 'foreign_one' }, reason: expect.stringContaining('permission denied') }]);
});

test('wrong places and levels are refused with what would do', async () => {
  await expect(privacy.registry.find('contact')).rejects.toThrow('write [tier:]schema.table[.column]');
  await expect(privacy.registry.find('shop.clients.conta')).rejects.toThrow('Did you mean oltp:shop.clients.contact?');
  const place = await privacy.registry.find('shop.clients.note');
  await expect(privacy.registry.classify({ place, reason: 'no level' })).rejects.toMatchObject({ code: 'PLINTH_PRIVACY_REFUSED' });
  await expect(sql(`select privacy.classify('oltp', 'shop.clients', '{"note": "secret-ish"}')`)).rejects.toThrow(
    'neither a level nor a category',
  );
  await expect(sql(`select privacy.classify('oltp', 'shop.clients', '{"note": {"levl": "internal"}}')`)).rejects.toThrow(
    'levl is not understood',
  );
});

test('[I9] the record of processing names every table with personal data, or says which are missing', async () => {
  await sql(`select privacy.record_processing('{"name": "Support", "purpose": "Answering", "legal_basis": "contract", "data_subjects": ["clients"],
    "transfers": ["US"], "safeguards": "standard clauses", "tables": {"oltp": ["shop.clients"]}}')`);
  const report = await privacy.records.report();
  const support = report.activities.find(({ name }) => name === 'Support');
  expect(support?.tables[0]).toMatchObject({ place: { table: 'clients' }, level: 'restricted' });
  expect(support?.tables[0]?.categories).toContain('phone');
  expect(report.unrecorded.map(({ place }) => place.table)).toContain('users');
  expect(report.unrecorded.map(({ place }) => place.table)).not.toContain('clients');
  await expect(
    sql(`select privacy.record_processing('{"name": "X", "purpose": "Y", "legal_basis": "contract", "transfers": ["US"], "tables": {}}')`),
  ).rejects.toThrow('processing_records_safeguards_check');
});
