import { afterAll, describe, expect, test } from 'vitest';
import { fakeClock, spawnScript, until } from '../../../../../tests/support/index.ts';
import type { Connect, Subject } from '../../../../foundation/connect/index.ts';
import { connectErrors } from '../../../../foundation/connect/index.ts';
import { nilUuid, silentLog, systemClock, tiers } from '../../../../kernel/index.ts';
import { tenancyFixture } from '../../test/fixture.ts';
import { openTenancyAt } from '../../test/open-at.ts';
import { usageCommands, usageRoutes } from '../surface.ts';
import { Tally } from '../tally.ts';
import type { TenantMeasure } from '../types.ts';

const measured = new Map<string, number>();
const measures: TenantMeasure[] = [
  { name: 'shop.broken', meaning: 'Fails.', read: () => Promise.reject(new Error('no figures')) },
  { name: 'shop.bytes', meaning: 'What is kept.', unit: 'bytes', read: async () => measured },
];
const { tenancy, connect, databases, owner, dataDir, ...fixture } = await tenancyFixture({
  normalConnections: 1,
  filled: { measures: () => measures },
});
afterAll(() => fixture[Symbol.asyncDispose]());
await owner(
  'oltp',
  'create schema shop',
  'grant usage on schema shop to plinth_app',
  'create table shop.orders (tenant_id uuid not null references tenancy.tenants (id) on delete cascade, id int not null, note text, primary key (tenant_id, id))',
  "select tenancy.protect('shop.orders')",
  "create function shop.conflict() returns void language plpgsql as $$ begin raise exception 'again' using errcode = '40001'; end $$",
);

const { client } = databases.oltp;
const run = (as: Subject, ...texts: readonly string[]) =>
  connect.transaction({ tier: 'oltp', as, tag: 'test.work' }, async (tx) => {
    for (const text of texts) await tx.query({ text });
  });
/** What stands in the tables for a tenant, over all hours and minutes. */
async function written(tenantId: string) {
  const sums = 'coalesce(sum(queries), 0)::int as queries, coalesce(sum(rows), 0)::int as rows, coalesce(sum(pool_wait_ms), 0) as "waitMs"';
  const [hours, minutes] = await Promise.all(
    ['usage_hours', 'usage_minutes'].map((table) => client.query(`select ${sums} from tenancy.${table} where tenant_id = $1`, [tenantId])),
  );
  expect(hours?.rows[0]).toEqual(minutes?.rows[0]);
  return hours?.rows[0] as { queries: number; rows: number; waitMs: number };
}
const flushed = async (tenantId: string) => {
  await tenancy.usage.flush();
  return written(tenantId);
};
const tenant = async (slug: string) => (await tenancy.create({ slug })).id;

