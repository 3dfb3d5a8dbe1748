import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Crypto } from '../../../crypto/index.ts';
import type { Tenancy } from '../../../tenancy/index.ts';
import type { Privacy, Subjects } from '../../index.ts';
import { makeShop, putPerson } from './shop.ts';

let platform: TestPlatform;
let subjects: Subjects;
let tenantId: string;
let folder: string;

beforeAll(async () => {
  platform = await testPlatform();
  subjects = platform.use<Privacy>('privacy').subjects;
  ({ tenantId } = await makeShop(platform, { keeps: true }));
  folder = await mkdtemp(join(tmpdir(), 'plinth-subject-'));
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const query = (text: string, values: unknown[] = []) => platform.databases.oltp.client.query(text, values);
const purpose = 'letter 18';
const summary = async (identifier: string, more: object = {}) =>
  (await subjects.plan({ identifier, ...more })).map(({ method, count, place }) => `${method} ${count} ${place}`);

it('[I16] finds a person by phone number however it is written, and follows what rows yield', async () => {
  const person = await putPerson(platform, tenantId);
  await query('update shop.customers set phone = $2 where id = $1', [
    person.customerId,
    `0049 ${person.phone.slice(3, 6)}/${person.phone.slice(6)}`,
  ]);
  expect(await summary(person.phone)).toContain('delete 2 oltp:shop.orders');
  expect(await summary(`+49 (${person.phone.slice(3, 6)}) ${person.phone.slice(6)}`)).toEqual(await summary(person.phone));
});

it('[I16] finds a person among others in an array', async () => {
  const person = await putPerson(platform, tenantId);
  await query(
    `create table shop.parties (tenant_id uuid not null, id int constraint parties_id_pk primary key, guests text[] not null); alter table shop.parties owner to plinth_owner`,
  );
  await query('insert into shop.parties values ($1, 1, $2), ($1, 2, $3)', [tenantId, ['a@b.org', person.email.toUpperCase()], ['a@b.org']]);
  await subjects.link({ tier: 'oltp', schema: 'shop', table: 'parties', matches: { guests: 'email' }, method: 'delete' });
  await subjects.erase({ identifier: person.email, purpose });
  expect((await query('select id from shop.parties')).rows).toEqual([{ id: 2 }]);
});

it('[I39] finds, exports and erases a person in sealed columns, in each tenant by its own key', async () => {
  const person = await putPerson(platform, tenantId);
  const { id: second } = await platform.use<Tenancy>('tenancy').create({ slug: 'second' });
  await query(`create table shop.members (tenant_id uuid not null, id bigint not null, address bytea, address_index bytea, phone bytea, phone_index bytea, note bytea,
    constraint members_tenant_id_id_pk primary key (tenant_id, id)); alter table shop.members owner to plinth_owner;
    select crypto.declare_column('shop.members', 'address', '{"index": "address_index", "kind": "email"}');
    select crypto.declare_column('shop.members', 'phone', '{"index": "phone_index", "kind": "phone"}'); select crypto.declare_column('shop.members', 'note')`);
  const put = async (tenant: string, id: string, row: { address: string | null; phone: string | null }) => {
    const members = await platform.use<Crypto>('crypto').table({ tenantId: tenant, table: 'shop.members' });
    const [sealed] = (await members.encryptRows([{ id, note: 'likes tea', ...row }])) as unknown as [Record<string, Buffer | null>];
    const values = [tenant, id, sealed.address, sealed.address_index, sealed.phone, sealed.phone_index, sealed.note];
    await query('insert into shop.members values ($1, $2, $3, $4, $5, $6, $7)', values);
  };
  // More than a number of JSON can say exactly.
  const large = '9007199254740993';
  await put(tenantId, large, { address: ` ${person.email.toUpperCase()} `, phone: null });
  await put(tenantId, '2', { address: null, phone: person.phone.replace('+', '00 ') });
  await put(second, '3', { address: person.email, phone: null });
  await put(second, '4', { address: 'somebody@else.org', phone: person.phone });
  const link = { tier: 'oltp', schema: 'shop', table: 'members', matches: { address: 'email', phone: 'phone' } } as const;
  await expect(subjects.link({ ...link, matches: { note: 'email' }, method: 'delete' })).rejects.toThrow('sealed without an index');
  await subjects.link({ ...link, method: 'anonymise', anonymised: ['address', 'phone'] });
  expect(await summary(person.email)).toContain('anonymise 3 oltp:shop.members');
  expect(await summary(person.email, { tenant: 'second' })).toEqual(['anonymise 1 oltp:shop.members']);

  await subjects.export({ identifier: person.email, purpose }, join(folder, 'sealed'));
  const written = await readFile(join(folder, 'sealed/tables/oltp/shop.members.jsonl'), 'utf8');
  expect(written).toContain(` ${person.email.toUpperCase()} `);
  expect(written).toContain('likes tea');
  expect(written).not.toMatch(/_index|\\\\x|somebody@else/);

  await subjects.erase({ identifier: person.email, purpose });
  expect(
    (
      await query(
        'select id::text, address is null and address_index is null as erased, phone is null as silent from shop.members order by 1',
      )
    ).rows,
  ).toEqual([
    { id: '2', erased: true, silent: true },
    { id: '3', erased: true, silent: true },
    { id: '4', erased: false, silent: false },
    { id: large, erased: true, silent: true },
  ]);
});

it('[I17] finds the same key in another tenant to be somebody else', async () => {
  const person = await putPerson(platform, tenantId);
  const { id: other } = await platform.use<Tenancy>('tenancy').create({ slug: 'other' });
  await query(`insert into shop.invoices (tenant_id, customer, addressee, cents) values ($1, $2, 'somebody else', 1)`, [
    other,
    person.customerId,
  ]);
  await subjects.erase({ identifier: person.email, purpose });
  expect((await query('select addressee from shop.invoices where tenant_id = $1', [other])).rows).toEqual([{ addressee: 'somebody else' }]);
  expect(await summary(person.email, { tenant: 'other' })).toEqual([]);
});

it('[I18] anonymises what is personal in tables that only their classification speaks of, and keeps what is declared so', async () => {
  const person = await putPerson(platform, tenantId);
  await query(`create table shop.leads (tenant_id uuid not null, id uuid not null default uuidv7(), mail text not null, caller varchar(40) not null, score int,
    constraint leads_tenant_id_id_pk primary key (tenant_id, id)); alter table shop.leads owner to plinth_owner`);
  await query('insert into shop.leads (tenant_id, mail, caller, score) values ($1, $2, $3, 7)', [tenantId, person.email, person.name]);
  await query('insert into shop.complaints (tenant_id, writer, body) values ($1, $2, $3)', [tenantId, person.email, 'the parcel was wet']);
  const { registry } = platform.use<Privacy>('privacy');
  const place = { tier: 'oltp', schema: 'shop', table: 'leads' } as const;
  await registry.classify({ place: { ...place, column: 'mail' }, level: 'confidential', category: 'email', reason: 'test' });
  await registry.classify({ place: { ...place, column: 'caller' }, level: 'confidential', category: 'person-name', reason: 'test' });
  const certificate = await subjects.erase({ identifier: person.email, purpose });
  const { rows } = await query('select mail, caller, score from shop.leads');
  expect(rows).toEqual([
    { mail: expect.stringMatching(/^erased-[0-9a-f]{32}@erased\.invalid$/), caller: expect.stringMatching(/^erased-/), score: 7 },
  ]);
  expect(certificate.places).toContainEqual(
    expect.objectContaining({ place: 'oltp:shop.leads', reason: expect.stringContaining('classification') }),
  );
  expect(certificate.places).toContainEqual(
    expect.objectContaining({ place: 'oltp:shop.complaints', method: 'keep', count: 1, reason: expect.stringContaining('regulator') }),
  );
  expect((await query('select writer from shop.complaints')).rows).toEqual([{ writer: person.email }]);
  await registry.classify({ place: { ...place, column: 'mail' }, level: 'public', reason: 'test' });
});

it('[I19] refuses a link that does not fit, one that is no key of a person, and a row that would forbid the deletion', async () => {
  const person = await putPerson(platform, tenantId);
  const orders = { tier: 'oltp', schema: 'shop', table: 'orders' } as const;
  await expect(subjects.link({ ...orders, matches: { customer: 'customer' }, method: 'delete' })).rejects.toThrow('no column customer');
  await expect(subjects.link({ ...orders, matches: { placed: 'day' }, method: 'delete' })).rejects.toThrow('placed is date');
  await expect(subjects.link({ ...orders, matches: { customer_id: 'customer' }, method: 'keep' })).rejects.toThrow('without a reason');
  await expect(subjects.plan({ identifier: '0151 123' })).rejects.toMatchObject({ code: 'PLINTH_PRIVACY_BAD_IDENTIFIER' });

  await query(
    'create table shop.refunds (id int primary key, tenant_id uuid not null, customer_id uuid not null, foreign key (tenant_id, customer_id) references shop.customers)',
  );
  await query('alter table shop.refunds owner to plinth_owner');
  expect(await summary(person.email)).toContain('delete 1 oltp:shop.customers');
  await query('insert into shop.refunds values (1, $1, $2)', [tenantId, person.customerId]);
  await expect(summary(person.email)).rejects.toMatchObject({
    code: 'PLINTH_PRIVACY_FOREIGN_KEY',
    message: expect.stringContaining('shop.refunds'),
  });
  await query('drop table shop.refunds');

  const everybody = { ...orders, matches: { customer_id: 'customer' }, yields: { street: 'street' }, method: 'delete' } as const;
  await subjects.link(everybody);
  await query(
    `insert into shop.orders (tenant_id, customer_id, street, placed) select $1, $2, 'Weg ' || i, '2025-02-01' from generate_series(1, 1001) i`,
    [tenantId, person.customerId],
  );
  await expect(summary(person.email)).rejects.toMatchObject({
    code: 'PLINTH_PRIVACY_LOOSE_LINK',
    message: expect.stringContaining('street'),
  });
  await subjects.link({ ...orders, matches: { customer_id: 'customer' }, method: 'delete' });
});

it('[I20] exports everything of a person, whole or not at all, with hashes that fit', async () => {
  const person = await putPerson(platform, tenantId);
  const out = join(folder, 'person');
  const { files } = await subjects.export({ identifier: person.email, purpose }, out);
  expect(files.map(({ name }) => name)).toContain('tables/oltp/shop.customers.jsonl');
  const [customer] = (await readFile(join(out, 'tables/oltp/shop.customers.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(customer).toMatchObject({ id: person.customerId, name: person.name });
  const letter = files.find(({ name }) => name.endsWith(`${person.name}.txt`));
  expect(await readFile(join(out, letter?.name ?? ''))).toEqual(person.letter);
  const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
  expect(manifest.files).toEqual(files);
  await expect(subjects.export({ identifier: person.email, purpose }, out)).rejects.toMatchObject({ code: 'PLINTH_PRIVACY_FOLDER_EXISTS' });
  const stop = AbortSignal.abort(new Error('stopped'));
  await expect(subjects.export({ identifier: person.email, purpose, signal: stop }, join(folder, 'half'))).rejects.toThrow();
  expect(await readdir(folder)).not.toContain('half');
  const [noted] = await subjects.requests();
  expect(noted).toMatchObject({ kind: 'export', state: 'completed' });
});
