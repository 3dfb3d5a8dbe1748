import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '../../tenancy/index.ts';
import { changesOf, openTrail, type Trail } from './fixture.ts';

let trail: Trail;
let tenants: Tenant[];
beforeAll(async () => {
  trail = await openTrail();
  tenants = [await trail.tenancy.create({ slug: 'first' }), await trail.tenancy.create({ slug: 'second' })];
});
afterAll(() => trail[Symbol.asyncDispose]());

describe('[I1] every statement that changes rows is an event', () => {
  test('insert, update and delete of one row and of many', async () => {
    await trail.owner(
      'create table shop.plain (id int primary key, name text, amount numeric)',
      "select audit.track('shop.plain')",
      "insert into shop.plain values (1, 'one', 1.50)",
      "insert into shop.plain select n, 'many', n from generate_series(2, 3) n",
      'update shop.plain set amount = 2.5 where id = 1',
      'update shop.plain set amount = amount + 1 where id > 1',
      'update shop.plain set name = name',
      'delete from shop.plain where id = 1',
      'delete from shop.plain',
    );
    expect(await changesOf(trail, 'shop.plain')).toEqual([
      { action: 'insert', keys: ['1'], rows: 1, changes: { name: { new: ['one'] }, amount: { new: [1.5] } } },
      { action: 'insert', keys: ['2', '3'], rows: 2, changes: { name: { new: ['many', 'many'] }, amount: { new: [2, 3] } } },
      { action: 'update', keys: ['1'], rows: 1, changes: { amount: { old: [1.5], new: [2.5] } } },
      { action: 'update', keys: ['2', '3'], rows: 2, changes: { amount: { old: [2, 3], new: [3, 4] } } },
      { action: 'delete', keys: ['1'], rows: 1, changes: { name: { old: ['one'] }, amount: { old: [2.5] } } },
      { action: 'delete', keys: ['2', '3'], rows: 2, changes: { name: { old: ['many', 'many'] }, amount: { old: [3, 4] } } },
    ]);
  });

  test('merge, upsert, copy and truncate', async () => {
    await trail.owner('create table shop.ways (id int primary key, n int)', "select audit.track('shop.ways')");
    await trail.connect.transaction({ tier: 'oltp', as: 'owner', tag: 'test.copy' }, async (tx) => {
      await pipeline(['1\t1\n2\t2\n'], tx.copyFrom('copy shop.ways from stdin'));
    });
    await trail.owner(
      'insert into shop.ways values (2, 0), (3, 3) on conflict (id) do update set n = shop.ways.n + 10',
      'merge into shop.ways w using (values (1), (3), (4)) v (id) on w.id = v.id when matched and w.id = 1 then delete ' +
        'when matched then update set n = 30 when not matched then insert values (v.id, 4)',
      'truncate shop.ways',
    );
    const seen = (await changesOf(trail, 'shop.ways')).map(({ action, keys, changes }) => [
      action,
      keys.toSorted().join(),
      JSON.stringify(changes),
    ]);
    expect(seen).toHaveLength(7);
    expect(seen.map(([action, keys]) => `${action} ${keys}`).toSorted()).toEqual([
      'delete 1',
      'insert 1,2',
      'insert 3',
      'insert 4',
      'truncate 2,3,4',
      'update 2',
      'update 3',
    ]);
    expect(seen.find(([action, keys]) => action === 'update' && keys === '2')?.[2]).toBe('{"n":{"old":[2],"new":[12]}}');
  });

  test('cascades of foreign keys, and what a trigger changes besides', async () => {
    await trail.owner(
      'create table shop.parents (id int primary key)',
      'create table shop.children (id int primary key, parent int references shop.parents on delete cascade on update cascade)',
      "select audit.track('shop.parents')",
      "select audit.track('shop.children')",
      'insert into shop.parents values (1), (2)',
      'insert into shop.children values (10, 1), (11, 1), (20, 2)',
      'update shop.parents set id = 3 where id = 2',
      'delete from shop.parents where id = 1',
    );
    const children = await changesOf(trail, 'shop.children');
    expect(children.slice(1)).toEqual([
      { action: 'update', keys: ['20'], rows: 1, changes: { parent: { old: [2], new: [3] } } },
      { action: 'delete', keys: ['10', '11'], rows: 2, changes: { parent: { old: [1, 1] } } },
    ]);
  });

  test('partitions, and rows that move between them', async () => {
    await trail.owner(
      'create table shop.parts (id int, region text, n int, primary key (id, region)) partition by list (region)',
      "create table shop.parts_a partition of shop.parts for values in ('a')",
      "create table shop.parts_b partition of shop.parts for values in ('b')",
      "select audit.track('shop.parts')",
      "insert into shop.parts values (1, 'a', 1), (2, 'b', 2)",
      "update shop.parts set region = 'b', n = 5 where id = 1",
      'update shop.parts set n = n + 1',
    );
    const [, moved, both] = await changesOf(trail, 'shop.parts');
    expect(moved).toMatchObject({
      action: 'update',
      keys: ['[1, "b"]'],
      changes: { region: { old: ['a'], new: ['b'] }, n: { old: [1], new: [5] } },
    });
    expect(both?.keys.toSorted()).toEqual(['[1, "b"]', '[2, "b"]']);
    const { versions } = await trail.audit.history({ table: 'shop.parts', key: ['1', 'a'] });
    expect(versions.map(({ action }) => action)).toEqual(['insert', 'depart']);
  });

  test('a statement on many rows is cut into events of a thousand, apart for each tenant', async () => {
    const [first, second] = tenants.map(({ id }) => id) as [string, string];
    await trail.owner(
      'create table shop.many (tenant_id uuid not null, id int, n int, primary key (tenant_id, id))',
      "select audit.track('shop.many')",
      `insert into shop.many select case when n % 4 = 0 then '${first}' else '${second}' end::uuid, n, n from generate_series(1, 3000) n`,
      'update shop.many set n = -n',
    );
    const events = await trail.rows(
      `select action, tenant_id, cardinality(keys) as size, keys, changes from audit.events where target_id = 'shop.many' and kind = 'change'`,
    );
    expect(Math.max(...events.map(({ size }) => size as number))).toBeLessThanOrEqual(1_000);
    for (const event of events) {
      const {
        action,
        keys,
        changes,
        tenant_id: tenant,
      } = event as { action: string; keys: string[]; changes: { n: { new: number[]; old?: number[] } }; tenant_id: string };
      for (const [place, key] of keys.entries()) {
        expect(Number(key) % 4 === 0 ? first : second).toBe(tenant);
        expect(changes.n.new[place]).toBe(action === 'insert' ? Number(key) : -Number(key));
      }
    }
    expect(events.reduce((sum, { size }) => sum + (size as number), 0)).toBe(6_000);
  });

  test('only the columns that are asked for', async () => {
    await trail.owner('create table shop.partly (id int primary key, kept text, left_out text)');
    const tracked = await trail.audit.track({ table: 'shop.partly', columns: ['kept'] });
    expect(tracked.columns).toEqual(['kept']);
    await trail.owner(
      "insert into shop.partly values (1, 'a', 'b')",
      "update shop.partly set left_out = 'c'",
      "update shop.partly set kept = 'd'",
    );
    expect((await changesOf(trail, 'shop.partly')).map(({ changes }) => changes)).toEqual([
      { kept: { new: ['a'] } },
      { kept: { old: ['a'], new: ['d'] } },
    ]);
  });

  test('a session that calls itself a replica is no way around', async () => {
    await trail.owner('create table shop.replica (id int primary key)', "select audit.track('shop.replica')");
    await trail.owner(
      'reset role',
      'begin',
      "set local session_replication_role = 'replica'",
      'insert into shop.replica values (1)',
      'commit',
      'set role plinth_owner',
    );
    expect(await changesOf(trail, 'shop.replica')).toHaveLength(1);
  });

  test('what is rolled back leaves no event', async () => {
    await trail.owner('create table shop.undone (id int primary key)', "select audit.track('shop.undone')");
    await trail.owner(
      'begin',
      'insert into shop.undone values (1)',
      'savepoint s',
      'insert into shop.undone values (2)',
      'rollback to s',
      'commit',
    );
    await trail.owner('begin', 'insert into shop.undone values (3)', 'rollback');
    expect((await changesOf(trail, 'shop.undone')).map(({ keys }) => keys)).toEqual([['1']]);
  });
});

