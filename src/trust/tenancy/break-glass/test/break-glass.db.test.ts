import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/index.ts';
import type { Transaction } from '../../../../foundation/connect/index.ts';
import type { KernelEvents } from '../../../../kernel/index.ts';
import type { AuditEntry, AuditSink } from '../../index.ts';
import { tenancyFixture } from '../../test/fixture.ts';

const entries: AuditEntry[] = [];
let sink: AuditSink | undefined = {
  record: async (entry) => {
    entries.push(entry);
  },
};
const { tenancy, connect, owner, databases, events, ...fixture } = await tenancyFixture({ filled: { audit: () => sink } });
afterAll(() => fixture[Symbol.asyncDispose]());
const keeper = sink;
const notified: KernelEvents['notified'][] = [];
events.on('notified', (event) => notified.push(event));

const [a, b] = [await tenancy.create({ slug: 'acme' }), await tenancy.create({ slug: 'other' })];
for (const tier of ['oltp', 'content'] as const) {
  await owner(
    tier,
    'create schema shop',
    'grant usage on schema shop to plinth_app',
    'create table shop.orders (tenant_id uuid not null references tenancy.tenants (id) on delete cascade, id int not null, note text not null, primary key (tenant_id, id))',
    "select tenancy.protect('shop.orders')",
    `insert into shop.orders values ('${a.id}', 1, 'of a'), ('${a.id}', 2, 'of a'), ('${b.id}', 3, 'of b')`,
  );
}
const ann = await tenancy.breakGlass.addStaff({ account: 'Ann', name: 'Ann Lee' });
const request = { staff: 'ann', tenant: 'acme', reason: 'ticket 4711: order 2 is missing', minutes: 10 };
const orders = (tx: Transaction) => tx.query({ name: 'test.orders', text: 'select id, note from shop.orders order by id' });
const readAs = (subject: { tenantId: string; userId?: string }, tier: 'oltp' | 'content' = 'oltp') =>
  connect.transaction({ tier, as: subject, tag: 'test.read' }, async (tx) => (await orders(tx)).rows.map(({ id }) => id));
const eventsOf = async (tenantId: string) => (await tenancy.events(tenantId)).filter(({ eventType }) => eventType === 'break_glass');

beforeEach(() => {
  entries.length = 0;
  sink = keeper;
});

