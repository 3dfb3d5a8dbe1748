import { expect, test } from 'vitest';
import { testDatabase, until } from '../../../../tests/support/index.ts';
import { connectTo, testRunner, testSource } from './harness.ts';

const schema = `create table public.items (id int, price int, constraint items_pk primary key (id));
insert into public.items select n, n % 10 from generate_series(1, 1000) n;`;
const header = '--! tx: none\n';
const index = `${header}create index concurrently items_price_idx on public.items (price) where price > 2;\n`;
const file = 'migrations/0002_steps.sql';

async function setUp(steps: string, options = {}) {
  const { client, endpoint } = await testDatabase();
  const files = await testSource({ 'migrations/0001_items.sql': schema });
  const runner = await testRunner(endpoint, [files.source], options);
  await runner.migrate.up();
  await files.write(file, steps);
  const indexes = async () =>
    (
      await client.query(
        "select indexrelid::regclass::text as name, indisvalid as is_valid from pg_index where indrelid = 'public.items'::regclass and not indisprimary order by 1",
      )
    ).rows;
  const steps_ = async () => (await client.query('select number, kind, state, attempts from migrate.steps order by number')).rows;
  return {
    client,
    endpoint,
    files,
    migrate: runner.migrate,
    indexes,
    steps: steps_,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}
const valid = [{ name: 'items_price_idx', is_valid: true }];

test('[I5] statements run one by one, outside a transaction, each with its row', async () => {
  await using run = await setUp(`${index}alter table public.items add constraint items_price_check check (price >= 0) not valid;
    alter table public.items validate constraint items_price_check;\n-- @idempotent\nvacuum public.items;\nreindex table concurrently public.items;\ndrop index concurrently public.items_price_idx;\n`);
  expect((await run.migrate.up()).applied).toEqual(['oltp:shop/0002_steps']);
  expect((await run.steps()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'create-index done',
    'add-constraint done',
    'validate done',
    'other done',
    'reindex done',
    'drop-index done',
  ]);
  expect(await run.indexes()).toEqual([]);
});

test('[I5] a duplicate key leaves no invalid index; after the rows are corrected `up` is enough', async () => {
  await using run = await setUp(`${header}create unique index concurrently items_price_key on public.items (price);\n`);
  await expect(run.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_FAILED',
    message: expect.stringContaining('could not create unique index'),
  });
  expect(await run.indexes()).toEqual([]);
  await run.client.query('update public.items set price = id');
  expect((await run.migrate.up()).applied).toEqual(['oltp:shop/0002_steps']);
  expect(await run.indexes()).toEqual([{ name: 'items_price_key', is_valid: true }]);
});

test('[I5] an invalid index of that name, as a crash leaves it, is dropped and built again', async () => {
  await using run = await setUp(index);
  await run.client.query('create index items_price_idx on public.items (price)');
  await run.client.query("update pg_index set indisvalid = false where indexrelid = 'public.items_price_idx'::regclass");
  await run.migrate.up();
  expect(await run.indexes()).toEqual(valid);
});

test('[I5] a valid index of that name counts only when it is the same', async () => {
  await using run = await setUp(index);
  await run.client.query('create index items_price_idx on public.items (price) where price > 3');
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_OBJECT_DIFFERS' });
  await run.client.query(
    'drop index public.items_price_idx; create index items_price_idx on public.items using btree (price) where (price > 2)',
  );
  await run.migrate.up();
  expect(await run.steps()).toMatchObject([{ kind: 'create-index', state: 'done' }]);
});

test('[I10] a lock that others keep: blocked, nothing left behind, and who is in the way is said', async () => {
  await using run = await setUp(index, { lockDeadlineMs: 400 });
  await using other = await connectTo(run.endpoint);
  await other.query('begin; lock table public.items in share mode');
  const error = await run.migrate.up().catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: 'PLINTH_MIGRATE_BLOCKED',
    exitCode: 4,
    details: { blockers: [expect.stringContaining('lock table public.items')] },
  });
  expect(await run.indexes()).toEqual([]);
  expect((await run.migrate.status()).at(-1)).toMatchObject({ state: 'blocked' });
  await other.query('rollback');
  await run.migrate.up();
  expect(await run.indexes()).toEqual(valid);
});

test('[I10] a transaction waits by the ladder, and gets its lock when the other one ends', async () => {
  await using run = await setUp('alter table public.items add column note text;');
  await using other = await connectTo(run.endpoint);
  await other.query('begin; select from public.items limit 1');
  const lines: string[] = [];
  const done = run.migrate.up({ onProgress: (line) => lines.push(line) });
  await until(async () => lines.some((line) => line.includes('no lock within 100 ms')), { what: 'the first attempt to fail' });
  await other.query('rollback');
  expect((await done).applied).toEqual(['oltp:shop/0002_steps']);
  expect((await run.client.query("select lock_wait_ms > 0 as waited from migrate.migrations where name = '0002_steps'")).rows).toEqual([
    { waited: true },
  ]);
});

