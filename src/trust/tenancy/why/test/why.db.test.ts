import { afterAll, expect, test } from 'vitest';
import { tenancyFixture } from '../../test/fixture.ts';

const { tenancy, owner, ...fixture } = await tenancyFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const [a, b] = [await tenancy.create({ slug: 'acme' }), await tenancy.create({ slug: 'other' })];
await owner(
  'oltp',
  'create schema shop',
  'grant usage on schema shop to plinth_app',
  'create table shop.orders (tenant_id uuid not null references tenancy.tenants (id) on delete cascade, id int not null, note text not null, primary key (tenant_id, id))',
  'select tenancy.protect(\'shop.orders\', \'{"update": "none", "delete": "admin"}\')',
  'create table shop.audit (like shop.orders including all)',
  'select tenancy.protect(\'shop.audit\', \'{"select": "admin"}\')',
  'create table shop.colours (id int primary key, name text)',
  `insert into shop.orders values ('${a.id}', 1, 'secret of a'), ('${b.id}', 2, 'secret of b')`,
  `insert into shop.audit select * from shop.orders`,
  `insert into shop.colours values (1, 'red')`,
);
await tenancy.addUser({ tenantId: a.id, email: 'viewer@example.org', role: 'viewer' });
const { userId } = await tenancy.addUser({ tenantId: a.id, email: 'admin@example.org', role: 'admin' });
await tenancy.addUser({ tenantId: b.id, email: 'stranger@example.org', role: 'owner' });

const ask = async (key: string, change: object = {}) => {
  const why = await tenancy.why({ table: 'shop.orders', key, tenant: 'acme', user: 'viewer@example.org', ...change });
  expect(JSON.stringify(why)).not.toContain('secret');
  return { isSeen: why.isSeen, against: why.conditions.filter(({ holds }) => !holds).map(({ what, because }) => `${what}: ${because}`) };
};

test('[I27] what is seen has nothing against it, by address, by id, and for jobs', async () => {
  for (const user of ['viewer@example.org', userId]) expect(await ask('1', { user })).toEqual({ isSeen: true, against: [] });
  expect(await ask('1', { user: undefined })).toEqual({ isSeen: true, against: [] });
});

test('[I28] what is said agrees with what is seen, whatever hides the row', async () => {
  expect(await ask('2')).toEqual({ isSeen: false, against: [`row of this tenant: its tenant_id is ${b.id}, the context's is ${a.id}`] });
  expect(await ask('3')).toEqual({ isSeen: false, against: ['row: no row of any tenant has this key'] });
  expect(await ask('1', { table: 'shop.audit' })).toEqual({ isSeen: false, against: ['role: select needs admin; the context has viewer'] });
  expect(await ask('1', { table: 'shop.audit', user: userId })).toEqual({ isSeen: true, against: [] });
  expect(await ask('1', { user: 'stranger@example.org' })).toMatchObject({
    isSeen: null,
    against: [expect.stringContaining('never a member'), expect.anything()],
  });
  expect(await ask('1', { verb: 'update' })).toMatchObject({
    isSeen: null,
    against: [expect.stringContaining('not granted update'), expect.stringContaining('narrowed to none')],
  });
  expect(await ask('1', { verb: 'delete' })).toEqual({ isSeen: null, against: ['role: delete needs admin; the context has viewer'] });
  expect(await ask('1', { table: 'shop.colours' })).toEqual({
    isSeen: false,
    against: ['grant: the application was not granted select on shop.colours'],
  });
  await tenancy.lifecycle.suspend('acme');
  expect(await ask('1')).toEqual({ isSeen: true, against: [] });
  expect(await ask('1', { verb: 'insert' })).toMatchObject({ against: expect.arrayContaining([expect.stringContaining('suspended')]) });
  await tenancy.lifecycle.resume('acme');
  await owner('oltp', 'create policy orders_hours on shop.orders as restrictive for select to plinth_app using (false)');
  expect(await ask('1')).toEqual({ isSeen: false, against: ['policy: orders_hours restricts it further: false'] });
  await owner(
    'oltp',
    'drop policy orders_hours on shop.orders',
    `update tenancy.tenant_users set deleted = now() where user_id = '${userId}'`,
  );
  expect(await ask('1', { user: userId })).toMatchObject({ isSeen: null, against: [expect.stringContaining('ended')] });
});

test('[I29] a table or key that is none is refused by name', async () => {
  await expect(ask('1', { table: 'shop.nothing' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NO_SUCH_TABLE' });
  await expect(ask('1', { table: "orders'; drop table shop.orders" })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NO_SUCH_TABLE' });
  await expect(ask('1,2')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NO_SUCH_KEY' });
  expect(await ask("1' or true --")).toMatchObject({ isSeen: false });
});
