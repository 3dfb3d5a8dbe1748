import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { TestPlatform } from '../../../../../tests/support/platform.ts';
import type { Content } from '../../../../data/content/index.ts';
import type { Tier } from '../../../../kernel/index.ts';
import type { Tenancy } from '../../../tenancy/index.ts';

const tables: Readonly<Record<Exclude<Tier, 'content'>, string>> = {
  oltp: `
    create schema if not exists shop;
    create table shop.customers (tenant_id uuid not null, id uuid not null default uuidv7(), email text not null, name text not null, phone text,
      constraint customers_tenant_id_id_pk primary key (tenant_id, id), constraint customers_tenant_id_email_key unique (tenant_id, email));
    create index customers_name_idx on shop.customers (name);
    create table shop.orders (tenant_id uuid not null, id uuid not null default uuidv7(), customer_id uuid not null, street text not null,
      placed date not null, constraint orders_tenant_id_placed_id_pk primary key (tenant_id, placed, id),
      constraint orders_tenant_id_customer_id_fk foreign key (tenant_id, customer_id) references shop.customers (tenant_id, id))
      partition by range (placed);
    create table shop.orders_2024 partition of shop.orders for values from ('2024-01-01') to ('2025-01-01');
    create table shop.orders_2025 partition of shop.orders for values from ('2025-01-01') to ('2026-01-01');
    create table shop.wishes (tenant_id uuid not null, id bigint generated always as identity, customer_id uuid not null, wish text not null,
      constraint wishes_tenant_id_id_pk primary key (tenant_id, id),
      constraint wishes_tenant_id_customer_id_fk foreign key (tenant_id, customer_id) references shop.customers (tenant_id, id) on delete cascade);
    create table shop.invoices (tenant_id uuid not null, id uuid not null default uuidv7(), customer uuid not null, addressee text not null, cents int not null,
      constraint invoices_tenant_id_id_pk primary key (tenant_id, id));
    create table shop.complaints (tenant_id uuid not null, id uuid not null default uuidv7(), writer text not null, body text not null,
      constraint complaints_tenant_id_id_pk primary key (tenant_id, id));
    create materialized view shop.best as select c.name, c.email, count(*) as orders from shop.customers c join shop.orders o on o.customer_id = c.id
      group by 1, 2;`,
  queue: `
    create schema if not exists shop;
    create table shop.mails (tenant_id uuid not null, id uuid not null default uuidv7(), recipient text not null, body text not null,
      constraint mails_tenant_id_id_pk primary key (tenant_id, id));`,
  olap: `
    create schema if not exists shop;
    create table shop.visits (tenant_id uuid not null, id bigint generated always as identity, customer_id uuid, agent text,
      constraint visits_tenant_id_id_pk primary key (tenant_id, id));`,
};

const links = `
  select privacy.link_subject('oltp', 'shop.customers', '{"email": "email", "phone": "phone"}', 'delete', yields => '{"id": "customer", "phone": "phone"}');
  select privacy.link_subject('oltp', 'shop.orders', '{"customer_id": "customer"}', 'delete');
  select privacy.link_subject('oltp', 'shop.invoices', '{"customer": "customer"}', 'anonymise', anonymised => '{addressee}');
  select privacy.link_subject('oltp', 'shop.complaints', '{"writer": "email"}', 'keep', reason => 'the regulator demands it for three years');
  select privacy.link_subject('queue', 'shop.mails', '{"recipient": "email"}', 'delete');
  select privacy.link_subject('olap', 'shop.visits', '{"customer_id": "customer"}', 'anonymise', anonymised => '{customer_id,agent}');`;

/** A shop in all tiers whose people are linked; `complaints` only where asked for, as it keeps them. */
export async function makeShop(platform: TestPlatform, options: { readonly keeps?: boolean } = {}): Promise<{ readonly tenantId: string }> {
  for (const [tier, statements] of Object.entries(tables))
    await platform.databases[tier as Tier].client.query(`set role plinth_owner; ${statements} reset role`);
  await platform.databases.oltp.client.query(options.keeps ? links : links.replace(/select[^;]*shop\.complaints[^;]*;/, ''));
  const { id: tenantId } = await platform.use<Tenancy>('tenancy').create({ slug: 'shop' });
  return { tenantId };
}