describe('a grant', () => {
  test('[I21] is on record before it is good for anything, told, and listed', async () => {
    const grant = await tenancy.breakGlass.open(request);
    expect(grant).toMatchObject({ tenantId: a.id, slug: 'acme', staff: { id: ann.id, account: 'ann' }, role: 'viewer', isRunning: true });
    expect(grant.expires.getTime() - grant.begun.getTime()).toBe(600_000);
    expect(entries).toMatchObject([
      {
        kind: 'operation',
        action: 'tenancy.break-glass.open',
        success: true,
        tenantId: a.id,
        userId: ann.id,
        purpose: request.reason,
        details: { grantId: grant.id },
      },
    ]);
    expect(notified.at(-1)).toMatchObject({ severity: 'warning', message: expect.stringContaining('Ann Lee (ann)') });
    await until(async () => (await eventsOf(a.id)).length > 0, { what: 'the event' });
    expect((await tenancy.breakGlass.list(a.id))[0]).toEqual(grant);
    expect(await tenancy.breakGlass.list(b.id)).toEqual([]);
    await tenancy.breakGlass.end(grant.id, 'test');
  });

  test('[I21] is not given when the trail does not take it', async () => {
    sink = { record: () => Promise.reject(new Error('disk full')) };
    await expect(tenancy.breakGlass.open(request)).rejects.toThrow('disk full');
    sink = undefined;
    await expect(tenancy.breakGlass.open(request)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NO_AUDIT' });
    expect((await tenancy.breakGlass.list()).filter(({ isRunning }) => isRunning)).toEqual([]);
  });

  test.each([
    ['without a reason', { reason: '   short  ' }, 'PLINTH_TENANCY_NO_REASON'],
    ['for too long', { minutes: 481 }, 'PLINTH_TENANCY_BAD_MINUTES'],
    ['for no time', { minutes: 0 }, 'PLINTH_TENANCY_BAD_MINUTES'],
    ['for who is no staff member', { staff: 'mallory' }, 'PLINTH_TENANCY_NOT_STAFF'],
    ['for no tenant', { tenant: 'nowhere' }, 'PLINTH_TENANCY_UNKNOWN_TENANT'],
  ] as const)('[I22] %s is refused, and that is recorded', async (_, change, code) => {
    const before = (await tenancy.breakGlass.list()).length;
    await expect(tenancy.breakGlass.open({ ...request, ...change })).rejects.toMatchObject({ code });
    expect(entries).toMatchObject([{ action: 'tenancy.break-glass.open', success: false, details: { refused: code } }]);
    const tenantId = 'tenant' in change || 'staff' in change ? '00000000-0000-0000-0000-000000000000' : a.id;
    await until(async () => (await eventsOf(tenantId)).some(({ reason }) => reason?.startsWith(code)), { what: 'the event' });
    expect(await tenancy.breakGlass.list()).toHaveLength(before);
  });
});

describe('work under it', () => {
  test.each(['oltp', 'content'] as const)(
    '[I23] each answer is recorded with its keys, whatever subject the work names (%s)',
    async (tier) => {
      const grant = await tenancy.breakGlass.open(request);
      const glass = await tenancy.breakGlass.take(grant.id);
      entries.length = 0;
      expect(await glass.run(() => readAs({ tenantId: a.id }, tier))).toEqual([1, 2]);
      expect(entries).toEqual([
        {
          kind: 'access',
          action: 'tenancy.break-glass.access',
          success: true,
          tenantId: a.id,
          userId: ann.id,
          purpose: request.reason,
          tier,
          rowCount: 2,
          keys: ['1', '2'],
          details: { grantId: grant.id, tag: 'test.read', statement: 'test.orders' },
        },
      ]);
      // Outside of it nothing changed.
      entries.length = 0;
      expect(await readAs({ tenantId: a.id }, tier)).toEqual([1, 2]);
      expect(entries).toEqual([]);
      await tenancy.breakGlass.end(grant.id, 'test');
    },
  );

  test('[I23] whoever asked gets nothing that could not be recorded', async () => {
    const grant = await tenancy.breakGlass.open(request);
    const glass = await tenancy.breakGlass.take(grant.id);
    sink = { record: () => Promise.reject(new Error('disk full')) };
    await expect(glass.run(() => readAs({ tenantId: a.id }))).rejects.toThrow('disk full');
    sink = undefined;
    await expect(glass.run(() => readAs({ tenantId: a.id }))).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NO_AUDIT' });
    await tenancy.breakGlass.end(grant.id, 'test');
  });

  test('[I24] has the role of the grant and no other, and no other tenant', async () => {
    const asRole = <T>(role: 'viewer' | 'member', work: (tx: Transaction) => Promise<T>) =>
      tenancy.breakGlass.run({ ...request, role }, () => tenancy.run({ tenantId: a.id }, { tier: 'oltp', tag: 'test.work' }, work));
    const facts =
      "select tenancy.current_member_role() as role, tenancy.current_user_id() as id, current_setting('app.origin')::json ->> 'purpose' as purpose";
    expect((await asRole('viewer', (tx) => tx.query({ text: facts }))).rows).toEqual([
      { role: 'viewer', id: ann.id, purpose: expect.stringMatching(/^break glass .*ticket 4711/) },
    ]);
    const insert = { text: `insert into shop.orders values ('${a.id}', 9, 'new')` };
    await expect(asRole('viewer', (tx) => tx.query(insert))).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
    expect((await asRole('member', (tx) => tx.query(insert))).rowCount).toBe(1);
    await owner('oltp', 'delete from shop.orders where id = 9');
    const foreign = tenancy.breakGlass.run(request, () => readAs({ tenantId: b.id }));
    await expect(foreign).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NESTED_CONTEXT' });
  });

  test('[I25] ends with its grant: ended by somebody, expired, or its holder no staff member any more', async () => {
    const first = await tenancy.breakGlass.open(request);
    const glass = await tenancy.breakGlass.take(first.id);
    await glass.run(async () => {
      expect(await readAs({ tenantId: a.id })).toEqual([1, 2]);
      expect(await tenancy.breakGlass.end(first.id, 'bob')).toMatchObject({ isRunning: false, endedBy: 'bob' });
      await expect(readAs({ tenantId: a.id })).rejects.toMatchObject({
        code: 'PLINTH_TENANCY_GLASS_CLOSED',
        message: expect.stringContaining('bob'),
      });
    });
    await expect(tenancy.breakGlass.take(first.id)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_CLOSED' });

    const second = await tenancy.breakGlass.open(request);
    await owner(
      'oltp',
      `update tenancy.break_glass set begun = now() - interval '1 hour', expires = now() - interval '1 second' where id = '${second.id}'`,
    );
    await expect(tenancy.breakGlass.take(second.id)).rejects.toMatchObject({
      code: 'PLINTH_TENANCY_GLASS_CLOSED',
      message: expect.stringContaining('time was up'),
    });

    const third = await tenancy.breakGlass.open(request);
    expect((await tenancy.breakGlass.takeOf('ann', a.id)).grant.id).toBe(third.id);
    await tenancy.breakGlass.removeStaff('ann', 'bob');
    await expect(tenancy.breakGlass.take(third.id)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_CLOSED' });
    await expect(tenancy.breakGlass.takeOf('ann', a.id)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
    await expect(tenancy.breakGlass.takeOf(undefined, a.id)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
    await tenancy.breakGlass.addStaff({ account: 'ann', name: 'Ann Lee' });
  });

  test('[I25] a transaction that is open when the time is up is ended', async () => {
    const grant = await tenancy.breakGlass.open(request);
    const glass = await tenancy.breakGlass.take(grant.id);
    await owner(
      'oltp',
      `update tenancy.break_glass set begun = now() - interval '1 hour', expires = now() + interval '0.7 seconds' where id = '${grant.id}'`,
    );
    const slow = glass.run(() =>
      connect.transaction({ tier: 'oltp', as: { tenantId: a.id }, tag: 'test.slow' }, (tx) => tx.query({ text: 'select pg_sleep(20)' })),
    );
    await expect(slow).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_CLOSED' });
  });

  test('[I23] what is streamed later is read under it, too, and COPY is on record before its first byte', async () => {
    const grant = await tenancy.breakGlass.open(request);
    const glass = await tenancy.breakGlass.take(grant.id);
    const pieces = async function* () {
      for (const id of [1, 2]) {
        const text = `copy (select note from shop.orders where id = ${id}) to stdout`;
        yield await connect.transaction({ tier: 'oltp', as: { tenantId: a.id }, tag: 'test.copy' }, async (tx) =>
          Buffer.concat(await Array.fromAsync(tx.copyTo(text) as AsyncIterable<Buffer>)).toString(),
        );
      }
    };
    entries.length = 0;
    expect(await Array.fromAsync(glass.stream(pieces()))).toEqual(['of a\n', 'of a\n']);
    expect(entries).toMatchObject([
      { action: 'tenancy.break-glass.access', details: { statement: 'copy' } },
      { action: 'tenancy.break-glass.access', details: { statement: 'copy' } },
    ]);
    await tenancy.breakGlass.end(grant.id, 'test');
    await expect(Array.fromAsync(glass.stream(pieces()))).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_CLOSED' });
  });
});

test('[I26] the application can neither see nor make grants', async () => {
  for (const text of ['select from tenancy.break_glass', 'select from tenancy.staff_members', 'select from tenancy.operations']) {
    const asked = tenancy.run({ tenantId: a.id }, { tier: 'oltp', tag: 'test' }, (tx) => tx.query({ text }));
    await expect(asked).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
  }
  expect((await tenancy.coverage()).filter(({ problems }) => problems.length > 0)).toEqual([]);
});