describe('[I2] an event says who did it', () => {
  test('tenant, user and role by the seal; where the request came from by the application', async () => {
    const [tenant] = tenants as [Tenant];
    const { userId } = await trail.tenancy.addUser({ tenantId: tenant.id, email: 'a@example.org', role: 'member' });
    await trail.owner(
      'create table shop.who (tenant_id uuid not null, id int, primary key (tenant_id, id))',
      "select tenancy.protect('shop.who')",
      "select audit.track('shop.who')",
    );
    const origin = { requestId: 'r1', clientAddress: '192.0.2.1', userAgent: 'test', purpose: 'ticket 7' };
    await trail.tenancy.run({ tenantId: tenant.id, userId, origin }, { tier: 'oltp', tag: 'test.who' }, (tx) =>
      tx.query({ text: 'insert into shop.who values ($1, 1)', values: [tenant.id] }),
    );
    const [event] = await trail.rows(`select * from audit.events where target_id = 'shop.who' and kind = 'change'`);
    expect(event).toMatchObject({
      tenant_id: tenant.id,
      user_id: userId,
      member_role: 'member',
      database_user: 'plinth_app',
      application_name: expect.stringContaining('test.who'),
      origin,
    });
    expect(event?.duration_ms).toBeGreaterThan(0);
  });

  test('a seal that does not fit names nobody', async () => {
    await trail.owner(
      'create table shop.forged (id int primary key)',
      "select audit.track('shop.forged')",
      'grant insert on shop.forged to plinth_app',
    );
    const [tenant] = tenants as [Tenant];
    await trail.tenancy.run({ tenantId: tenant.id }, { tier: 'oltp', tag: 'test.forged' }, async (tx) => {
      // The user's bytes in another seal: its hash does not fit any more.
      await tx.query({
        text: `select set_config('app.seal', overlay(current_setting('app.seal') placing repeat('ab', 16) from 97), true)`,
      });
      await tx.query({ text: 'insert into shop.forged values (1)' });
    });
    const [event] = await trail.rows(`select user_id, member_role from audit.events where target_id = 'shop.forged' and kind = 'change'`);
    expect(event).toEqual({ user_id: null, member_role: null });
  });
});