describe('what is counted', () => {
  test('[I40] statements and rows, also of what fails, is rolled back or is tried again', async () => {
    const id = await tenant('counted');
    await run(
      { tenantId: id },
      'insert into shop.orders (tenant_id, id) select tenancy.current_tenant_id(), g from generate_series(1, 5) g',
    );
    await run({ tenantId: id.toUpperCase() }, 'select id from shop.orders', 'select id from shop.orders where id < 3');
    expect(await flushed(id)).toMatchObject({ queries: 3, rows: 12 });
    await expect(run({ tenantId: id }, 'delete from shop.orders', 'select 1/0')).rejects.toMatchObject({ code: 'PLINTH_SQL_BAD_VALUE' });
    expect(await flushed(id)).toMatchObject({ queries: 5, rows: 17 });
    let tries = 0;
    await connect.transaction({ tier: 'oltp', as: { tenantId: id }, tag: 'test.again' }, async (tx) => {
      await tx.query({ text: ++tries < 3 ? 'select shop.conflict()' : 'select 1' });
    });
    expect(await flushed(id)).toMatchObject({ queries: 8, rows: 18 });
    // Nothing new: nothing is added.
    const before = await flushed(id);
    expect(await flushed(id)).toEqual(before);
    const [hour] = await tenancy.usage.hours(id, 1);
    expect(hour).toMatchObject({ queries: before.queries, rows: before.rows });
    expect(hour?.executionMs).toBeGreaterThan(0);
    expect(hour?.heldMs).toBeGreaterThan(hour?.executionMs ?? 0);
  });

  test('[I40] the platform’s own work is that of the nil tenant, the owner’s is nobody’s', async () => {
    const before = await flushed(nilUuid);
    await run('system', 'select 1', 'select 2');
    await run('owner', 'select 1');
    expect(await flushed(nilUuid)).toMatchObject({ queries: before.queries + 2 });
    expect((await tenancy.usage.totals(1)).map((one) => one.tenant.slug)).toContain('system');
  });

  test('[I40] what a suspended tenant reads is counted, what it is refused takes no statement', async () => {
    const id = await tenant('suspended');
    await tenancy.lifecycle.suspend('suspended');
    await connect.transaction({ tier: 'oltp', as: { tenantId: id }, tag: 'test.read', isReadOnly: true }, (tx) =>
      tx.query({ text: 'select 1' }),
    );
    await expect(run({ tenantId: id }, 'select 1')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_SUSPENDED' });
    expect(await flushed(id)).toMatchObject({ queries: 1, rows: 1 });
  });

  test('[I40] ids that are nobody’s leave nothing', async () => {
    const id = '0199e0f2-0000-7000-8000-00000000dead';
    for (const tenantId of [id, 'no id']) await expect(run({ tenantId }, 'select 1')).rejects.toThrow();
    expect(await flushed(id)).toMatchObject({ queries: 0 });
  });

  test('[I40] COPY is counted with its rows', async () => {
    const id = await tenant('copied');
    await run(
      { tenantId: id },
      'insert into shop.orders (tenant_id, id) select tenancy.current_tenant_id(), g from generate_series(1, 5) g',
    );
    await connect.transaction({ tier: 'oltp', as: { tenantId: id }, tag: 'test.copy' }, (tx) =>
      Array.fromAsync(tx.copyTo('copy (select id from shop.orders) to stdout')),
    );
    expect(await flushed(id)).toMatchObject({ queries: 2, rows: 10 });
  });

  test('[I42] write-ahead log goes to who wrote it', async () => {
    const [writer, reader] = [await tenant('writer'), await tenant('reader')];
    const size = 200_000;
    const insert = `insert into shop.orders select tenancy.current_tenant_id(), g, repeat(md5(g::text), 20) from generate_series(1, ${size / 640}) g`;
    // The server tells of it within seconds, or when it is asked to. First what others have written.
    await run('system', 'select pg_stat_force_next_flush()');
    await tenancy.usage.flush();
    await run({ tenantId: writer }, insert, 'select pg_stat_force_next_flush()');
    await connect.transaction({ tier: 'oltp', as: { tenantId: reader }, tag: 'test.read', isReadOnly: true }, (tx) =>
      tx.query({ text: 'select 1' }),
    );
    await tenancy.usage.flush();
    const walOf = async (id: string) => (await tenancy.usage.hours(id, 1))[0]?.walBytes;
    expect(await walOf(writer)).toBeGreaterThan(size);
    expect(await walOf(reader)).toBeUndefined();
  });
});

describe('who slowed whom', () => {
  test('[I43] waits stand with who held the connections, in the minute and among the slow ones', async () => {
    const [fast, slow] = [await tenant('fast'), await tenant('slow')];
    await tenancy.usage.flush();
    await Promise.all([run({ tenantId: slow }, 'select pg_sleep(0.15)'), run({ tenantId: fast }, 'select 1')]);
    expect((await flushed(fast)).waitMs).toBeGreaterThan(50);
    const [minute] = (await tenancy.usage.slowest()).filter(({ slowed }) => slowed.some(({ slug }) => slug === 'fast'));
    expect(minute).toMatchObject({ tier: 'oltp', slowed: expect.arrayContaining([expect.objectContaining({ slug: 'fast' })]) });
    const { begun, tenants } = await tenancy.usage.minute(minute?.begun.toISOString() ?? '');
    expect(begun).toEqual(minute?.begun);
    const share = (slug: string) => tenants.find((one) => one.tenant.slug === slug)?.heldShare ?? 0;
    expect(share('slow')).toBeGreaterThan(share('fast'));
    expect(tenants.reduce((sum, one) => sum + one.heldShare, 0)).toBeCloseTo(1);
    await expect(tenancy.usage.minute('noon')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_BAD_MINUTE', details: { minute: 'noon' } });
    await expect(tenancy.usage.minute('2020-01-01T00:00')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_MINUTE_NOT_KEPT' });
  });

  test('[I43] who waited in vain is there, too', async () => {
    const id = await tenant('in-vain');
    const held = Promise.withResolvers<void>();
    const holder = connect.transaction({ tier: 'oltp', as: 'system', tag: 'test.hold' }, () => held.promise);
    const waiting = connect.transaction({ tier: 'oltp', as: { tenantId: id }, tag: 'test.wait', deadlineMs: 100 }, async () => {});
    await expect(waiting).rejects.toMatchObject({ code: 'PLINTH_CONNECT_DEADLINE' });
    held.resolve();
    await holder;
    expect((await flushed(id)).waitMs).toBeGreaterThan(50);
  });
});

describe('writing', () => {
  const tallyOf = (through: Connect, clock = systemClock) => new Tally({ connect: through, clock, log: silentLog });
  const select = (tally: Tally, tenantId: string) => {
    for (const witness of tally.watch({ tier: 'oltp', as: { tenantId }, tag: 'test', isReadOnly: true })) {
      witness.ran?.({ text: 'select 1' }, { rows: [], rowCount: 1 }, 1);
    }
  };
  /** The same connections, with something that happens around each transaction. */
  const around = (transaction: Connect['transaction']): Connect => ({
    transaction,
    session: (request) => connect.session(request),
    pools: () => connect.pools(),
    renew: (login) => connect.renew(login),
    databaseKey: (tier) => connect.databaseKey(tier),
    [Symbol.asyncDispose]: async () => {},
  });

  test('[I41] several processes add to the same rows at once', async () => {
    const ids = await Promise.all(['p1', 'p2', 'p3', 'p4'].map(tenant));
    await using second = await openTenancyAt((tier) => databases[tier].endpoint, dataDir, { isReady: true });
    const processes = [connect, second.connect, connect, second.connect].map((one) => tallyOf(one));
    for (let round = 0; round < 10; round++) {
      // Each in another order.
      processes.forEach((tally, i) => {
        for (const n of ids.keys()) select(tally, ids[(n * (i % 2 ? 1 : 3) + i) % ids.length] as string);
      });
      await Promise.all(processes.map((tally) => tally.flush()));
    }
    for (const id of ids) expect(await written(id)).toMatchObject({ queries: 40, rows: 40 });
  });

  test('[I41] what could not be written comes with the next; what may have been is not written again', async () => {
    const id = await tenant('in-doubt');
    let outcome: 'refused' | 'in doubt' | 'well' = 'refused';
    const tally = tallyOf(
      around(async (request, work) => {
        if (outcome === 'refused') throw connectErrors.CLOSED();
        const result = await connect.transaction(request, work);
        if (outcome === 'in doubt') throw connectErrors.COMMIT_IN_DOUBT({ tag: request.tag, server: 'here', reason: 'cut off' });
        return result;
      }),
    );
    select(tally, id);
    await expect(tally.flush()).rejects.toMatchObject({ code: 'PLINTH_CONNECT_CLOSED' });
    expect(await written(id)).toMatchObject({ queries: 0 });
    select(tally, id);
    outcome = 'in doubt';
    await expect(tally.flush()).rejects.toMatchObject({ code: 'PLINTH_CONNECT_COMMIT_IN_DOUBT' });
    outcome = 'well';
    await tally.flush();
    expect(await written(id)).toMatchObject({ queries: 2 });
  });

  test('[I41] a killed process loses what it had not written, and nothing is there twice', async () => {
    const id = await tenant('killed');
    const endpoints = Object.fromEntries(tiers.map((tier) => [tier, databases[tier].endpoint]));
    {
      await using child = spawnScript(new URL('run-meter.ts', import.meta.url), {
        args: [JSON.stringify({ endpoints, dataDir, tenantId: id })],
      });
      await child.line(/at work/);
      await child.kill9();
    }
    expect(await flushed(id)).toMatchObject({ queries: 3, rows: 3 });
  });

  test('[I41] it is written every five seconds, to the minute it was counted in; minutes go after a day', async () => {
    const id = await tenant('on-time');
    const clock = fakeClock(new Date('2026-03-01T11:59:57Z'));
    await using tally = tallyOf(connect, clock);
    tally.service.start();
    select(tally, id);
    await clock.advance(2_000);
    expect(await written(id)).toMatchObject({ queries: 0 });
    await clock.advance(1_000);
    await until(async () => (await written(id)).queries === 1, { what: 'the first five seconds' });
    // Written is not yet asleep: a second that passes before would be a second more that it sleeps.
    await until(() => clock.sleeping === 1, { what: 'the pause' });
    await clock.advance(1_000);
    select(tally, id);
    await clock.advance(4_000);
    await until(async () => (await written(id)).queries === 2, { what: 'the next' });
    const minutes = async () =>
      (await client.query('select begun, queries::int from tenancy.usage_minutes where tenant_id = $1 order by 1', [id])).rows;
    expect(await minutes()).toEqual([
      { begun: new Date('2026-03-01T11:59:00Z'), queries: 1 },
      { begun: new Date('2026-03-01T12:00:00Z'), queries: 1 },
    ]);
    const hours = await client.query('select begun from tenancy.usage_hours where tenant_id = $1 order by 1', [id]);
    expect(hours.rows).toEqual([{ begun: new Date('2026-03-01T11:00:00Z') }, { begun: new Date('2026-03-01T12:00:00Z') }]);
  });

  test('[I44] what capabilities measure stands with the hour, the last figure of it; one that fails keeps no other out', async () => {
    const id = await tenant('measured');
    measured.set(id, 4_711);
    const kept = async () => (await tenancy.usage.hours(id, 2)).at(-1)?.measures;
    tenancy.measureReading.start();
    await until(async () => (await kept())?.['shop.bytes'] === 4_711, { what: 'the figure' });
    await tenancy.measureReading.stop();
    measured.set(id, 12);
    tenancy.measureReading.start();
    await until(async () => (await kept())?.['shop.bytes'] === 12, { what: 'the next figure' });
    await tenancy.measureReading.stop();
    expect((await tenancy.usage.totals(2)).find((one) => one.tenant.id === id)).toMatchObject({
      queries: 0,
      measures: { 'shop.bytes': 12 },
    });
  });
});

describe('whose it is', () => {
  test('[I45] an administrator of the tenant reads its hours; nobody else of the application reads or writes any', async () => {
    const [id, other] = [await tenant('reading'), await tenant('curious')];
    await run({ tenantId: id }, 'select 1');
    await tenancy.usage.flush();
    const { userId } = await tenancy.addUser({ tenantId: id, email: 'viewer@example.org', role: 'viewer' });
    const read = (as: Subject, text: string) =>
      connect.transaction({ tier: 'oltp', as, tag: 'test.read', isReadOnly: true }, async (tx) => (await tx.query({ text })).rowCount);
    expect(await read({ tenantId: id }, 'select from tenancy.usage_hours')).toBe(1);
    expect(await read({ tenantId: id, userId }, 'select from tenancy.usage_hours')).toBe(0);
    expect(await read({ tenantId: other }, `select from tenancy.usage_hours where tenant_id = '${id}'`)).toBe(0);
    for (const text of [
      'select from tenancy.usage_minutes',
      'delete from tenancy.usage_hours',
      'update tenancy.usage_hours set queries = 0',
    ])
      await expect(run({ tenantId: id }, text)).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
    expect((await tenancy.coverage()).filter(({ table }) => table.includes('usage_')).flatMap(({ problems }) => problems)).toEqual([]);
  });

  test('[I19] nothing of an erased tenant is left, nor comes back with what was counted before', async () => {
    const id = await tenant('erased');
    await run({ tenantId: id }, 'select 1');
    expect(await flushed(id)).toMatchObject({ queries: 1 });
    await run({ tenantId: id }, 'select 1');
    await tenancy.lifecycle.erase('erased', { confirm: 'erased' });
    expect(await flushed(id)).toEqual({ queries: 0, rows: 0, waitMs: 0 });
  });
});

describe('shown', () => {
  const [usage] = usageCommands;
  const command = (args: Record<string, string>, flags: object = {}) =>
    (usage as NonNullable<typeof usage>).run({ args, flags: { hours: 24, ...flags }, use: () => tenancy } as never);
  const route = (path: string, params: object = {}) => {
    const found = usageRoutes.find((one) => one.path === path);
    return (found as NonNullable<typeof found>).handler({ params, query: { hours: 24 }, use: () => tenancy } as never);
  };

  test('[I43] tenants, the hours of one, and a minute, on the command line and over HTTP', async () => {
    const id = await tenant('shown');
    await run({ tenantId: id }, 'select 1', 'select 2');
    await tenancy.usage.flush();
    const all = await command({});
    const [head, ...columns] = all.table?.columns ?? [];
    expect([head, ...columns.slice(0, 6)]).toEqual(['tenant', 'queries', 'rows', 'executed ms', 'held ms', 'waited ms', 'WAL bytes']);
    expect(all.table?.rows.find(([slug]) => slug === 'shown')?.slice(0, 3)).toEqual(['shown', 2, 2]);
    expect(all.data).toEqual(await route('/tenancy/usage'));
    const own = await command({ tenant: 'shown' });
    expect(own.table?.rows).toEqual([[expect.stringMatching(/:00$/), 2, 2, ...Array(4).fill(expect.anything())]]);
    expect(own.data).toMatchObject((await route('/tenancy/tenants/:id/usage', { id: 'shown' })) as object);
    const minute = new Date().toISOString();
    const shown = await command({}, { minute });
    expect(shown.table?.columns.slice(0, 3)).toEqual(['tier', 'tenant', 'held']);
    expect(shown.data).toEqual(await route('/tenancy/usage/minutes/:minute', { minute }));
    const { tenants } = (await command({ tenant: 'shown' }, { minute })).data as { tenants: { tenant: { slug: string } }[] };
    expect(new Set(tenants.map((one) => one.tenant.slug))).toEqual(new Set(tenants.length > 0 ? ['shown'] : []));
    expect(await route('/tenancy/usage/minutes')).toEqual({ minutes: await tenancy.usage.slowest() });
    await expect(command({ tenant: 'nobody' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
  });
});
