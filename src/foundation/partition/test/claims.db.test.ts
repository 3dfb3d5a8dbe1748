import { afterAll, expect, test } from 'vitest';
import { connectAgain, openShop } from './fixture.ts';

const shop = await openShop();
afterAll(() => shop[Symbol.asyncDispose]());
const { client, manage, partition, value } = shop;

const months = { by: 'time', key: 'created', every: 'month', movable: true } as const;

/** A table of months in which an e-mail address is unique within a tenant. */
async function accounts(name: string, more: object = {}): Promise<void> {
  await client.query(`create table shop.${name} (id uuid not null default uuidv7(), tenant integer not null default 1, email text, created timestamptz not null default now(),
    constraint ${name}_pk primary key (id, created)) partition by range (created);
    grant select, insert, update, delete on shop.${name} to plinth_app`);
  await manage(`shop.${name}`, { ...months, unique: [['tenant', 'email']], ...more });
}
const insert = (name: string, email: string | null, created = 'now()') =>
  client.query(`insert into shop.${name} (email, created) values ($1, ${created})`, [email]);
const taken = { code: '23505', detail: expect.stringContaining('(tenant, email)') };
/** Nothing is claimed but what rows have, and nothing rows have is unclaimed. */
async function expectExact(name: string): Promise<void> {
  const rows = `select tenant, email, created from shop.${name} where email is not null`;
  const claims = `select tenant, email, created from shop.${name}_tenant_email_claims`;
  expect(await value(`select count(*)::int from ((${rows} except ${claims}) union all (${claims} except ${rows})) d`)).toBe(0);
}

test('[I21] a value is unique across partitions: inserted, updated, moved, deleted, truncated', async () => {
  await accounts('users');
  await insert('users', 'ada');
  await expect(insert('users', 'ada', "now() + interval '40 days'")).rejects.toMatchObject(taken);
  await insert('users', 'bob', "now() + interval '40 days'");
  await client.query("insert into shop.users (tenant, email) values (2, 'ada'); insert into shop.users (email) values (null), (null)");
  await expect(client.query("update shop.users set email = 'bob' where tenant = 1 and email = 'ada'")).rejects.toMatchObject(taken);
  await client.query("update shop.users set email = 'eve', created = created + interval '40 days' where tenant = 1 and email = 'ada'");
  await insert('users', 'ada');
  await expectExact('users');
  await client.query("delete from shop.users where email = 'bob'");
  await insert('users', 'bob');
  await expect(client.query("insert into shop.users (email) values ('new'), ('new')")).rejects.toMatchObject(taken);
  await client.query("insert into shop.users (email) values ('bob') on conflict do nothing").then(
    () => expect.unreachable(),
    (error) => expect(error).toMatchObject(taken),
  );
  await expectExact('users');
  await client.query('truncate shop.users');
  await insert('users', 'bob');
});

test('[I21] of two sessions that insert the same value exactly one wins; a delete that is rolled back frees nothing', async () => {
  await accounts('raced');
  await using one = await connectAgain(shop.platform);
  await using other = await connectAgain(shop.platform);
  const pid = (await other.query('select pg_backend_pid() as pid')).rows[0].pid;
  for (const end of ['commit', 'rollback']) {
    await one.query("begin; insert into shop.raced (email) values ('ada')");
    const second = other
      .query("insert into shop.raced (email, created) values ('ada', now() + interval '40 days')")
      .catch((error) => error);
    await expect.poll(() => value('select count(*)::int from pg_locks where not granted and pid = $1', [pid])).toBe(1);
    await one.query(end);
    expect(await second).toMatchObject(end === 'commit' ? taken : { rowCount: 1 });
    await client.query('delete from shop.raced');
  }
  await insert('raced', 'ada');
  await one.query('begin; delete from shop.raced');
  const second = other.query("insert into shop.raced (email) values ('ada')").catch((error) => error);
  await one.query('rollback');
  expect(await second).toMatchObject(taken);
  const sessions = await Promise.all(Array.from({ length: 8 }, () => connectAgain(shop.platform)));
  const results = await Promise.all(
    sessions.map((session) => session.query("insert into shop.raced (email) values ('bob')").catch((error) => error)),
  );
  expect(results.filter(({ rowCount }) => rowCount === 1)).toHaveLength(1);
  expect(results.filter(({ code }) => code === '23505')).toHaveLength(7);
  await Promise.all(sessions.map((session) => session.end()));
  await expectExact('raced');
});

test('[I21] the application writes the table and neither sees nor writes its claims', async () => {
  await accounts('sealed');
  await client.query('reset role; set role plinth_app');
  await client.query("insert into shop.sealed (email) values ('ada'); update shop.sealed set email = 'eve'");
  for (const text of [
    'select * from shop.sealed_tenant_email_claims',
    'delete from shop.sealed_tenant_email_claims',
    'select shop.sealed_tenant_email_claims()',
  ])
    await expect(client.query(text)).rejects.toMatchObject({ code: expect.stringMatching(/42501|0A000/) });
  await client.query('reset role; set role plinth_owner');
  await expectExact('sealed');
});

test('[I21] with a partition its values leave, and come back with it unless somebody else has them', async () => {
  await accounts('leaving', { keep: '90 days' });
  await partition.ensure('shop.leaving', '2024-01-01', '2024-03-01');
  await client.query("insert into shop.leaving (email, created) select 'old ' || n, '2024-01-15' from generate_series(1, 25000) n");
  await insert('leaving', 'kept', "'2024-02-15'");
  const [name] = [await partition.detach('shop.leaving_2024_01')];
  await expectExact('leaving');
  await insert('leaving', 'old 1');
  await expect(partition.reattach(name)).rejects.toMatchObject({
    code: 'PLINTH_PARTITION_REFUSED',
    message: expect.stringContaining('(1, old 1)'),
  });
  await client.query("delete from shop.leaving where email = 'old 1'");
  expect(await partition.reattach(name)).toBe('shop.leaving_2024_01');
  await expectExact('leaving');
  await partition.retain({ table: 'shop.leaving' });
  expect(await value('select count(*)::int from shop.leaving_tenant_email_claims')).toBe(0);
});

test('[I21] what a partition left behind does not stand in the way of one made again over its range', async () => {
  await accounts('again');
  await partition.ensure('shop.again', '2024-01-01', '2024-02-01');
  await insert('again', 'ada', "'2024-01-15'");
  await client.query('drop table shop.again_2024_01');
  await partition.ensure('shop.again', '2024-01-01', '2024-02-01');
  await insert('again', 'ada', "'2024-01-16'");
  await expectExact('again');
});

test('[I21] declared later, rows that are there are claimed or the declaration is refused; no more declared, it is gone', async () => {
  await accounts('later', { unique: [] });
  await insert('later', 'ada');
  await insert('later', 'ada');
  await expect(manage('shop.later', { ...months, unique: [['tenant', 'email']] })).rejects.toMatchObject({
    code: 'PN001',
    hint: expect.stringContaining('(1, ada)'),
  });
  await client.query('delete from shop.later where id = (select id from shop.later limit 1)');
  await manage('shop.later', { ...months, unique: [['tenant', 'email']] });
  await expect(insert('later', 'ada')).rejects.toMatchObject(taken);
  await manage('shop.later', months);
  await insert('later', 'ada');
  expect(await value("select to_regclass('shop.later_tenant_email_claims')")).toBeNull();
  await expect(manage('shop.later', { ...months, unique: [['nothing']] })).rejects.toMatchObject({ code: 'PN001' });
  await expect(manage('shop.later', { ...months, unique: [['email', 'created']] })).rejects.toMatchObject({ code: 'PN001' });
});