export interface TestPerson {
  readonly customerId: string;
  readonly email: string;
  readonly phone: string;
  readonly name: string;
  readonly street: string;
  readonly wish: string;
  readonly agent: string;
  readonly letter: Buffer;
  readonly picture: Buffer;
  readonly objectIds: readonly string[];
}

const word = () => randomBytes(9).toString('hex');

/** Somebody with rows in every tier and a small and a large file. */
export async function putPerson(platform: TestPlatform, tenantId: string): Promise<TestPerson> {
  const { oltp, queue, olap } = platform.databases;
  const person = {
    customerId: randomUUID(),
    email: `${word()}@example.org`,
    phone: `+49151${randomInt(10_000_000, 99_999_999)}`,
    name: `Name ${word()}`,
    street: `Weg ${word()}`,
    wish: `Wunsch ${word()}`,
    agent: `Agent ${word()}`,
    letter: Buffer.from(`Letter of ${word()}`),
    // Compressible, so that what stands in the files is not what was put.
    picture: Buffer.from(`Picture ${word()} `.repeat(4_000)),
  };
  const { customerId, email, phone, name, street, wish, agent } = person;
  const shop = oltp.client;
  await shop.query('insert into shop.customers (tenant_id, id, email, name, phone) values ($1, $2, $3, $4, $5)', [
    tenantId,
    customerId,
    email.replace(/^./, (letter) => letter.toUpperCase()),
    name,
    phone,
  ]);
  await shop.query(
    `insert into shop.orders (tenant_id, customer_id, street, placed) select $1, $2, $3, d from unnest('{2024-03-01,2025-06-01}'::date[]) d`,
    [tenantId, customerId, street],
  );
  await shop.query('insert into shop.wishes (tenant_id, customer_id, wish) values ($1, $2, $3)', [tenantId, customerId, wish]);
  await shop.query('insert into shop.invoices (tenant_id, customer, addressee, cents) values ($1, $2, $3, 4711)', [
    tenantId,
    customerId,
    `${name}, ${street}`,
  ]);
  await queue.client.query('insert into shop.mails (tenant_id, recipient, body) values ($1, $2, $3)', [tenantId, email, `Dear ${name}`]);
  await olap.client.query('insert into shop.visits (tenant_id, customer_id, agent) values ($1, $2, $3)', [tenantId, customerId, agent]);
  const content = platform.use<Content>('content');
  const owner = { kind: 'file', ownerTable: 'shop.customers', ownerId: customerId } as const;
  const objects = [
    await content.put({ tenantId }, { ...owner, name: `${name}.txt` }, person.letter),
    await content.put({ tenantId }, { ...owner, name: 'picture' }, person.picture),
  ];
  return { ...person, objectIds: objects.map(({ id }) => id) };
}

/** The person's values as bytes, and the frames of their files as they are stored now. */
export async function traces(platform: TestPlatform, person: TestPerson): Promise<Record<string, Buffer | string>> {
  const { rows } = await platform.databases.content.client.query(
    'select f.bytes from content.frames f join content.objects o on o.tenant_id = f.tenant_id and o.blob_id = f.blob_id where o.id = any($1)',
    [person.objectIds],
  );
  // A long one goes over several pages; its beginning stands in one.
  const frames = rows.map(({ bytes }, index) => [`frame ${index}`, (bytes as Buffer).subarray(0, 60)]);
  const { email, phone, name, street, wish, agent } = person;
  return { email: email.slice(1), phone, name, street, wish, agent, letter: person.letter, ...Object.fromEntries(frames) };
}

/** The planner's statistics hold values too. */
export async function analyze(platform: TestPlatform): Promise<void> {
  for (const tier of ['oltp', 'content', 'queue', 'olap'] as const) await platform.databases[tier].client.query('analyze');
  await platform.databases.oltp.client.query('refresh materialized view shop.best');
}
