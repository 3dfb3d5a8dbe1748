import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { spawnScript, until } from '../../../../../tests/support/index.ts';
import { connectTo, testRunner } from '../../test/harness.ts';
import { increment, rows, situation, value } from './situation.ts';

const script = new URL('./run-backfill.ts', import.meta.url);

test('[I39] each row that was there at the start is passed once, without a predicate to tell', async () => {
  await using at = await situation();
  await at.backfills.start(increment);
  await at.client.query(`insert into public.items (id) values (${rows + 1})`);
  const done = await at.backfills.run('count');
  expect(done).toMatchObject({ state: 'completed', rowsSeen: rows, rowsChanged: rows, quarantined: 0, locked: 0, rowsTotal: rows });
  expect((await at.client.query('select n, count(*)::int from public.items group by n order by n')).rows).toEqual([
    { n: 0, count: 1 },
    { n: 1, count: rows },
  ]);
  // The same definition is the same backfill, another one needs another name.
  expect((await at.backfills.start(increment)).state).toBe('completed');
  await expect(at.backfills.start({ ...increment, statement: 'update public.items set n = 0' })).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_BACKFILL_DIFFERS',
  });
});

test('[I40] rows that others hold locked are left to them and done in the second pass, each once', async () => {
  await using at = await situation();
  await using other = await connectTo(at.endpoint);
  await other.query('begin; update public.items set label = $$theirs$$ where id in (7, 8, 4000); delete from public.items where id = 9');
  await at.backfills.start(increment);
  const running = at.backfills.run('count');
  await until(async () => (await at.backfills.list())[0]?.locked === 4, { what: 'the locked rows to be left over' });
  await other.query('commit');
  expect(await running).toMatchObject({ state: 'completed', rowsChanged: rows - 1, locked: 0 });
  expect(await value(at.client, 'select count(*)::int from public.items where n <> 1')).toBe(0);
  expect(await value(at.client, "select array_agg(id::int order by id) from public.items where label = 'theirs'")).toEqual([7, 8, 4000]);
});

test('[I39] on a server that is busy without end it says so, crawls, and ends', async () => {
  await using at = await situation();
  await using busy = new AsyncDisposableStack();
  for (let n = 0; n < 2 * availableParallelism() + 2; n++) {
    const one = busy.use(await connectTo(at.endpoint));
    one.query('select pg_sleep(600)').catch(() => {});
  }
  await at.backfills.start(increment);
  const lines: string[] = [];
  expect(await at.backfills.run('count', { onProgress: (line) => lines.push(line) })).toMatchObject({
    state: 'completed',
    rowsChanged: rows,
  });
  expect(lines.join('\n')).toMatch(/count waits: \d+ sessions are at work \(limit \d+\)/);
  await at.client.query(
    "select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and query = 'select pg_sleep(600)'",
  );
});

test('[I39] killed again and again, by client and by server, each row is passed once', async () => {
  await using at = await situation(`create table public.items (id bigint constraint items_pk primary key, n int not null default 0);
    insert into public.items (id) select generate_series(1, 60000); analyze public.items`);
  await at.backfills.start({ ...increment, statement: 'update public.items set n = n + 1 where md5(repeat(id::text, 2000)) is not null' });
  const seen = async () => Number(await value(at.client, 'select rows_seen from migrate.backfills'));
  let before = 0;
  for (let n = 0; n < 4 && before < 50_000; n++) {
    await using child = spawnScript(script, { args: [JSON.stringify({ endpoint: at.endpoint, name: 'count' })] });
    await until(async () => (await seen()) > before, { what: 'a batch to be committed' });
    await delay(Math.random() * 150);
    if (n % 2 === 0) await child.kill9();
    else {
      await at.client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like '%migrate.backfill%'",
      );
      await until(async () => (await seen()) > before, { what: 'it to go on by itself' });
      await child.kill9();
    }
    before = await seen();
  }
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(60_000);
  expect(await at.backfills.run('count')).toMatchObject({ state: 'completed', rowsSeen: 60_000, rowsChanged: 60_000 });
  expect(await value(at.client, 'select count(*)::int from public.items where n <> 1')).toBe(0);
});