describe('[I3] sensitive values', () => {
  test('stand in the trail as keyed hashes, in keys too, and never in clear', async () => {
    await trail.owner(
      'create table shop.people (email text primary key, card text, city text)',
      `select audit.track('shop.people', null, '{"email": {"level": "confidential", "flags": ["GDPR"]}, "card": {"level": "restricted"}, "city": {"level": "public"}}')`,
      "insert into shop.people values ('anna@example.org', '4111-secret', 'Bern'), ('bert@example.org', '4111-secret', 'Genf')",
      "update shop.people set card = '5500-secret' where email = 'anna@example.org'",
      "update shop.people set email = 'carl@example.org' where city = 'Genf'",
      'delete from shop.people',
    );
    const found = await trail.rows(
      `select e::text as text, classification, compliance_flags from audit.events e where target_id = 'shop.people' and kind = 'change'`,
    );
    expect(found).toHaveLength(4);
    for (const { text } of found) expect(text).not.toMatch(/example|secret/);
    expect(found.map((one) => [one.classification, one.compliance_flags])).toEqual([
      ['restricted', ['GDPR']],
      ['restricted', []],
      ['confidential', ['GDPR']],
      ['restricted', ['GDPR']],
    ]);
    const [first] = await changesOf(trail, 'shop.people');
    expect(first).toMatchObject({
      changes: { city: { new: ['Bern', 'Genf'] }, card: { new: [expect.stringMatching(/^hmac:[0-9a-f]{64}$/), expect.anything()] } },
    });
    const cards = (first?.changes as { card?: { new: string[] } } | undefined)?.card?.new;
    expect(cards?.[0]).toBe(cards?.[1]);
  });
});

