import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Partition } from '../../../foundation/partition/index.ts';
import type { Tenant } from '../../tenancy/index.ts';
import { changesOf, openTrail, type Trail, trackOpenly } from './fixture.ts';

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
      trackOpenly('shop.plain'),
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
    await trail.owner('create table shop.ways (id int primary key, n int)', trackOpenly('shop.ways'));
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
      trackOpenly('shop.parents'),
      trackOpenly('shop.children'),
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
      trackOpenly('shop.parts'),
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
      trackOpenly('shop.many'),
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
    await trail.owner(trackOpenly('shop.partly'));
    const tracked = await trail.audit.track({ table: 'shop.partly', columns: ['kept'] });
    expect(tracked).toMatchObject({ columns: ['kept'], concealed: [] });
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
    await trail.owner('create table shop.replica (id int primary key)', trackOpenly('shop.replica'));
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
    await trail.owner('create table shop.undone (id int primary key)', trackOpenly('shop.undone'));
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
      trackOpenly('shop.who'),
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
      trackOpenly('shop.forged'),
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

  test('are all values of columns that nobody has decided about; keys are told that are numbers, uuids or times', async () => {
    const [first, second] = tenants.map(({ id }) => id) as [string, string];
    await trail.owner(
      'create table shop.unknown (tenant_id uuid not null, id int, day date, name text, body jsonb, n int, primary key (tenant_id, id, day, name))',
      "select audit.track('shop.unknown')",
      `insert into shop.unknown select t::uuid, 1, '2024-02-03', 'Anna', '{"a": "secret"}', 7 from unnest('{${first}, ${second}}'::text[]) t`,
      "update shop.unknown set n = 8, name = 'Berta'",
    );
    const found = await changesOf(trail, 'shop.unknown');
    expect(JSON.stringify(found)).not.toMatch(/Anna|Berta|secret|[^0-9a-f][78][^0-9a-f]/);
    expect(found).toHaveLength(4);
    for (const { keys } of found) expect(keys[0]).toMatch(/^\[1, "2024-02-03", "hmac:[0-9a-f]{64}"\]$/);
    // Equal within a tenant, and not beyond it.
    const hashes = found.slice(0, 2).map(({ changes }) => (changes as { n: { new: string[] } }).n.new[0]);
    expect(hashes[0]).not.toBe(hashes[1]);
    expect((await trail.audit.tracked()).find(({ table }) => table === 'shop.unknown')?.undecided).toEqual(['body', 'n', 'name']);
  });

  test('stay comparable: history knows a row that was changed past the trail', async () => {
    await trail.owner(
      'create table shop.blind (id int primary key, note text)',
      "select audit.track('shop.blind')",
      "insert into shop.blind values (1, 'a')",
    );
    expect(await trail.audit.history({ table: 'shop.blind', key: ['1'] })).toMatchObject({
      unseen: [],
      versions: [{ row: { note: expect.stringMatching(/^hmac:/) } }],
    });
    await trail.owner('alter table shop.blind disable trigger all', "update shop.blind set note = 'b'");
    expect((await trail.audit.history({ table: 'shop.blind', key: ['1'] })).unseen).toEqual(['note']);
  });
});

