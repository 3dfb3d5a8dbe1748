import { expect, test } from 'vitest';
import { spawnScript, testDatabase, until } from '../../../../tests/support/index.ts';
import { testRunner, testSource } from './harness.ts';

const script = new URL('./run-up.ts', import.meta.url);
const arguments_ = (endpoint: unknown, source: unknown) => ({ args: [JSON.stringify({ endpoint, sources: [source] })] });

test('[I2] 16 runners on an empty database: each migration is applied once, and all end well', async () => {
  const { client, endpoint } = await testDatabase();
  const tables = Array.from({ length: 20 }, (_, n) => {
    const name = `${String(n + 1).padStart(4, '0')}_t`;
    return [
      `migrations/${name}.sql`,
      `create table public.t${n} (id int constraint t${n}_pk primary key); insert into public.t${n} values (${n});`,
    ];
  });
  await using files = await testSource(Object.fromEntries(tables));
  await using stack = new AsyncDisposableStack();
  const runners = await Promise.all(Array.from({ length: 16 }, async () => stack.use(await testRunner(endpoint, [files.source]))));
  const reports = await Promise.all(runners.map(({ migrate }) => migrate.up()));
  expect(reports.flatMap(({ applied }) => applied)).toHaveLength(20);
  expect(
    (
      await client.query(
        "select count(*)::int as n, max(attempts) as attempts from migrate.migrations where source = 'shop' and state = 'applied'",
      )
    ).rows,
  ).toEqual([{ n: 20, attempts: 1 }]);
});

test('[I2] a waiting runner does not stop a concurrent build of the one that works', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({
    'migrations/0001_a.sql':
      'create table public.a (id int constraint a_pk primary key); insert into public.a select generate_series(1, 50000); do $$ begin while not exists (select from public.go) loop perform pg_sleep(0.02); end loop; end $$;',
    'migrations/0002_b.sql': '--! tx: none\ncreate index concurrently a_id_idx on public.a (id desc);',
  });
  await client.query('create table public.go ()');
  await using one = await testRunner(endpoint, [files.source]);
  await using two = await testRunner(endpoint, [files.source]);
  const waiting: string[] = [];
  const first = one.migrate.up();
  // Of this database: others on the server have runs of their own.
  const held =
    "select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database() where locktype = 'advisory'";
  await until(async () => (await client.query(held)).rowCount === 1, { what: 'the first to hold the lock' });
  const second = two.migrate.up({ onProgress: (line) => waiting.push(line) });
  await until(() => waiting.some((line) => line.includes('waiting for pid')), { what: 'the second to wait' });
  await client.query('insert into public.go default values');
  const applied = await Promise.all([first, second]);
  expect(applied.flatMap((report) => report.applied)).toEqual(['oltp:shop/0001_a', 'oltp:shop/0002_b']);
  expect((await client.query("select indisvalid from pg_index where indexrelid = 'public.a_id_idx'::regclass")).rows).toEqual([
    { indisvalid: true },
  ]);
  expect(waiting.join()).toMatch(/plinth migrate [0-9a-f-]{36}/);
});

test('[I2] behind a frozen runner others wait, name it and give up in time; when it is gone they go on', async () => {
  const { client, endpoint } = await testDatabase();
  await using files = await testSource({
    'migrations/0001_a.sql': 'select pg_sleep(0.5); create table public.a (id int constraint a_pk primary key);',
  });
  await using frozen = spawnScript(script, arguments_(endpoint, files.source));
  await frozen.line(/^oltp: shop\/0001_a$/);
  frozen.signal('SIGSTOP');
  await using impatient = await testRunner(endpoint, [files.source], { lockDeadlineMs: 500 });
  const error = await impatient.migrate.up().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_MIGRATE_LOCKED', exitCode: 4, message: expect.stringContaining('plinth migrate') });
  await using patient = await testRunner(endpoint, [files.source]);
  const up = patient.migrate.up();
  await frozen.kill9();
  await up;
  expect((await client.query("select state from migrate.migrations where name = '0001_a'")).rows).toEqual([{ state: 'applied' }]);
});