test('[I39] two who work on the same backfill at once pass each row once', async () => {
  await using at = await situation();
  await at.backfills.start(increment);
  const children = [1, 2].map(() => spawnScript(script, { args: [JSON.stringify({ endpoint: at.endpoint, name: 'count' })] }));
  for (const child of children) expect(await child.exit()).toMatchObject({ code: 0 });
  expect(await value(at.client, 'select count(*)::int from public.items where n <> 1')).toBe(0);
});

test('[I39] composite and uuid keys, values beyond ASCII, rows that change and appear meanwhile', async () => {
  await using at = await situation(`
    create table public.lines (tenant uuid, code text collate "C", day timestamptz, amount numeric(10, 2), cents bigint,
      constraint lines_pk primary key (tenant, code, day));
    insert into public.lines select t, chr(65 + i % 26) || 'ü''"' || i, '2026-01-01 00:00:00.123456+00'::timestamptz + i * interval '7 hours', i / 8.0
      from (select gen_random_uuid() t from generate_series(1, 7)) x, generate_series(1, 700) i;
    create function public.keep() returns trigger language plpgsql as 'begin new.cents := new.amount * 100; return new; end';
    create trigger keep before insert or update of amount on public.lines for each row execute function public.keep();
    create table public.copies (like public.lines, constraint copies_pk primary key (tenant, code, day))`);
  await at.backfills.start({
    name: 'cents',
    tier: 'oltp',
    statement: 'update public.lines l set cents = l.amount * 100 -- in cents\n where l.cents is null -- still needed',
  });
  await at.backfills.start({
    name: 'copy',
    tier: 'oltp',
    statement:
      'insert into public.copies (tenant, code, day, amount, cents) select tenant, code, s.day, amount, cents from public.lines as s on conflict do nothing',
  });
  await using other = await connectTo(at.endpoint);
  let isOver = false;
  const writes = (async () => {
    for (let n = 0; !isOver; n++) {
      await other.query(
        `update public.lines set amount = amount + 1 where ctid in (select ctid from public.lines tablesample system (5) limit 20)`,
      );
      await other.query("insert into public.lines (tenant, code, day, amount) values (gen_random_uuid(), 'new', now(), $1)", [n]);
    }
  })();
  expect(await at.backfills.run('cents')).toMatchObject({ state: 'completed', quarantined: 0 });
  isOver = true;
  await writes;
  expect(await value(at.client, 'select count(*)::int from public.lines where cents is distinct from amount * 100')).toBe(0);
  expect(await at.backfills.run('copy')).toMatchObject({ state: 'completed' });
  expect(
    await value(
      at.client,
      'select count(*)::int from public.copies c join public.lines l using (tenant, code, day) where c.cents = l.cents and code <> $$new$$',
    ),
  ).toBe(4_900);
});

test('[I39] a row deleted while it is copied leaves no ghost', async () => {
  await using at = await situation(`create table public.items (id bigint constraint items_pk primary key);
    create table public.copies (id bigint constraint copies_pk primary key);
    insert into public.items select generate_series(1, 1000);
    create function public.follow() returns trigger language plpgsql as 'begin delete from public.copies where id = old.id; return null; end';
    create trigger follow after delete on public.items for each row execute function public.follow()`);
  await using other = await connectTo(at.endpoint);
  await other.query('begin; delete from public.items where id <= 10');
  await at.backfills.start({
    name: 'copy',
    tier: 'oltp',
    statement: 'insert into public.copies (id) select id from public.items on conflict do nothing',
  });
  const running = at.backfills.run('copy');
  await until(async () => (await at.backfills.list())[0]?.locked === 10);
  await other.query('commit');
  expect(await running).toMatchObject({ state: 'completed', rowsChanged: 990 });
  expect(await value(at.client, 'select min(id)::int from public.copies')).toBe(11);
});