describe('[I10] triggers follow the table', () => {
  test('columns that come, go and change', async () => {
    // What is classified by now of the tables before.
    await trail.audit.refresh();
    await trail.owner('create table shop.changing (id int primary key, gone text, kept int)', "select audit.track('shop.changing')");
    await trail.owner('alter table shop.changing drop column gone, add column made text default 1');
    expect(await trail.audit.refresh()).toEqual(['shop.changing']);
    expect(await trail.audit.refresh()).toEqual([]);
    await trail.owner("insert into shop.changing values (1, 2, 'new')");
    expect(await changesOf(trail, 'shop.changing')).toMatchObject([{ changes: { kept: { new: [2] }, made: { new: ['new'] } } }]);
    await trail.owner('alter table shop.changing rename to "Changed it"');
    expect(await trail.audit.refresh()).toEqual(['shop."Changed it"']);
    await trail.owner('update shop."Changed it" set kept = 3');
    expect(await changesOf(trail, 'shop."Changed it"')).toMatchObject([{ changes: { kept: { old: [2], new: [3] } } }]);
    await trail.audit.untrack({ table: 'shop.Changed it' });
    await trail.owner('update shop."Changed it" set kept = 4', 'drop table shop."Changed it"');
    expect(await changesOf(trail, 'shop."Changed it"')).toHaveLength(1);
  });

  test('what cannot be tracked is refused with the reason', async () => {
    await trail.owner('create table shop.keyless (n int)', 'create table shop.known (id int primary key)');
    await expect(trail.audit.track({ table: 'shop.keyless' })).rejects.toMatchObject({
      code: 'PLINTH_AUDIT_NOT_TRACKABLE',
      message: expect.stringContaining('primary key'),
    });
    await expect(trail.audit.track({ table: 'shop.known', columns: ['no'] })).rejects.toMatchObject({
      message: expect.stringContaining('no column no'),
    });
    await expect(trail.audit.track({ table: 'shop.none' })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_UNKNOWN_TABLE' });
    await expect(trail.audit.untrack({ table: 'shop.known' })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_NOT_TRACKED' });
    await expect(trail.audit.track({ table: 'audit.blocks' })).rejects.toMatchObject({
      message: expect.stringContaining('the trail itself'),
    });
  });
});

test('[I11] the application reaches nothing of the trail', async () => {
  const [tenant] = tenants as [Tenant];
  for (const text of [
    'select * from audit.events',
    'select audit.seal()',
    "select audit.untrack('shop.plain')",
    'select * from audit.hash_keys',
  ]) {
    const attempt = trail.tenancy.run({ tenantId: tenant.id }, { tier: 'oltp', tag: 'test.reach' }, (tx) => tx.query({ text }));
    await expect(attempt).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
  }
});

test('[I11] the check of tenancy has nothing to say of the trail', async () => {
  const coverage = await trail.tenancy.coverage();
  expect(coverage.find(({ table }) => table === 'audit.events')).toMatchObject({ isForced: true, problems: [] });
});

test('[I1] an action is durable when it is recorded, with keys to find it by', async () => {
  const [tenant] = tenants as [Tenant];
  await trail.audit.record({
    kind: 'access',
    action: 'test.read',
    success: true,
    tenantId: tenant.id,
    target: { type: 'table', id: 'shop.people' },
    keys: ['k1', 'k2'],
    rowCount: 2,
    durationMs: 12,
    purpose: 'ticket 8',
    details: { columns: ['email'] },
  });
  const [event] = await trail.rows(`select * from audit.events where key_hashes @> array[audit.key_hash('k2')] and kind = 'access'`);
  expect(event).toMatchObject({
    action: 'test.read',
    tenant_id: tenant.id,
    keys: ['k1', 'k2'],
    purpose: 'ticket 8',
    details: { columns: ['email'] },
  });
  expect(event?.duration_ms).toBeCloseTo(12, 0);
});
