import type pg from 'pg';
import { expect, test } from 'vitest';
import { spawnScript, testDatabase, until } from '../../../../../tests/support/index.ts';
import { connectTo, testRunner, testSource } from '../../test/harness.ts';
import { changeLog } from '../change-log.ts';

const script = new URL('./run-move.ts', import.meta.url);

const source = `create table public.orders (tenant uuid, id bigint, note text, total numeric(10, 2), sent timestamptz, ratio float8, constraint orders_pk primary key (tenant, id));
  insert into public.orders select ('00000000-0000-0000-0000-00000000000' || i % 3)::uuid, i, case when i % 5 > 0 then 'tab\\t''ü' || i end, i / 8.0, now() - i * interval '1 s', i / 7.0
    from generate_series(1, 6000) i; analyze public.orders`;
const target = `create table public.orders_moved (id bigint, tenant uuid, sent timestamptz, total numeric(10, 2), ratio float8, note text, cents bigint generated always as (total * 100) stored,
  constraint orders_moved_pk primary key (tenant, id))`;
const definition = {
  name: 'orders',
  from: { tier: 'oltp', table: 'public.orders' },
  to: { tier: 'olap', table: 'public.orders_moved' },
} as const;
const columns = 'tenant, id, note, total, sent, ratio';

/** Two databases, a full table in one and an empty one in the other. */
async function situation() {
  const stack = new AsyncDisposableStack();
  const [oltp, olap] = [await testDatabase(), await testDatabase()];
  const files = stack.use(await testSource({ 'migrations/0001_a.sql': 'select 1;' }, { tiers: ['oltp', 'olap'] }));
  const endpoints = { oltp: oltp.endpoint, olap: olap.endpoint };
  const runner = stack.use(await testRunner(endpoints, [files.source]));
  await runner.migrate.up();
  await oltp.client.query(source);
  await olap.client.query(target);
  const rows = async (client: pg.Client, table: string) =>
    (await client.query(`select ${columns} from public.${table} order by tenant, id`)).rows;
  const expectEqual = async () => expect(await rows(olap.client, 'orders_moved')).toEqual(await rows(oltp.client, 'orders'));
  return { oltp, olap, endpoints, runner, moves: runner.migrate.moves, expectEqual, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Inserts, updates, deletes and key changes, one after the other, until told to stop. */
async function writeTo(client: pg.Client, signal: AbortSignal): Promise<number> {
  let n = 0;
  for (; !signal.aborted; n++) {
    const id = 1 + ((n * 7919) % 6000);
    await client.query('update public.orders set note = $1, total = total + 1 where id = $2', [`changed ${n}`, id]);
    await client.query("insert into public.orders (tenant, id, note) values (gen_random_uuid(), $1, 'new')", [10_000 + n]);
    await client.query('delete from public.orders where id = $1', [1 + ((n * 104_729) % 6000)]);
    await client.query('update public.orders set id = id + 100000 where id = $1', [1 + ((n * 31) % 6000)]);
  }
  return n;
}

test('[I42] a table moves under writes, is compared, switched, and loses nothing', async () => {
  await using at = await situation();
  expect(await at.moves.plan(definition)).toMatchObject({ rows: 6_000 });
  expect(await at.moves.start(definition)).toMatchObject({ state: 'preparing', rowsTotal: 6_000 });
  await using other = await connectTo(at.oltp.endpoint);
  const stop = new AbortController();
  const writing = writeTo(other, stop.signal);
  const following = at.moves.run('orders');
  await until(async () => (await at.moves.list())[0]?.state === 'following');
  stop.abort();
  expect(await writing).toBeGreaterThan(0);
  expect(await following).toMatchObject({ state: 'following' });
  await at.moves.run('orders');
  await at.expectEqual();

  const stopAgain = new AbortController();
  const writingAgain = writeTo(other, stopAgain.signal);
  expect(await at.moves.verify('orders')).toMatchObject({ count: 0, discrepancies: [] });
  stopAgain.abort();
  await writingAgain;
  let whilePaused = 0;
  const switched = await at.moves.cutover('orders', {
    async whilePaused() {
      whilePaused++;
      const count = (client: pg.Client, table: string) => client.query(`select count(*), sum(id), sum(total) from public.${table}`);
      expect((await count(at.olap.client, 'orders_moved')).rows).toEqual((await count(at.oltp.client, 'orders')).rows);
    },
  });
  await at.expectEqual();
  expect(switched).toMatchObject({ state: 'switched', discrepancies: 0 });
  expect(switched.pauseMs).toBeLessThanOrEqual(2_000);
  expect(whilePaused).toBe(1);
  await expect(at.oltp.client.query("update public.orders set note = 'late'")).rejects.toThrow('moved to olap:public.orders_moved');
  expect((await at.oltp.client.query('select count(*)::int as n from public.orders')).rows[0].n).toBeGreaterThan(0);
  expect((await at.oltp.client.query("select from pg_namespace where nspname like 'migrate_move%'")).rowCount).toBe(0);
  expect(await at.moves.cutover('orders')).toMatchObject({ state: 'switched' });
});

test('[I42] killed again and again while it copies and follows: no row lost, none doubled', async () => {
  await using at = await situation();
  await at.moves.start(definition);
  await using other = await connectTo(at.oltp.endpoint);
  const stop = new AbortController();
  const writing = writeTo(other, stop.signal);
  for (const point of [/1000 of about/, /3000 of about|[45]\d{3} of about/, /carried over/, /carried over/]) {
    await using child = spawnScript(script, { args: [JSON.stringify({ endpoints: at.endpoints, name: 'orders' })] });
    await Promise.race([child.line(point).catch(() => {}), child.exit()]);
    await child.kill9();
  }
  stop.abort();
  await writing;
  // The killed process's session goes with its socket; until then it leads.
  await until(async () => (await at.moves.run('orders')).state === 'following');
  expect(await at.moves.verify('orders')).toMatchObject({ count: 0 });
  await at.expectEqual();
});

test('[I42] killed between the commit of the target and the forgetting at the source: carried over again, to the same end', async () => {
  await using at = await situation();
  await at.moves.start(definition);
  await at.moves.run('orders');
  await at.oltp.client.query("update public.orders set note = 'twice' where id <= 10; delete from public.orders where id = 11");
  const original = changeLog.forget;
  changeLog.forget = async () => {
    throw new Error('killed here');
  };
  try {
    await expect(at.moves.run('orders')).rejects.toThrow('killed here');
  } finally {
    changeLog.forget = original;
  }
  await at.oltp.client.query("update public.orders set note = 'thrice' where id = 1");
  await at.moves.run('orders');
  await at.expectEqual();
});

test('[I42] a flipped, a missing and a surplus row are found by key and repaired', async () => {
  await using at = await situation();
  await at.moves.start(definition);
  await at.moves.run('orders');
  await at.olap.client.query(`update public.orders_moved set ratio = ratio * 1.0000000000000002 where id = 77; delete from public.orders_moved where id = 4000;
    insert into public.orders_moved (tenant, id) values ('ffffffff-ffff-ffff-ffff-ffffffffffff', 9)`);
  const found = await at.moves.verify('orders');
  expect(found).toMatchObject({ count: 3, rows: 6_000 });
  expect(found.discrepancies.map(({ key, kind }) => `${key[1]} ${kind}`).sort()).toEqual(['4000 missing', '77 different', '9 surplus']);
  await expect(at.moves.cutover('orders')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_MOVE_UNFINISHED' });
  expect((await at.moves.verify('orders', { repair: true })).count).toBe(3);
  await expect(at.moves.cutover('orders')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_MOVE_UNFINISHED' });
  expect((await at.moves.verify('orders')).count).toBe(0);
  await at.expectEqual();
});

test('[I42] a truncated source is copied again', async () => {
  await using at = await situation();
  await at.moves.start(definition);
  await at.moves.run('orders');
  await at.oltp.client.query(
    "truncate public.orders; insert into public.orders (tenant, id) select '00000000-0000-0000-0000-000000000009', i from generate_series(1, 1500) i",
  );
  expect(await at.moves.run('orders')).toMatchObject({ state: 'following', rowsCopied: 1_500 });
  await at.expectEqual();
});

test('[I42] a switch that takes too long, or cannot get its lock, leaves writers at the old side', async () => {
  await using at = await situation();
  await at.moves.start(definition);
  await at.moves.run('orders');
  await at.moves.verify('orders');
  await using other = await connectTo(at.olap.endpoint);
  await other.query('begin; lock table public.orders_moved');
  await at.oltp.client.query("update public.orders set note = 'x' where id = 1");
  const switching = at.moves.cutover('orders', { signal: AbortSignal.timeout(4_000) });
  await expect(switching).rejects.toThrow();
  await other.query('commit');
  await at.oltp.client.query("update public.orders set note = 'still here' where id = 2");
  expect(await at.moves.cutover('orders')).toMatchObject({ state: 'switched' });
  await at.expectEqual();
});

test('[I42] columns are paired and transformed; what does not fit is refused before anything is made', async () => {
  await using at = await situation();
  const start = (more: object) => at.moves.start({ ...definition, ...more });
  await at.olap.client.query(
    'create table public.full (like public.orders_moved including all); insert into public.full (tenant, id) values (gen_random_uuid(), 1); create table public.bare (id bigint primary key); create table public.short (tenant uuid, id bigint, note text, primary key (tenant, id))',
  );
  await expect(start({ to: { tier: 'olap', table: 'public.absent' } })).rejects.toThrow('there is no table public.absent');
  await expect(start({ to: { tier: 'olap', table: 'public.full' } })).rejects.toThrow('the target has rows');
  await expect(start({ to: { tier: 'olap', table: 'public.short' } })).rejects.toThrow('no column total, sent, ratio');
  await expect(start({ to: { tier: 'olap', table: 'public.bare' }, columns: { id: 'id' } })).rejects.toThrow('primary key');
  expect(await at.moves.list()).toEqual([]);
  const columns = { tenant: 'tenant', id: 'id', note: "coalesce(upper(note), 'none')" };
  await start({ to: { tier: 'olap', table: 'public.short' }, columns });
  await expect(start({ to: { tier: 'olap', table: 'public.short' }, columns: { ...columns, note: 'note' } })).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_MOVE_DIFFERS',
  });
  await at.moves.run('orders');
  expect(await at.moves.verify('orders')).toMatchObject({ count: 0 });
  expect((await at.olap.client.query("select count(*)::int as n from public.short where note = 'none'")).rows).toEqual([{ n: 1_200 }]);
});

test('[I42] from another server, given with each call', async () => {
  await using at = await situation();
  await using elsewhere = await testRunner(at.endpoints.oltp, []);
  const moved = { name: 'outside', from: { table: 'public.orders' }, to: { tier: 'olap', table: 'public.orders_moved' } } as const;
  await expect(at.moves.start(moved)).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_MOVE_NO_SOURCE' });
  const given = { source: elsewhere.connect };
  await at.moves.start(moved, given);
  await at.moves.run('outside', given);
  expect(await at.moves.verify('outside', given)).toMatchObject({ count: 0 });
  await at.expectEqual();
});