test('[I40] a row that fails is found and set aside with its error; corrected, it is taken again', async () => {
  await using at =
    await situation(`create table public.items (id bigint constraint items_pk primary key, t text, n int, constraint items_n_check check (n <> 4));
    insert into public.items select i, i from generate_series(1, 5000) i;
    update public.items set t = 'poison' where id in (1, 777, 5000); analyze public.items`);
  await at.backfills.start({ name: 'parse', tier: 'oltp', statement: 'update public.items set n = t::int' });
  expect(await at.backfills.run('parse')).toMatchObject({ state: 'completed', rowsSeen: 5_000, rowsChanged: 4_996, quarantined: 4 });
  const set = await at.backfills.quarantine('parse');
  expect(set.map(({ key }) => key[0]).sort()).toEqual(['1', '4', '5000', '777']);
  expect(set.find(({ key }) => key[0] === '777')?.error).toContain('invalid input syntax for type integer: "poison"');
  expect(set.find(({ key }) => key[0] === '4')?.error).toContain('items_n_check');

  await at.client.query("update public.items set t = '0' where t = 'poison'");
  expect(await at.backfills.retry('parse')).toBe(4);
  expect(await at.backfills.run('parse')).toMatchObject({ state: 'completed', rowsChanged: 4_999, quarantined: 1 });
  expect(await value(at.client, 'select array_agg(id::int) from public.items where n is null')).toEqual([4]);
});

test('[I40] where every row fails it stops and says so, instead of setting the table aside', async () => {
  await using at = await situation();
  await at.backfills.start({ ...increment, statement: 'update public.items set n = n / 0' });
  await expect(at.backfills.run('count')).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_BACKFILL_PAUSED',
    message: expect.stringMatching(/\b1\d{3} rows failed and are in quarantine/),
  });
  // A thousand, and what was left of the batch: a slow machine makes them shorter.
  const [{ state, quarantined } = {}] = await at.backfills.list();
  expect(state).toBe('paused');
  expect(quarantined).toBeGreaterThanOrEqual(1_000);
  expect(quarantined).toBeLessThan(1_200);
});

test('[I40] a statement that no row can pass pauses with the reason; pause and resume by hand', async () => {
  await using at = await situation();
  await at.backfills.start({ ...increment, statement: 'update public.items set missing = 1' });
  await expect(at.backfills.run('count')).rejects.toMatchObject({ message: expect.stringContaining('column "missing"') });
  await at.backfills.start({ ...increment, name: 'other' });
  expect(await at.backfills.pause('other')).toMatchObject({ state: 'paused' });
  await expect(at.backfills.run('other')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BACKFILL_PAUSED' });
  expect(await at.backfills.resume('other')).toMatchObject({ state: 'running' });
  expect(await at.backfills.run('other')).toMatchObject({ state: 'completed' });
});

test('[I39] what cannot be walked is refused before anything is recorded', async () => {
  await using at = await situation('create table public.heap (n int); create view public.seen as select 1 as n');
  const start = (statement: string) => at.backfills.start({ name: 'x', tier: 'oltp', statement });
  await expect(start('update public.heap set n = 1')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BACKFILL_NO_KEY' });
  await expect(start('update public.seen set n = 1')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BACKFILL_TABLE' });
  await expect(start('update public.absent set n = 1')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BACKFILL_TABLE' });
  await expect(start('delete from public.heap')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BACKFILL_STATEMENT' });
  await expect(at.backfills.run('x')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BACKFILL_UNKNOWN' });
  expect(await at.backfills.list()).toEqual([]);
});

test('[I39] rows hidden by forced row security are an error, never "0 rows"', async () => {
  await using at = await situation(`create table public.items (id bigint constraint items_pk primary key, n int not null default 0);
    insert into public.items values (1);
    alter table public.items enable row level security; alter table public.items force row level security;
    create role data_owner_${process.pid} login password 'hidden rows'`);
  const role = `data_owner_${process.pid}`;
  await at.client.query(
    `alter table public.items owner to ${role}; grant usage on schema migrate to ${role}; grant all on all tables in schema migrate to ${role}`,
  );
  try {
    await using limited = await testRunner({ ...at.endpoint, user: role, password: 'hidden rows' }, []);
    await expect(limited.migrate.backfills.start(increment)).rejects.toMatchObject({
      code: 'PLINTH_MIGRATE_BACKFILL_DENIED',
      message: expect.stringContaining('BYPASSRLS'),
    });
  } finally {
    await at.client.query(`alter table public.items owner to current_user; drop owned by ${role}; drop role ${role}`);
  }
});
