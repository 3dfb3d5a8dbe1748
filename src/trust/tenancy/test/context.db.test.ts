import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { until } from '../../../../tests/support/index.ts';
import type { Transaction } from '../../../foundation/connect/index.ts';
import { nilUuid, uuidv7 } from '../../../kernel/index.ts';
import { sealKey, ticket } from '../model/seal.ts';
import { tenancyFixture } from './fixture.ts';

const { tenancy, connect, owner, databases, ...fixture } = await tenancyFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const [a, b] = [await tenancy.create({ slug: 'tenant-a' }), await tenancy.create({ slug: 'tenant-b' })];
const work = { tier: 'oltp', tag: 'test.work' } as const;
for (const tier of ['oltp', 'content'] as const) {
  await owner(
    tier,
    'create schema shop',
    'grant usage on schema shop to plinth_app',
    'create table shop.orders (tenant_id uuid not null references tenancy.tenants (id) on delete cascade, id uuid not null default uuidv7(), note text not null, constraint orders_pk primary key (tenant_id, id))',
    "select tenancy.protect('shop.orders')",
    `insert into shop.orders (tenant_id, note) values ('${a.id}', 'of a'), ('${b.id}', 'of b'), ('${b.id}', 'of b')`,
  );
}
const users = {
  viewer: (await tenancy.addUser({ tenantId: a.id, email: 'Viewer@Example.org', role: 'viewer' })).userId,
  member: (await tenancy.addUser({ tenantId: a.id, email: 'member@example.org', role: 'member' })).userId,
  admin: (await tenancy.addUser({ tenantId: a.id, email: 'admin@example.org', role: 'admin' })).userId,
  stranger: (await tenancy.addUser({ tenantId: b.id, email: 'stranger@example.org', role: 'owner' })).userId,
};
const notes = async (tx: Transaction) =>
  (await tx.query({ text: 'select note from shop.orders order by note' })).rows.map((row) => row.note);
const sealOf = async (tx: Transaction) => (await tx.query({ text: "select current_setting('app.seal') as seal" })).rows[0].seal as string;
const pidOf = async (tx: Transaction) => (await tx.query({ text: 'select pg_backend_pid() as pid' })).rows[0].pid as number;
const withSeal = async (tx: Transaction, text: string) => {
  await tx.query({ text: "select set_config('app.seal', $1, true)", values: [text] });
  return notes(tx);
};

describe('what a context shows', () => {
  test.each(['oltp', 'content'] as const)('[I1] work for a tenant sees its rows alone (%s)', async (tier) => {
    expect(await tenancy.run({ tenantId: a.id }, { ...work, tier }, notes)).toEqual(['of a']);
    expect(await tenancy.run({ tenantId: b.id }, { ...work, tier }, notes)).toEqual(['of b', 'of b']);
    expect(await connect.transaction({ ...work, tier, as: 'system' }, notes)).toEqual([]);
  });

  test('[I1] the settings say whose work it is, the functions what the seal says', async () => {
    const text =
      "select current_setting('app.current_tenant_id') as s, current_setting('app.current_user_id') as su, tenancy.current_tenant_id() as t, tenancy.current_user_id() as u, tenancy.current_member_role() as r, tenancy.validate_tenant_context() as v";
    const asked = await tenancy.run({ tenantId: a.id, userId: users.viewer }, work, (tx) => tx.query({ text }));
    expect(asked.rows).toEqual([{ s: a.id, su: users.viewer, t: a.id, u: users.viewer, r: 'viewer', v: true }]);
    const service = await tenancy.run({ tenantId: a.id }, work, (tx) => tx.query({ text }));
    expect(service.rows).toEqual([{ s: a.id, su: '', t: a.id, u: null, r: 'service', v: true }]);
  });

  test('[I11] where a request came from is said to its transaction alone, whatever it contains', async () => {
    const text = "select current_setting('app.origin', true) as origin";
    const origin = { requestId: `o'\\\0"; drop table x; --`, userAgent: 'u'.repeat(1_000) };
    const asked = await tenancy.run({ tenantId: a.id, origin }, work, (tx) => tx.query({ text }));
    expect(JSON.parse(asked.rows[0].origin)).toEqual({ requestId: `o'\\"; drop table x; --`, userAgent: 'u'.repeat(200) });
    expect((await tenancy.run({ tenantId: a.id }, work, (tx) => tx.query({ text }))).rows[0].origin || null).toBeNull();
  });

  test('[I5] a read without a context gives nothing, a write is an error', async () => {
    await tenancy.run({ tenantId: a.id }, work, async (tx) => {
      await tx.query({ text: "select set_config('app.seal', '', true)" });
      expect(await notes(tx)).toEqual([]);
      const insert = () => tx.query({ text: `insert into shop.orders (tenant_id, note) values ('${a.id}', 'x')` });
      await expect(tx.savepoint(insert)).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
    });
  });
});

