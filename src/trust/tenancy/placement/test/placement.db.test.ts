import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { connectTo, spawnScript } from '../../../../../tests/support/index.ts';
import { tiers, uuidv7 } from '../../../../kernel/index.ts';
import { fillShop, hashShop, makeShop, rowsAnywhere } from '../../lifecycle/test/shop.ts';
import { type TenancyFixture, tenancyFixture } from '../../test/fixture.ts';
import { openTenancyAt } from '../../test/open-at.ts';

const here = await tenancyFixture();
const { tenancy, databases } = here;
const own = `${databases.oltp.name}_own`;
const place = `oltp/${own}`;
const endpoint = { ...databases.oltp.endpoint, database: own };
await makeShop(here.owner);
afterAll(async () => {
  await here[Symbol.asyncDispose]();
  await databases.oltp.client.query(`drop database if exists "${own}" with (force)`);
});

async function shopOf(slug: string, orders: number): Promise<{ id: string; userId: string }> {
  const { id } = await tenancy.create({ slug });
  const { userId } = await tenancy.addUser({ tenantId: id, email: `${slug}@example.org`, role: 'owner' });
  await fillShop(here.owner, id, userId, orders);
  return { id, userId };
}
const [acme, other] = [await shopOf('acme', 3_000), await shopOf('other', 100)];

/** Another process of the platform, as far as what it holds in memory goes. */
const elsewhere = await openTenancyAt((tier) => databases[tier].endpoint, here.dataDir, { isReady: true });
afterAll(() => elsewhere[Symbol.asyncDispose]());

const run = (by: Pick<TenancyFixture, 'tenancy'>, text: string, change: object = {}) =>
  by.tenancy.run({ tenantId: acme.id, userId: acme.userId }, { tier: 'oltp', tag: 'test', ...change }, (tx) => tx.query({ text }));
const count = async (by: Pick<TenancyFixture, 'tenancy'>, text: string) => Number((await run(by, text, { isReadOnly: true })).rows[0]?.n);

/** Works for the tenant until it is stopped; tells what was acknowledged. */
function load() {
  const stop = new AbortController();
  const written = new Set<string>();
  const worker = async (by: Pick<TenancyFixture, 'tenancy'>, isolation: 'read committed' | 'repeatable read') => {
    while (!stop.signal.aborted) {
      const name = `load ${uuidv7()}`;
      await run(by, `insert into shop.customers (tenant_id, name) values ('${acme.id}', '${name}')`, { isolation });
      written.add(name);
      if (written.size % 3 === 0) {
        await run(by, `delete from shop.customers where name = '${name}'`);
        written.delete(name);
      } else if (written.size % 3 === 1) {
        await run(by, `update shop.customers set name = name || '!' where name = '${name}'`);
        written.delete(name);
        written.add(`${name}!`);
      }
      await delay(5);
    }
  };
  const work = Promise.all([worker(here, 'read committed'), worker(elsewhere, 'repeatable read'), worker(elsewhere, 'read committed')]);
  // A failure is seen when it is stopped.
  work.catch(() => {});
  return {
    async stopped() {
      stop.abort();
      await work;
      return { written };
    },
  };
}

const names = async () =>
  new Set((await run(here, `select name from shop.customers where name like 'load %'`)).rows.map((row) => (row as { name: string }).name));

async function hashOwn() {
  await using client = await connectTo(endpoint, 'tests/placement');
  return await hashShop({ ...databases, oltp: { ...databases.oltp, client } }, acme.id);
}