test('[I5] a cancelled build is cleaned up and can run again', async () => {
  await using run = await setUp(index);
  await using other = await connectTo(run.endpoint);
  await other.query('begin; lock table public.items in row exclusive mode; select txid_current()');
  const failed = run.migrate.up().catch((error) => error);
  await until(
    async () =>
      (
        await run.client.query(
          "select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and query like 'create index concurrently%' and wait_event_type = 'Lock'",
        )
      ).rowCount === 1,
    { what: 'the build to wait for the other transaction' },
  );
  expect(await failed).toMatchObject({ code: 'PLINTH_MIGRATE_FAILED' });
  await other.query('rollback');
  await run.migrate.up();
  expect(await run.indexes()).toEqual(valid);
});

test('[I5] leftovers of a reindex are removed', async () => {
  await using run = await setUp(`${header}reindex index concurrently public.items_pk;\n`);
  await run.client.query('create unique index items_pk_ccnew on public.items (id)');
  await run.client.query("update pg_index set indisvalid = false where indexrelid = 'public.items_pk_ccnew'::regclass");
  await run.migrate.up();
  expect(await run.indexes()).toEqual([]);
});

test('[I5] a detach that was interrupted is finalised', async () => {
  await using run = await setUp(`${header}alter table public.days detach partition public.days_1 concurrently;\n`);
  await run.client.query(`create table public.days (day int, constraint days_pk primary key (day)) partition by range (day);
    create table public.days_1 partition of public.days for values from (1) to (2);
    create table public.days_2 partition of public.days for values from (2) to (3);`);
  await using reader = await connectTo(run.endpoint);
  await reader.query('begin; select from public.days');
  await using detacher = await connectTo(run.endpoint);
  const detached = detacher.query('alter table public.days detach partition public.days_1 concurrently').catch(() => {});
  await until(
    async () =>
      (
        await run.client.query(
          "select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and query like '%concurrently' and wait_event_type = 'Lock'",
        )
      ).rowCount === 1,
    { what: 'the detach to wait' },
  );
  await detached;
  expect((await run.client.query('select from pg_inherits where inhdetachpending')).rowCount).toBe(1);
  await reader.query('rollback');
  await run.migrate.up();
  expect((await run.client.query("select from pg_inherits where inhparent = 'public.days'::regclass")).rowCount).toBe(1);
});

test('[I5] an interrupted step that cannot be probed waits for a person; the probe has to agree', async () => {
  await using run = await setUp(`${header}insert into public.items values (5000, 1);\ncall public.pay();\n`);
  await run.client.query(
    "create procedure public.pay() language plpgsql as $$ begin insert into public.items values (6000, 1); commit; raise 'lost'; end $$",
  );
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_NEEDS_REPAIR', exitCode: 5, details: { step: 2 } });
  await expect(run.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_NEEDS_REPAIR',
    message: expect.stringContaining('repair shop/0002_steps'),
  });
  expect((await run.migrate.status()).at(-1)).toMatchObject({ state: 'needs_repair' });
  await run.migrate.repair({ id: 'shop/0002_steps', verdict: 'done' });
  expect((await run.migrate.up()).applied).toEqual(['oltp:shop/0002_steps']);
  expect((await run.client.query('select count(*)::int as n from public.items where id >= 5000')).rows).toEqual([{ n: 2 }]);
  await expect(run.migrate.repair({ id: 'shop/0002_steps', verdict: 'redo' })).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_NOT_IN_REPAIR',
  });
});

test('[I5] a probe of the author decides about a statement of any kind', async () => {
  await using run = await setUp(
    `${header}-- @probe select exists (select from public.items where id = 7000)\ninsert into public.items values (7000, 1);\nselect 1 / (select count(*) from public.items where id = 8000);\n`,
  );
  await run.client.query('insert into public.items values (7000, 1)');
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_NEEDS_REPAIR', details: { step: 2 } });
  await run.client.query('insert into public.items values (8000, 1)');
  await run.migrate.repair({ id: 'shop/0002_steps', verdict: 'redo' });
  await run.migrate.up();
  expect((await run.steps()).map(({ state, attempts }) => [state, attempts])).toEqual([
    ['done', 1],
    ['done', 2],
  ]);
});

test('[I3] a step that is done must stay what it was', async () => {
  await using run = await setUp(`${header}insert into public.items values (9000, 1);\nselect 1 / 0;\n`);
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_NEEDS_REPAIR' });
  await run.migrate.repair({ id: 'shop/0002_steps', verdict: 'redo' });
  await run.files.write(file, `${header}insert into public.items values (9001, 1);\nselect 1;\n`);
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_STEP_CHANGED' });
});