describe('roles', () => {
  const attempt = (userId: string, text: string, tier: 'oltp' | 'content' = 'oltp') =>
    tenancy
      .run({ tenantId: a.id, userId }, { ...work, tier }, (tx) =>
        tx.savepoint(async () => {
          const { rowCount } = await tx.query({ text });
          throw new Error(`${rowCount} rows`);
        }),
      )
      .catch((error) => error.code ?? error.message);
  const insert = `insert into shop.orders (tenant_id, note) values ('${a.id}', 'new')`;
  const update = "update shop.orders set note = 'changed'";
  const remove = 'delete from shop.orders';

  test.each(['oltp', 'content'] as const)('[I4] a verb is for who has at least its role (%s)', async (tier) => {
    expect(await attempt(users.viewer, insert, tier)).toBe('PLINTH_SQL_FORBIDDEN');
    expect(await attempt(users.viewer, update, tier)).toBe('0 rows');
    expect(await attempt(users.viewer, remove, tier)).toBe('0 rows');
    expect(await attempt(users.member, insert, tier)).toBe('1 rows');
    expect(await attempt(users.member, update, tier)).toBe('1 rows');
    expect(await attempt(users.member, remove, tier)).toBe('0 rows');
    expect(await attempt(users.admin, remove, tier)).toBe('1 rows');
  });

  test('[I4] nobody grants a role through a tenant’s context', async () => {
    expect(await attempt(users.admin, `update tenancy.tenant_users set role = 'owner'`)).toBe('PLINTH_SQL_FORBIDDEN');
    expect(await attempt(users.admin, `insert into tenancy.tenants (id, slug, name) values (uuidv7(), 'x', 'x')`)).toBe(
      'PLINTH_SQL_FORBIDDEN',
    );
  });

  test('[I4] the users of a tenant are its members', async () => {
    const emails = await tenancy.run({ tenantId: a.id }, work, (tx) => tx.query({ text: 'select email from tenancy.users order by 1' }));
    expect(emails.rows.map((row) => row.email)).toEqual(['admin@example.org', 'member@example.org', 'viewer@example.org']);
  });
});