test('[I50] what stands in the way of a move is named before anything is copied, and the tenant works on', async () => {
  const move = (to: string) => tenancy.lifecycle.move('acme', { to });
  await expect(move('disk/acme')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NO_SUCH_PLACE' });
  await expect(move('shared')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_ALREADY_PLACED' });
  // The database was made, with the schema of the capabilities; the product of this test has no migrations.
  await expect(move(place)).rejects.toMatchObject({
    code: 'PLINTH_TENANCY_CANNOT_MOVE',
    message: expect.stringContaining('shop.orders is not there'),
  });
  await using client = await connectTo(endpoint, 'tests/placement');
  await makeShop(async (tier, ...statements) => {
    // One database has the tables of all tiers.
    const due = tier === 'oltp' ? statements : statements.filter((text) => !/^(create schema|grant usage)/.test(text));
    await client.query('set role plinth_owner; set search_path = pg_catalog');
    for (const text of due) await client.query(text);
  });
  expect(await count(here, 'select count(*) as n from shop.orders')).toBe(3_000);
  // Nothing was copied yet: it is given up.
  await tenancy.lifecycle.suspend('acme');
  await tenancy.lifecycle.resume('acme');
});

test('[I50] [I51] a tenant moves while it works: no acknowledged write is lost, the pause is short, and nothing is left behind', async () => {
  const before = await hashShop(databases, acme.id);
  const working = load();
  const moved = await tenancy.lifecycle.move('acme', { to: place });
  await delay(100);
  const { written } = await working.stopped();
  expect(moved).toMatchObject({ from: 'shared', to: place });
  expect(moved.pauseMs).toBeLessThanOrEqual(2_000);
  expect(await names()).toEqual(written);
  expect(await tenancy.find('acme')).toMatchObject({ placement: place, state: 'active' });
  // What nobody wrote to is what it was.
  const after = await hashOwn();
  for (const table of ['shop.orders', 'shop.members', 'shop.visits', 'shop.pictures', 'tenancy.tenant_users']) {
    expect(after[table], table).toBe(before[table]);
  }
  const left = (await rowsAnywhere({ ...databases, content: databases.oltp, queue: databases.oltp, olap: databases.oltp }, acme.id)).filter(
    (name) => / shop\./.test(name),
  );
  expect(left).toEqual([]);
  expect((await databases.oltp.client.query(`select from pg_trigger where tgname like 'plinth_move%'`)).rowCount).toBe(0);
  expect(await hashShop(databases, other.id)).toMatchObject({ 'shop.orders': expect.stringMatching(/^100 /) });
});

test('[I51] the old place refuses a write by itself, whoever sends it', async () => {
  const stale = await openTenancyAt((tier) => databases[tier].endpoint, here.dataDir, { isReady: true });
  await using _ = stale;
  // As a process that has not heard of it and cannot ask: it is routed by nobody.
  const place = { ...databases.oltp.endpoint };
  const request = { tier: 'oltp', tag: 'test', place, as: { tenantId: acme.id }, deadlineMs: 300 } as const;
  await expect(
    stale.connect.transaction(request, (tx) =>
      tx.query({ text: `insert into shop.customers (tenant_id, name) values ('${acme.id}', 'x')` }),
    ),
  ).rejects.toThrow();
  expect((await databases.oltp.client.query('select from shop.customers where tenant_id = $1', [acme.id])).rowCount).toBe(0);
});

test('[I52] a placed tenant has its members, its state, and its own database for all that is done with it', async () => {
  const { userId } = await tenancy.addUser({ tenantId: acme.id, email: 'new@example.org', role: 'viewer' });
  const as = (user: string) =>
    elsewhere.tenancy.run({ tenantId: acme.id, userId: user }, { tier: 'oltp', tag: 'test' }, async (tx) =>
      Number((await tx.query({ text: 'select count(*) as n from shop.orders' })).rows[0]?.n),
    );
  expect(await as(userId)).toBe(3_000);
  await expect(as(uuidv7())).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NOT_A_MEMBER' });
  await tenancy.lifecycle.suspend('acme');
  await expect(run(here, `delete from shop.members`)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_SUSPENDED' });
  expect(await count(here, 'select count(*) as n from shop.orders')).toBe(3_000);
  await tenancy.lifecycle.resume('acme');
  await expect(tenancy.lifecycle.export('acme', { folder: '/nowhere' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_PLACED' });
  await expect(tenancy.lifecycle.erase('acme', { confirm: 'acme' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_PLACED' });
  expect(await tenancy.directory.placed()).toEqual([{ id: 'acme', endpoint: expect.objectContaining({ database: own }) }]);
  // Other tiers are where they were.
  expect(
    await elsewhere.tenancy.run({ tenantId: acme.id, userId }, { tier: 'content', tag: 'test' }, async (tx) =>
      Number((await tx.query({ text: 'select count(*) as n from shop.pictures' })).rows[0]?.n),
    ),
  ).toBe(300);
  await expect(tenancy.lifecycle.move('other', { to: place })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_PLACE_TAKEN' });
  // What is asked about its rows is asked there.
  const [{ name } = { name: '' }] = (await run(here, 'select id::text as name from shop.orders limit 1')).rows as { name: string }[];
  const why = await tenancy.why({ tenant: 'acme', table: 'shop.orders', key: name, user: 'new@example.org' });
  expect(why).toMatchObject({ isSeen: true });
});

test('[I50] and back again', async () => {
  const working = load();
  const moved = await tenancy.lifecycle.move('acme', { to: 'shared' });
  await delay(100);
  const { written } = await working.stopped();
  expect(moved).toMatchObject({ from: place, to: 'shared' });
  const there = await names();
  expect([...written].filter((name) => !there.has(name))).toEqual([]);
  expect(await tenancy.find('acme')).toMatchObject({ placement: null });
  expect(await count(elsewhere, 'select count(*) as n from shop.orders')).toBe(3_000);
  await using client = await connectTo(endpoint, 'tests/placement');
  expect((await client.query('select from shop.orders')).rowCount).toBe(0);
  expect((await client.query('select from tenancy.users')).rowCount).toBe(0);
});

test('[I53] killed after any transaction, the same call ends a move, with the same result', async () => {
  const before = await hashShop(databases, acme.id);
  let kills = 0;
  for (let killAfter = 6; ; killAfter *= 3) {
    const endpoints = Object.fromEntries(tiers.map((tier) => [tier, databases[tier].endpoint]));
    const request = { endpoints, dataDir: here.dataDir, dataFolder: here.dataDir, call: ['move', 'acme', { to: place }], killAfter };
    await using child = spawnScript(new URL('../../lifecycle/test/run-lifecycle.ts', import.meta.url), { args: [JSON.stringify(request)] });
    const { signal } = await child.exit();
    if (signal === 'SIGKILL') {
      kills++;
      continue;
    }
    expect(child.output()).toMatch(/^done after/m);
    break;
  }
  expect(kills).toBeGreaterThan(2);
  expect(await hashOwn()).toEqual(before);
  expect((await databases.oltp.client.query('select from shop.orders where tenant_id = $1', [acme.id])).rowCount).toBe(0);
});
