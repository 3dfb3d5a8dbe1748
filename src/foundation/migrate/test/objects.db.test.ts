import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/index.ts';
import { testRunner, testSource } from './harness.ts';

const schema = `create table public.items (id int, price int, name text, constraint items_pk primary key (id));
insert into public.items values (1, 10, 'a');`;

async function setUp(objects: Readonly<Record<string, string>>) {
  const { client, endpoint } = await testDatabase();
  const entries = Object.entries(objects).map(([name, text]) => [`objects/${name}`, text]);
  const files = await testSource({ 'migrations/0001_items.sql': schema, ...Object.fromEntries(entries) });
  const runner = await testRunner(endpoint, [files.source]);
  const value = async (sql: string) => Object.values((await client.query(sql)).rows[0] ?? {})[0];
  return {
    client,
    files,
    migrate: runner.migrate,
    value,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}

test('[I7] files are applied in the order in which they need each other, and again only when they change', async () => {
  await using run = await setUp({
    'a_report.sql': 'create or replace view public.report as select public.twice(price) as doubled from public.priced;',
    'b_functions.sql': `create or replace function public.twice(n int) returns int language sql immutable set search_path = pg_catalog as 'select n * 2';
      comment on function public.twice(int) is 'Twice.';`,
    'c_priced.sql': 'create or replace view public.priced as select id, price from public.items;',
  });
  const { objectsReplaced } = await run.migrate.up();
  expect(objectsReplaced).toEqual(['oltp:shop/objects/b_functions', 'oltp:shop/objects/c_priced', 'oltp:shop/objects/a_report']);
  expect(await run.value('select doubled from public.report')).toBe(20);
  expect((await run.migrate.up()).objectsReplaced).toEqual([]);
  await run.files.write('objects/c_priced.sql', 'create or replace view public.priced as select id, price + 1 as price from public.items;');
  expect((await run.migrate.verify()).problems).toMatchObject([{ id: 'oltp:shop/objects/c_priced' }]);
  expect((await run.migrate.up()).objectsReplaced).toEqual(['oltp:shop/objects/c_priced']);
  expect(await run.value('select doubled from public.report')).toBe(22);
});

test('[I7] what cannot be replaced in place is rebuilt with its dependants, their grants, comments and options', async () => {
  await using run = await setUp({
    'base.sql': 'create or replace view public.base as select id, price, name from public.items;',
    'top.sql': 'create or replace view public.top with (security_invoker = true) as select id from public.base;',
  });
  await run.migrate.up();
  await run.client.query(`
    create view public.by_hand with (security_barrier = true) as select id as item from public.top;
    comment on view public.by_hand is 'Made by hand.';
    comment on column public.by_hand.item is 'The item.';
    create or replace function public.mark() returns trigger language plpgsql as 'begin return new; end';
    create trigger mark instead of insert on public.by_hand for each row execute function public.mark();
    grant select on public.top to public; grant select (id) on public.base to public;`);
  await run.files.write('objects/base.sql', 'create or replace view public.base as select price, id from public.items;');
  await run.migrate.up();
  expect(await run.value('select item from public.by_hand')).toBe(1);
  expect(await run.value("select obj_description('public.by_hand'::regclass)")).toBe('Made by hand.');
  expect(await run.value("select col_description('public.by_hand'::regclass, 1)")).toBe('The item.');
  expect(await run.value("select reloptions from pg_class where oid = 'public.by_hand'::regclass")).toEqual(['security_barrier=true']);
  expect(await run.value("select reloptions from pg_class where oid = 'public.top'::regclass")).toEqual(['security_invoker=true']);
  expect(await run.value("select count(*) from pg_trigger where tgrelid = 'public.by_hand'::regclass")).toBe('1');
  expect(await run.value("select has_table_privilege('public', 'public.top', 'select')")).toBe(true);
  expect(await run.value("select has_column_privilege('public', 'public.base', 'id', 'select')")).toBe(true);
});

test('[I7] a new signature replaces the old function instead of standing beside it', async () => {
  await using run = await setUp({
    'f.sql': "create or replace function public.f(a int) returns int language sql as 'select a';",
    'v.sql': 'create or replace view public.v as select public.f(1) as one;',
  });
  await run.migrate.up();
  await run.files.write(
    'objects/f.sql',
    "create or replace function public.f(a int, b int default 5) returns int language sql as 'select a + b';",
  );
  await run.migrate.up();
  expect(await run.value("select count(*) from pg_proc where proname = 'f'")).toBe('1');
  expect(await run.value('select one from public.v')).toBe(6);
});

test('[I7] triggers and policies follow their file; what no file defines any more is dropped', async () => {
  const trigger = (event: string) => `create trigger touch before ${event} on public.items for each row execute function public.touch();`;
  const touch =
    "create or replace function public.touch() returns trigger language plpgsql set search_path = pg_catalog as 'begin new.name = tg_op; return new; end';";
  await using run = await setUp({
    'touch.sql': `${touch}\n${trigger('insert')}`,
    'policy.sql': 'alter table public.items enable row level security; create policy own on public.items using (price > 0);',
  });
  await run.migrate.up();
  await run.client.query("comment on trigger touch on public.items is 'Kept.'");
  await run.files.write('objects/touch.sql', `${touch}\n${trigger('insert or update')}`);
  await run.files.write('objects/policy.sql', 'create policy own on public.items using (price > 1);');
  await run.migrate.up();
  await run.client.query('update public.items set price = 11');
  expect(await run.value('select name from public.items')).toBe('UPDATE');
  expect(await run.value("select obj_description(oid) from pg_trigger where tgname = 'touch'")).toBe('Kept.');
  expect(await run.value("select qual from pg_policies where policyname = 'own'")).toBe('(price > 1)');
  await run.files.remove('objects/touch.sql');
  await run.files.write('objects/policy.sql', '-- none any more');
  await run.migrate.up();
  expect(await run.value("select count(*) from pg_trigger where tgname = 'touch'")).toBe('0');
  expect(await run.value("select count(*) from pg_proc where proname = 'touch'")).toBe('0');
  expect(await run.value('select count(*) from pg_policies')).toBe('0');
});

test('[I7] never cascade: what cannot be made again is named, and all stays as it was', async () => {
  await using run = await setUp({ 'base.sql': 'create or replace view public.base as select id, price from public.items;' });
  await run.migrate.up();
  await run.client.query('create materialized view public.kept as select id from public.base');
  await run.files.write('objects/base.sql', 'create or replace view public.base as select price from public.items;');
  await expect(run.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_OBJECT_HELD',
    details: { dependants: [expect.stringContaining('public.kept')] },
  });
  await run.files.remove('objects/base.sql');
  await expect(run.migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_OBJECT_HELD' });
  expect(await run.value('select count(*) from public.kept')).toBe('1');
});

test('[I7] tables in objects, two definitions and circles are refused by name', async () => {
  const codes: Record<string, Record<string, string>> = {
    PLINTH_MIGRATE_NOT_REPEATABLE: { 'a.sql': 'create table public.x (id int);' },
    PLINTH_MIGRATE_DEFINED_TWICE: { 'a.sql': 'create view public.x as select 1;', 'b.sql': 'create view public.x as select 2;' },
    PLINTH_MIGRATE_OBJECTS_CYCLE: {
      'a.sql': 'create view public.x as select * from public.y;',
      'b.sql': 'create view public.y as select * from public.x;',
    },
  };
  for (const [code, objects] of Object.entries(codes)) {
    await using run = await setUp(objects);
    await expect(run.migrate.up()).rejects.toMatchObject({ code });
  }
});