describe('refusals', () => {
  const refused = (tenantId: string, userId?: string, tier: 'oltp' | 'content' = 'oltp') =>
    tenancy.run({ tenantId, ...(userId !== undefined && { userId }) }, { ...work, tier }, notes).catch((error) => error);

  test.each(['oltp', 'content'] as const)(
    '[I6] each has its code; to who is no member an unknown tenant looks like any other (%s)',
    async (tier) => {
      const unknown = uuidv7();
      expect((await refused('not-a-uuid', undefined, tier)).code).toBe('PLINTH_TENANCY_MALFORMED_ID');
      expect((await refused(a.id, "' or true --", tier)).code).toBe('PLINTH_TENANCY_MALFORMED_ID');
      expect((await refused(unknown, undefined, tier)).code).toBe('PLINTH_TENANCY_UNKNOWN_TENANT');
      expect((await refused(nilUuid, undefined, tier)).code).toBe('PLINTH_TENANCY_UNKNOWN_TENANT');
      const foreign = await refused(a.id, users.stranger, tier);
      const nowhere = await refused(unknown, users.stranger, tier);
      expect(foreign.code).toBe('PLINTH_TENANCY_NOT_A_MEMBER');
      expect({ ...nowhere, message: nowhere.message.replace(unknown, a.id), details: {}, cause: 0 }).toEqual({
        ...foreign,
        message: foreign.message,
        details: {},
        cause: 0,
      });
    },
  );

  test('[I6] suspended and unfinished tenants cannot be entered', async () => {
    const c = await tenancy.create({ slug: 'tenant-c' });
    const { userId } = await tenancy.addUser({ tenantId: c.id, email: 'c@example.org', role: 'owner' });
    await owner('oltp', `update tenancy.tenants set state = 'suspended' where id = '${c.id}'`);
    expect((await refused(c.id, userId)).code).toBe('PLINTH_TENANCY_SUSPENDED');
    expect((await refused(c.id, users.stranger)).code).toBe('PLINTH_TENANCY_NOT_A_MEMBER');
    await owner('oltp', `update tenancy.tenants set state = 'provisioning' where id = '${c.id}'`);
    expect((await refused(c.id)).code).toBe('PLINTH_TENANCY_UNKNOWN_TENANT');
  });

  test('[I6] a refused attempt is kept, though its transaction was rolled back', async () => {
    await refused(a.id, users.stranger);
    const [event] = await until(async () => (await tenancy.events(a.id)).filter(({ userId }) => userId === users.stranger));
    expect(event).toMatchObject({
      eventType: 'unauthorized_access',
      severity: 'high',
      action: 'tenant_context_validation',
      success: false,
      reason: 'PLINTH_TENANCY_NOT_A_MEMBER',
    });
  });

  test('[I7] inside work for one tenant, work for another is refused; for the same one it is not', async () => {
    const inside = (tenantId: string) =>
      tenancy.run({ tenantId: a.id }, work, () => tenancy.run({ tenantId }, { ...work, tier: 'content' }, notes));
    await expect(inside(b.id)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NESTED_CONTEXT' });
    expect(await inside(a.id)).toEqual(['of a']);
  });
});

describe('the seal', () => {
  test('[I2] changed anywhere, cut short, or taken from another transaction, it shows nothing', async () => {
    const first = await tenancy.run({ tenantId: b.id }, work, async (tx) => ({ pid: await pidOf(tx), seal: await sealOf(tx) }));
    await tenancy.run({ tenantId: a.id }, work, async (tx) => {
      // The pool gives the connection used last: nothing but the transaction differs.
      expect(await pidOf(tx)).toBe(first.pid);
      const own = await sealOf(tx);
      expect(await withSeal(tx, own)).toEqual(['of a']);
      expect(await withSeal(tx, first.seal)).toEqual([]);
      for (let at = 0; at < own.length; at += 3) {
        const changed = own.slice(0, at) + (own[at] === '0' ? '1' : '0') + own.slice(at + 1);
        expect(await withSeal(tx, changed)).toEqual([]);
      }
      for (const length of [0, 2, 64, 164]) expect(await withSeal(tx, own.slice(0, length))).toEqual([]);
      expect(await withSeal(tx, `${own}00`)).toEqual([]);
      expect(await withSeal(tx, own)).toEqual(['of a']);
    });
  });

  test('[I2] a ticket is good for its backend and its time, with a live key, and is no seal itself', async () => {
    const { rows } = await databases.oltp.client.query('select id, inner_block, outer_block from tenancy.seal_keys');
    const key = { id: rows[0].id, innerBlock: rows[0].inner_block, outerBlock: rows[0].outer_block };
    await tenancy.run({ tenantId: a.id }, work, async (tx) => {
      const nowS = Math.floor(Date.now() / 1_000);
      const backendPid = await pidOf(tx);
      const facts = {
        tenantId: b.id,
        userId: nilUuid,
        rank: 'service',
        expiresEpochS: nowS + 10,
        nonce: randomBytes(10),
        backendPid,
      } as const;
      const enter = (text: string) => tx.savepoint(async () => (await tx.query({ text: `call tenancy.enter('\\x${text}')` })) && notes(tx));
      const refused = { details: { sqlstate: 'PT001' } };
      expect(await enter(ticket(key, facts))).toEqual(['of b', 'of b']);
      expect(await withSeal(tx, ticket(key, facts))).toEqual([]);
      await expect(enter(ticket(key, { ...facts, expiresEpochS: nowS - 10 }))).rejects.toMatchObject(refused);
      await expect(enter(ticket(key, { ...facts, backendPid: backendPid + 1 }))).rejects.toMatchObject(refused);
      for (const id of [0, 1]) await expect(enter(ticket(sealKey(id, randomBytes(64)), facts))).rejects.toMatchObject(refused);
      for (const text of ['', '00', ticket(key, facts).slice(2)]) await expect(enter(text)).rejects.toMatchObject(refused);
    });
  });

  test('[I3] a rotation leaves the key before alive, and no more', async () => {
    const keys = () => databases.oltp.client.query('select id from tenancy.seal_keys order by created');
    await expect(tenancy.rotateKey()).rejects.toMatchObject({ code: 'PLINTH_TENANCY_ROTATED_RECENTLY' });
    const age = ["update tenancy.seal_keys set created = created - interval '5 minutes'"] as const;
    const signedBefore = await tenancy.run({ tenantId: a.id }, work, async (tx) => {
      for (const tier of ['oltp', 'content'] as const) await owner(tier, ...age);
      await tenancy.rotateKey();
      return notes(tx);
    });
    expect(signedBefore).toEqual(['of a']);
    expect((await keys()).rows).toEqual([{ id: 0 }, { id: 1 }]);
    expect(await tenancy.run({ tenantId: a.id }, work, notes)).toEqual(['of a']);
    for (const tier of ['oltp', 'content'] as const) await owner(tier, ...age);
    await tenancy.rotateKey();
    expect((await keys()).rows).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('[I3] a process whose key is gone is told to try again, and can', async () => {
    await owner('oltp', 'update tenancy.seal_keys set inner_block = outer_block');
    const lost = tenancy.run({ tenantId: a.id }, work, notes);
    await expect(lost).rejects.toMatchObject({ code: 'PLINTH_TENANCY_SEAL_REFUSED', retryable: true });
    expect(await until(() => tenancy.run({ tenantId: a.id }, work, notes))).toEqual(['of a']);
  });
});

describe('a connection that was used before', () => {
  const attacks = [
    "prepare planted as select 'planted'",
    'deallocate all',
    "declare thief cursor with hold for select 'left'",
    'listen news',
    "set client_encoding = 'SJIS'",
    "select set_config('search_path', 'tenancy', false)",
  ];

  test.each(attacks)('[I11] is not given to others after: %s', async (text) => {
    const before = await tenancy.run({ tenantId: a.id }, work, async (tx) => {
      const pid = await pidOf(tx);
      await tx.query({ text });
      return pid;
    });
    expect(await tenancy.run({ tenantId: b.id }, work, pidOf)).not.toBe(before);
  });

  test('[I11] carries no context over: after an abort, after a savepoint, after a session-wide setting', async () => {
    const before = await tenancy.run({ tenantId: a.id }, work, async (tx) => {
      const pid = await pidOf(tx);
      await tx
        .savepoint(async () => {
          await tx.query({ text: "select set_config('app.seal', '', true)" });
          expect(await notes(tx)).toEqual([]);
          throw new Error('back');
        })
        .catch(() => {});
      expect(await notes(tx)).toEqual(['of a']);
      await tx.query({ text: "select set_config('app.seal', current_setting('app.seal'), false)" });
      return pid;
    });
    await connect
      .transaction({ ...work, as: 'system' }, async (tx) => {
        expect(await pidOf(tx)).toBe(before);
        expect(await notes(tx)).toEqual([]);
        await tx.query({ text: 'select 1 / 0' });
      })
      .catch((error) => expect(error.code).toBe('PLINTH_SQL_BAD_VALUE'));
    expect(await tenancy.run({ tenantId: b.id }, work, notes)).toEqual(['of b', 'of b']);
  });
});