describe('[I10] triggers follow the table, in the transaction that changes it', () => {
  const write = (table: string, values: string) => [
    `insert into ${table} values (${values})`,
    `update ${table} set kept = kept`,
    `update ${table} set kept = kept + 1`,
    `update ${table} set id = id + 100`,
    `delete from ${table}`,
    `insert into ${table} values (${values})`,
    `truncate ${table}`,
  ];

  test('columns that come, go, and have another name or type; keys and names of the table', async () => {
    await trail.owner(
      "create type shop.mood as enum ('good')",
      'create schema stock',
      "create table shop.changing (id int primary key, kept int, gone text, felt shop.mood default 'good', part int default 0)",
      trackOpenly('shop.changing'),
    );
    const steps: [statement: string, table: string, values: string][] = [
      ['alter table shop.changing drop column gone, add column made text default 1', 'shop.changing', '1, 2'],
      ['alter table shop.changing rename column made to "Made it"', 'shop.changing', '1, 2'],
      [
        'alter table shop.changing alter column "Made it" drop default; alter table shop.changing alter column "Made it" type json using to_json("Made it"), alter column part type text',
        'shop.changing',
        '1, 2',
      ],
      ['drop type shop.mood cascade', 'shop.changing', '1, 2'],
      ['alter table shop.changing drop constraint changing_pkey', 'shop.changing', '1, 2'],
      ['alter table shop.changing add primary key (part, id)', 'shop.changing', '1, 2'],
      ['alter table shop.changing rename to "Changed it"', 'shop."Changed it"', '1, 2'],
      ['alter table shop."Changed it" set schema stock', 'stock."Changed it"', '1, 2'],
      ['alter schema stock rename to store', 'store."Changed it"', '1, 2'],
    ];
    for (const [statement, table, values] of steps) {
      await trail.owner('begin', statement, ...write(table, values), 'commit');
      const actions = (await changesOf(trail, table)).slice(-6).map(({ action }) => action);
      expect(actions, statement).toEqual(['insert', 'update', 'update', 'delete', 'insert', 'truncate']);
    }
    expect((await changesOf(trail, 'store."Changed it"'))[0]).toMatchObject({
      keys: ['["0", 1]'],
      changes: { kept: { new: [2] }, 'Made it': { new: [null] } },
    });
    expect(await trail.audit.refresh()).not.toContain('store."Changed it"');
    expect(await trail.rows("select proname from pg_proc where pronamespace = 'audit'::regnamespace and proname ~ 'changing'")).toEqual([]);
    await trail.audit.untrack({ table: 'store.Changed it' });
    await trail.owner('insert into store."Changed it" values (2, 4)', 'drop table store."Changed it"');
    expect(await changesOf(trail, 'store."Changed it"')).toHaveLength(6);
  });

  test('what was decided about a column goes with its name, and is undone with it', async () => {
    await trail.owner(
      'create table shop.naming (id int primary key, code text, note text, rest text)',
      `select audit.track('shop.naming', '{code, note}', '{"code": {"level": "internal"}, "note": {"level": "restricted"}}')`,
      'begin',
      'alter table shop.naming rename column code to label',
      'alter table shop.naming rename column note to remark',
      'savepoint s',
      'alter table shop.naming drop column label',
      'rollback to s',
      "insert into shop.naming values (1, 'c', 'n', 'r')",
      'commit',
    );
    expect((await trail.audit.tracked()).find(({ table }) => table === 'shop.naming')).toMatchObject({
      columns: ['label', 'remark'],
      concealed: ['remark'],
      undecided: [],
    });
    expect(await changesOf(trail, 'shop.naming')).toMatchObject([
      { changes: { label: { new: ['c'] }, remark: { new: [expect.stringMatching(/^hmac:/)] } } },
    ]);
    await trail.owner('begin', 'alter table shop.naming drop column label, drop column remark', 'rollback');
    // As a migration does it, which is no superuser's.
    await trail.connect.transaction({ tier: 'oltp', as: 'owner', tag: 'test.drop' }, async (tx) => {
      await tx.query({ text: 'alter table shop.naming drop column label, drop column remark' });
      await tx.query({ text: "insert into shop.naming values (2, 'r')" });
    });
    expect((await changesOf(trail, 'shop.naming'))[1]).toMatchObject({ keys: ['2'], changes: {} });
  });

  test.each(['rebuild', 'adopt'] as const)('a table that is cut into months while it is tracked (%s)', async (route) => {
    const table = `shop.cut_${route}`;
    const { conversions } = trail.platform.use<Partition>('partition');
    await trail.owner(
      `create table ${table} (id bigint generated always as identity, created timestamptz not null default now(), kept int,
        constraint cut_${route}_id_created_pk primary key (id, created))`,
      trackOpenly(table),
      `insert into ${table} (kept) values (1)`,
    );
    await conversions.convert({ table, key: 'created', every: 'month', route });
    await conversions.swap(table);
    await trail.owner(`insert into ${table} (kept) values (2)`);
    await conversions.finish(table);
    await trail.owner(`alter table ${table} rename column kept to n`, `update ${table} set n = n + 1`, `truncate ${table}`);
    const rows = (await changesOf(trail, table)).map(({ action, rows: count }) => `${action} ${count}`);
    expect(rows).toEqual(['insert 1', 'insert 1', 'update 2', 'truncate 2']);
    expect(await trail.audit.refresh()).toEqual([]);
  });

  test('nobody gets a superuser to run what the owner wrote', async () => {
    await trail.owner(
      'create table shop.bait (id int primary key)',
      trackOpenly('shop.bait'),
      'create table shop.caught (name text)',
      'begin',
      `create or replace function audit.follow(tables oid[]) returns void language plpgsql security invoker as
        'begin insert into shop.caught values (current_user); end'`,
      'alter table shop.bait add column n int',
    );
    expect(await trail.rows('select * from shop.caught')).toEqual([]);
    await trail.owner('rollback');
  });

  test('where the server lets us have no event triggers, within a minute', async () => {
    await trail.owner(
      'create table shop.later (id int primary key, a int, b int)',
      trackOpenly('shop.later'),
      'create table shop.gone (id int primary key)',
      trackOpenly('shop.gone'),
    );
    await trail.owner(
      'reset role',
      'alter event trigger plinth_audit_ddl disable',
      'alter event trigger plinth_audit_drop disable',
      'set role plinth_owner',
    );
    await trail.owner('alter table shop.later drop column a', 'alter table shop.later rename to latest', 'drop table shop.gone');
    expect(await trail.audit.refresh()).toContain('shop.latest');
    await trail.owner('insert into shop.latest values (1, 2)', 'truncate shop.latest');
    expect((await changesOf(trail, 'shop.latest')).map(({ action }) => action)).toEqual(['insert', 'truncate']);
    await trail.owner(
      'reset role',
      'alter event trigger plinth_audit_ddl enable',
      'alter event trigger plinth_audit_drop enable',
      'set role plinth_owner',
    );
    expect(await trail.rows("select target_id from audit.events where action = 'audit.lost'")).toEqual([{ target_id: 'shop.gone' }]);
  });

  test('a trigger that somebody removed or disabled comes back, and that is told', async () => {
    await trail.owner('create table shop.loose (id int primary key)', trackOpenly('shop.loose'));
    for (const by of ['drop trigger plinth_audit_insert on shop.loose', 'alter table shop.loose disable trigger all']) {
      await trail.owner(by, 'insert into shop.loose values (1)', 'truncate shop.loose');
      expect(await trail.audit.refresh()).toEqual(['shop.loose']);
    }
    expect(await trail.audit.refresh()).toEqual([]);
    await trail.owner('insert into shop.loose values (2)');
    expect((await changesOf(trail, 'shop.loose')).map(({ keys }) => keys)).toEqual([['1'], ['2']]);
    await trail.audit.settled();
    const told = await trail.rows(
      "select details from audit.events where action = 'security.audit_trigger_removed' and details::text ~ 'shop.loose'",
    );
    expect(told).toHaveLength(2);
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
